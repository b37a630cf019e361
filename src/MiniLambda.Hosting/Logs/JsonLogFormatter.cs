using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace MiniLambda.Hosting.Logs;

/// <summary>
/// Writes an event as one line that is a JSON object: <c>time</c>, <c>level</c>, <c>event</c> (its number, which stays), <c>name</c>, <c>source</c>,
/// <c>message</c>, then the values that the message names, each under its name in small letters.
/// </summary>
internal sealed class JsonLogFormatter(TimeProvider clock, bool isJournal) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "daemon-json";

    private const string MessageTemplate = "{OriginalFormat}";

    // Text of other scripts is readable as it is; what could steer a terminal is escaped in any case.
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly HashSet<string> Taken = ["time", "level", "event", "name", "source", "message", "exception"];

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;

    public JsonLogFormatter()
        : this(TimeProvider.System, JournalPriority.IsWanted)
    {
    }

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var buffer = _buffer ??= new ArrayBufferWriter<byte>(1024);
        buffer.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(buffer, Compact))
        {
            json.WriteStartObject();
            json.WriteString("time", clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
            json.WriteString("level", Word(logEntry.LogLevel));
            json.WriteNumber("event", logEntry.EventId.Id);
            if (logEntry.EventId.Name is { } name)
                json.WriteString("name", name.StartsWith("Log", StringComparison.Ordinal) ? name["Log".Length..] : name);
            json.WriteString("source", logEntry.Category);
            json.WriteString("message", logEntry.Formatter(logEntry.State, logEntry.Exception));
            var hasTrace = WriteValues(json, logEntry.State as IReadOnlyList<KeyValuePair<string, object?>>);
            if (!hasTrace && Activity.Current is { Recorded: true } span)
                json.WriteString("trace", span.TraceId.ToHexString());
            if (logEntry.Exception is { } exception)
                json.WriteString("exception", exception.ToString());
            json.WriteEndObject();
        }

        if (isJournal)
            textWriter.Write(JournalPriority.Of(logEntry.LogLevel));
        textWriter.WriteLine(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    // Nothing is left empty: a field that is there says something.
    private static bool WriteValues(Utf8JsonWriter json, IReadOnlyList<KeyValuePair<string, object?>>? values)
    {
        var hasTrace = false;
        foreach (var (key, value) in values ?? [])
        {
            if (key == MessageTemplate || value is null or "")
                continue;
            var field = FieldOf(key);
            hasTrace |= field == "trace";
            switch (value)
            {
                case int or long or short or byte or uint:
                    json.WriteNumber(field, Convert.ToInt64(value, CultureInfo.InvariantCulture));
                    break;
                case double number when double.IsFinite(number):
                    json.WriteNumber(field, number);
                    break;
                case bool flag:
                    json.WriteBoolean(field, flag);
                    break;
                case TimeSpan span:
                    json.WriteNumber(field, span.TotalSeconds);
                    break;
                default:
                    json.WriteString(field, Convert.ToString(value, CultureInfo.InvariantCulture));
                    break;
            }
        }

        return hasTrace;
    }

    /// <summary>A value's name as a field: its first letter small; with an underscore behind it where the line has such a field anyway.</summary>
    private static string FieldOf(string name)
    {
        var field = char.ToLowerInvariant(name[0]) + name[1..];
        return Taken.Contains(field) ? field + "_" : field;
    }

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warning",
        LogLevel.Error => "error",
        _ => "critical",
    };
}
