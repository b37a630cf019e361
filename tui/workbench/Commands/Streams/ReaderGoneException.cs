namespace MiniLambda.Workbench.Commands.Streams;

/// <summary>Nobody reads what is written any more, as after <c>| head</c>: there is nothing left to do, and nobody to tell.</summary>
public sealed class ReaderGoneException() : IOException("nobody reads what is written here");
