using System.Diagnostics;

namespace MiniLambda.Telemetry.Traces;

/// <summary>The context of a trace as it travels: W3C Trace Context's <c>traceparent</c>.</summary>
public static class TraceParent
{
    public const string Header = "traceparent";

    /// <summary>The name under which a process finds it in its environment.</summary>
    public const string Variable = "TRACEPARENT";

    /// <summary>The context; null when the text is none.</summary>
    public static ActivityContext? Read(string? text) => !string.IsNullOrEmpty(text) && ActivityContext.TryParse(text, null, isRemote: true, out var context) ? context : null;

    /// <summary>The text when it is a context whose trace is kept; else null.</summary>
    public static string? IfSampled(string? text) => Read(text) is { } context && context.TraceFlags.HasFlag(ActivityTraceFlags.Recorded) ? text : null;
}
