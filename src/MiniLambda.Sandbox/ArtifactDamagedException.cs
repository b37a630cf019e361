namespace MiniLambda.Sandbox;

/// <summary>An artifact cannot be loaded; it has been discarded, and preparing the module again compiles it anew.</summary>
public sealed class ArtifactDamagedException(string message) : Exception(message);
