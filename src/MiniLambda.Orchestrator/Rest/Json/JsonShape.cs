using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using MiniLambda.Domain.Text;
using MiniLambda.Domain.Toml;
using MiniLambda.Orchestrator.Rest.Problems;

namespace MiniLambda.Orchestrator.Rest.Json;

/// <summary>
/// Whether a JSON text is a message: says what is wrong with it by line, column and name, which the parser that makes the message does not.
/// </summary>
internal ref struct JsonShape
{
    private const int MaxShown = 40;

    private readonly ReadOnlySpan<byte> _text;
    private Utf8JsonReader _reader;

    private JsonShape(ReadOnlySpan<byte> text)
    {
        _text = text;
        _reader = new Utf8JsonReader(text);
    }

    /// <exception cref="ProblemException">It is not.</exception>
    public static void Check(ReadOnlySpan<byte> utf8, MessageDescriptor type)
    {
        if (!System.Text.Unicode.Utf8.IsValid(utf8))
            throw ProblemException.NotReadable("the body is not UTF-8");
        var shape = new JsonShape(utf8);
        try
        {
            shape._reader.Read();
            shape.CheckObject(type, "");
            shape._reader.Read();
        }
        catch (JsonException e)
        {
            var (line, column) = (e.LineNumber ?? 0, e.BytePositionInLine ?? 0);
            throw ProblemException.NotReadable($"the body is not JSON at line {line + 1}, column {column + 1}: {Plain(e.Message)}");
        }
        catch (InvalidOperationException)
        {
            throw ProblemException.NotReadable($"the body is not JSON at {shape.Place(shape._reader.TokenStartIndex)}: half of a surrogate pair");
        }
    }

    private void CheckObject(MessageDescriptor type, string path)
    {
        if (_reader.TokenType != JsonTokenType.StartObject)
            throw Wrong(path, "an object");
        var seen = new HashSet<int>();
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = _reader.GetString()!;
            var field = type.Fields.InDeclarationOrder().FirstOrDefault(f => f.JsonName == name || f.Name == name) ?? throw Unknown(type, path, name);
            var full = path.Length == 0 ? field.JsonName : $"{path}.{field.JsonName}";
            if (!seen.Add(field.FieldNumber))
                throw ProblemException.NotReadable($"'{full}' at {Place(_reader.TokenStartIndex)} is there twice");
            _reader.Read();
            CheckField(field, full);
        }
    }

    private void CheckField(FieldDescriptor field, string path)
    {
        if (_reader.TokenType == JsonTokenType.Null)
            return;
        if (field.IsMap)
            CheckMap(field.MessageType.FindFieldByNumber(2), path);
        else if (field.IsRepeated)
            CheckList(field, path);
        else
            CheckValue(field, path);
    }

    private void CheckMap(FieldDescriptor value, string path)
    {
        if (_reader.TokenType != JsonTokenType.StartObject)
            throw Wrong(path, "an object");
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            var full = $"{path}.{Printable.Of(_reader.GetString()!)}";
            _reader.Read();
            CheckValue(value, full);
        }
    }

    private void CheckList(FieldDescriptor field, string path)
    {
        if (_reader.TokenType != JsonTokenType.StartArray)
            throw Wrong(path, "a list");
        for (var index = 0; _reader.Read() && _reader.TokenType != JsonTokenType.EndArray; index++)
            CheckValue(field, $"{path}[{index}]");
    }

    private void CheckValue(FieldDescriptor field, string path)
    {
        switch (field.FieldType)
        {
            case FieldType.Message when field.MessageType.FullName == Duration.Descriptor.FullName:
                if (!Parses<Duration>())
                    throw Wrong(path, "a duration in seconds such as \"1.5s\"");
                break;
            case FieldType.Message when field.MessageType.FullName == Timestamp.Descriptor.FullName:
                if (!Parses<Timestamp>())
                    throw Wrong(path, "a moment such as \"2026-01-31T12:00:00Z\"");
                break;
            case FieldType.Message:
                CheckObject(field.MessageType, path);
                break;
            case FieldType.Enum:
                if (!IsOneOf(field.EnumType))
                    throw Wrong(path, $"one of {string.Join(", ", field.EnumType.Values.Where(v => v.Number != 0).Select(v => v.Name))}");
                break;
            case FieldType.String:
                if (_reader.TokenType != JsonTokenType.String || _reader.GetString() is null)
                    throw Wrong(path, "a text");
                break;
            case FieldType.Bytes:
                if (_reader.TokenType != JsonTokenType.String || !(Base64.IsValid(_reader.ValueSpan) || Base64Url.IsValid(_reader.ValueSpan)))
                    throw Wrong(path, "bytes in base64");
                break;
            case FieldType.Bool:
                if (_reader.TokenType is not (JsonTokenType.True or JsonTokenType.False))
                    throw Wrong(path, "true or false");
                break;
            case FieldType.Double or FieldType.Float:
                if (_reader.TokenType is not (JsonTokenType.Number or JsonTokenType.String))
                    throw Wrong(path, "a number");
                break;
            default:
                if (!IsWhole(field.FieldType))
                    throw Wrong(path, field.FieldType is FieldType.Int32 ? "a whole number of 32 bits" : "a whole number of 64 bits");
                break;
        }
    }

    private readonly bool IsWhole(FieldType type)
    {
        // Texts are how 64 bits come through JavaScript.
        var text = _reader.TokenType switch
        {
            JsonTokenType.Number => Encoding.UTF8.GetString(_reader.ValueSpan),
            JsonTokenType.String => _reader.GetString()!,
            _ => "",
        };
        return type == FieldType.Int32
            ? int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)
            : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);
    }

    private readonly bool IsOneOf(EnumDescriptor type) => _reader.TokenType switch
    {
        JsonTokenType.String => type.FindValueByName(_reader.GetString()!) is not null,
        JsonTokenType.Number => _reader.TryGetInt32(out _),
        _ => false,
    };

    private readonly bool Parses<T>()
        where T : IMessage<T>, new()
    {
        if (_reader.TokenType != JsonTokenType.String)
            return false;
        try
        {
            JsonParser.Default.Parse<T>(JsonSerializer.Serialize(_reader.GetString()!, JsonText.Default.String));
            return true;
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or InvalidJsonException or FormatException or OverflowException)
        {
            return false;
        }
    }

    private readonly ProblemException Unknown(MessageDescriptor type, string path, string name)
    {
        var names = type.Fields.InDeclarationOrder().Select(f => f.JsonName).ToList();
        var hint = Spelling.Nearest(name, names) is { } near ? $"did you mean '{near}'?" : $"known are {string.Join(", ", names)}";
        var full = Printable.Of(path.Length == 0 ? name : $"{path}.{name}");
        return ProblemException.ParameterUnknown($"there is no field '{full}' (at {Place(_reader.TokenStartIndex)}); {hint}");
    }

    private readonly ProblemException Wrong(string path, string expected)
    {
        var shown = Printable.Line(Encoding.UTF8.GetString(_reader.ValueSpan.Length > 4 * MaxShown ? _reader.ValueSpan[..(4 * MaxShown)] : _reader.ValueSpan), MaxShown);
        return ProblemException.NotReadable(
            $"{(path.Length == 0 ? "the body" : $"'{path}'")} at {Place(_reader.TokenStartIndex)} must be {expected}, not {shown}");
    }

    /// <summary>From 1, as editors count; columns in bytes.</summary>
    private readonly string Place(long index)
    {
        var before = _text[..(int)Math.Min(index, _text.Length)];
        return $"line {before.Count((byte)'\n') + 1}, column {before.Length - before.LastIndexOf((byte)'\n')}";
    }

    // The reader ends its messages with the place, counted from 0.
    private static string Plain(string message) => message.IndexOf(" LineNumber:", StringComparison.Ordinal) is > 0 and var end ? message[..end] : message;
}

[System.Text.Json.Serialization.JsonSerializable(typeof(string))]
internal sealed partial class JsonText : System.Text.Json.Serialization.JsonSerializerContext;
