using System.Collections;
using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Microsoft.AspNetCore.Http;
using MiniLambda.Domain.Quantities;
using MiniLambda.Domain.Text;
using MiniLambda.Orchestrator.Rest.Problems;
using Enum = System.Enum;

namespace MiniLambda.Orchestrator.Rest.Json;

/// <summary>
/// Fills messages from the parameters of a query, by the fields' JSON names. Durations and sizes may be written as people do (<c>1.5s</c>, <c>64MiB</c>),
/// the names of enums in small letters, lists as several parameters, those of enums also with commas, and entries of maps as <c>key=value</c>.
/// </summary>
internal static class QueryFields
{
    /// <exception cref="ProblemException">A parameter is not what its field takes.</exception>
    public static T Read<T>(HttpContext context)
        where T : IMessage<T>, new()
    {
        var message = new T();
        Fill(message, context.Request.Query);
        return message;
    }

    /// <summary>Sets those fields that the query names.</summary>
    /// <exception cref="ProblemException">A parameter is not what its field takes.</exception>
    public static void Fill(IMessage message, IQueryCollection query)
    {
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            if (query.TryGetValue(field.JsonName, out var values) && values.Count > 0)
                Set(message, field, [.. values.Select(v => v ?? "")]);
        }
    }

    private static void Set(IMessage message, FieldDescriptor field, IReadOnlyList<string> values)
    {
        if (field.IsMap)
        {
            var map = (MapField<string, string>)field.Accessor.GetValue(message);
            foreach (var value in values)
            {
                var at = value.IndexOf('=', StringComparison.Ordinal);
                map[at > 0 ? value[..at] : throw Wrong(field, value, "key=value")] = value[(at + 1)..];
            }
        }
        else if (field.IsRepeated)
        {
            var list = (IList)field.Accessor.GetValue(message);
            foreach (var value in field.FieldType == FieldType.Enum ? values.SelectMany(v => v.Split(',')) : values)
                list.Add(Read(field, value));
        }
        else if (values.Count == 1)
        {
            field.Accessor.SetValue(message, Read(field, values[0]));
        }
        else
        {
            throw Wrong(field, string.Join(", ", values), "one value");
        }
    }

    private static object Read(FieldDescriptor field, string value) => field.FieldType switch
    {
        FieldType.String => value,
        FieldType.Bool => bool.TryParse(value, out var flag) ? flag : value.Length == 0 ? true : throw Wrong(field, value, "true or false"),
        FieldType.Int32 => int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number : throw Wrong(field, value, "a whole number of 32 bits"),
        FieldType.Int64 => long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var large) || ByteSize.TryParse(value, out large)
            ? large : throw Wrong(field, value, $"a whole number, or {ByteSize.Rule}"),
        FieldType.Enum => field.EnumType.FindValueByName(value.Trim().ToUpperInvariant()) is { Number: > 0 } known
            ? Enum.ToObject(field.EnumType.ClrType, known.Number)
            : throw Wrong(field, value, $"one of {string.Join(", ", field.EnumType.Values.Where(v => v.Number != 0).Select(v => v.Name))}"),
        FieldType.Message when field.MessageType.ClrType == typeof(Duration) => DurationText.TryParse(value, out var span)
            ? span.ToDuration() : throw Wrong(field, value, DurationText.Rule),
        FieldType.Message when field.MessageType.ClrType == typeof(Timestamp) =>
            DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
                ? at.ToTimestamp() : throw Wrong(field, value, "a moment such as 2026-01-31T12:00:00Z"),
        _ => throw Wrong(field, value, "left out"),
    };

    private static ProblemException Wrong(FieldDescriptor field, string value, string expected) =>
        ProblemException.NotReadable($"the query parameter '{field.JsonName}' must be {expected}, not '{Printable.Of(value)}'");
}
