namespace MiniLambda.Hosting;

/// <summary>What was configured cannot be used; the message says what to change. A daemon that throws it ends with code 2.</summary>
public sealed class ConfigurationException(string message) : Exception(message);
