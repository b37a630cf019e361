using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using MiniLambda.Trust.Authorities;

namespace MiniLambda.Trust.Discovery;

/// <summary>
/// What an orchestrator says of itself on the local network. It proves nothing: who hears it learns where to ask, and finds out by the fingerprint whether it
/// is whom it looks for.
/// </summary>
/// <param name="Name">For people; 1 to 63 letters, digits, '.', '_' and '-'.</param>
/// <param name="Port">Where it serves TLS, at the address that the announcement came from.</param>
public sealed record Announcement(string Name, int Port, Fingerprint Fingerprint)
{
    /// <summary>Longer ones are not read.</summary>
    public const int MaxBytes = 512;

    private const string Service = "_minilambda._tcp";
    private const int Version = 1;
    private const int MaxName = 63;

    /// <summary>Reads one; null when it is none, or anything of it is not as it should be.</summary>
    public static Announcement? TryRead(ReadOnlySpan<byte> datagram)
    {
        if (datagram.Length is 0 or > MaxBytes)
            return null;
        try
        {
            return JsonSerializer.Deserialize(datagram, AnnouncementJson.Default.AnnouncementText) is
                { Service: Service, Version: Version, Name: { Length: > 0 and <= MaxName } name, Port: > 0 and <= ushort.MaxValue and var port, Fingerprint: { } text }
                && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-') && Fingerprint.TryParse(text, out var fingerprint)
                ? new Announcement(name, port, fingerprint)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(
        new AnnouncementText(Service, Version, Name, Port, $"{Fingerprint}"), AnnouncementJson.Default.AnnouncementText);

    /// <summary>A machine's name as one that may be announced.</summary>
    public static string NameOf(string machine)
    {
        var name = new StringBuilder();
        foreach (var c in machine.Take(MaxName))
            name.Append(char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' ? c : '-');
        return name.Length > 0 ? name.ToString() : "orchestrator";
    }
}

/// <summary>How an announcement is written.</summary>
internal sealed record AnnouncementText(string? Service, int Version, string? Name, int Port, string? Fingerprint);

/// <summary>How an announcement is written as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(AnnouncementText))]
internal sealed partial class AnnouncementJson : JsonSerializerContext;
