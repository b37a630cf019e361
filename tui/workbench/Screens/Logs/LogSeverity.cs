namespace MiniLambda.Workbench.Screens.Logs;

/// <summary>How bad a line says it is; most logs have their own way to say it, so this is a guess.</summary>
public enum LogSeverity : byte
{
    Unknown,
    Trace,
    Debug,
    Info,
    Warning,
    Error,
}
