namespace MiniLambda.Workbench.Screens.Logs;

/// <summary>Who wrote: one stream of one attempt.</summary>
/// <param name="Attempt">From 1.</param>
/// <param name="Worker">Empty when it is not known.</param>
public sealed record LogSource(int Attempt, string Worker, string Stream = LogSource.StandardError)
{
    public const string StandardError = "stderr";
}

/// <summary>Bytes of a log, cut wherever the network cut them.</summary>
public readonly record struct LogPiece(DateTimeOffset At, LogSource Source, ReadOnlyMemory<byte> Data);
