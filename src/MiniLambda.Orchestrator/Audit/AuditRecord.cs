using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using MiniLambda.Domain.Text;

namespace MiniLambda.Orchestrator.Audit;

/// <summary>One line of the audit log.</summary>
/// <param name="Number">From 1, without gaps.</param>
/// <param name="Action">Such as <c>token.create</c>.</param>
/// <param name="Actor"><c>token:ID</c>, <c>worker:NAME</c> or <c>nobody</c>; <c>orchestrator</c> for the log's own entries.</param>
/// <param name="Tenant">That the actor is confined to; empty = none.</param>
/// <param name="Peer">The address that the call came from.</param>
/// <param name="Target">What it was done to.</param>
/// <param name="Detail">One line for people.</param>
internal sealed record AuditRecord(
    long Number, DateTimeOffset At, string Action, AuditOutcome Outcome, string Actor, string Tenant, string Peer, string Target, string Detail)
{
    /// <summary>UTF-16 units of a target or a detail that are kept.</summary>
    private const int MaxText = 500;

    /// <summary>SHA-256 over the line up to it and the hash of the line before, 64 hexadecimal digits; empty until it is written.</summary>
    public string Hash { get; init; } = "";

    /// <summary>What the first line of all is chained to.</summary>
    public const string NoHash = "";

    private const string HashKey = ",\"hash\":\"";
    private const int HashLength = 64;
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly byte[] HashMark = Encoding.ASCII.GetBytes(HashKey);
    private static readonly byte[] End = "\"}"u8.ToArray();

    /// <summary>The bytes of the line, without its end, and the record with its hash. What could begin a line of its own, or steer a terminal, is escaped.</summary>
    public (byte[] Line, AuditRecord Record) Seal(string before)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, Compact))
        {
            json.WriteStartObject();
            json.WriteNumber("number", Number);
            json.WriteString("at", At.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture));
            json.WriteString("action", Clean(Action));
            json.WriteString("outcome", Outcome == AuditOutcome.Denied ? "denied" : "done");
            json.WriteString("actor", Clean(Actor));
            json.WriteString("tenant", Clean(Tenant));
            json.WriteString("peer", Clean(Peer));
            json.WriteString("target", Clean(Target));
            json.WriteString("detail", Clean(Detail));
            json.WriteEndObject();
        }

        // Up to the closing brace: the hash comes last in the same object.
        var content = buffer.WrittenSpan[..^1];
        var hash = HashOf(content, before);
        return ([.. content, .. HashMark, .. Encoding.ASCII.GetBytes(hash), .. End], this with { Hash = hash });
    }

    /// <summary>Reads a line, whatever its hash says; null when it is none.</summary>
    public static AuditRecord? Read(ReadOnlySpan<byte> line)
    {
        try
        {
            var reader = new Utf8JsonReader(line);
            using var json = JsonDocument.ParseValue(ref reader);
            if (reader.BytesConsumed != line.Length)
                return null;
            var root = json.RootElement;
            return new AuditRecord(
                root.GetProperty("number").GetInt64(),
                DateTimeOffset.Parse(Text("at"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal), Text("action"),
                Text("outcome") == "denied" ? AuditOutcome.Denied : AuditOutcome.Done, Text("actor"), Text("tenant"), Text("peer"), Text("target"), Text("detail"))
            {
                Hash = Text("hash"),
            };

            string Text(string key) => root.GetProperty(key).GetString() ?? "";
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    /// <summary>Whether a line bears the hash that its bytes and the line before give it.</summary>
    public static bool IsChained(ReadOnlySpan<byte> line, string before)
    {
        var tail = HashMark.Length + HashLength + End.Length;
        if (line.Length <= tail || !line[^tail..^(HashLength + End.Length)].SequenceEqual(HashMark) || !line.EndsWith(End))
            return false;
        var told = Encoding.ASCII.GetString(line[^(HashLength + End.Length)..^End.Length]);
        return told == HashOf(line[..^tail], before);
    }

    private static string HashOf(ReadOnlySpan<byte> content, string before)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.ASCII.GetBytes(before + "\n"));
        hash.AppendData(content);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static string Clean(string text) => Printable.Line(text.ReplaceLineEndings(" "), MaxText);
}
