using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Serialization;
using MiniLambda.Domain.Folders;
using MiniLambda.Trust.Authorities;

namespace MiniLambda.Worker.Identity;

/// <summary>
/// What makes a worker this cluster's: its name, certificate and key, and whom it takes for its orchestrator. Kept in <c>DATA/identity.json</c>, its owner's
/// alone to read; without it the worker joins anew.
/// </summary>
public sealed class NodeIdentity
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Others = ~(OwnerOnly | UnixFileMode.UserExecute);

    private readonly string _path;
    private X509Certificate2 _certificate;

    private NodeIdentity(string path, Uri server, string name, PinnedAuthority? authority, Fingerprint proven, X509Certificate2 certificate)
    {
        (_path, Server, Name, Authority, Proven, _certificate) = (path, server, name, authority, proven, certificate);
    }

    /// <summary>The orchestrator, at the address that it was joined at.</summary>
    public Uri Server { get; }

    public string Name { get; }

    /// <summary>Null where the orchestrator's certificate is of an authority that the system trusts.</summary>
    public PinnedAuthority? Authority { get; }

    /// <summary>What the orchestrator was known by when it was joined; proofs are bound to it.</summary>
    public Fingerprint Proven { get; }

    /// <summary>The data folder that it is kept in.</summary>
    internal string Folder => Path.GetDirectoryName(_path)!;

    /// <summary>The certificate with its key.</summary>
    internal X509Certificate2 Certificate => Volatile.Read(ref _certificate);

    internal DateTimeOffset Begin => Certificate.NotBefore.ToUniversalTime();

    internal DateTimeOffset End => Certificate.NotAfter.ToUniversalTime();

    /// <summary>Null for a worker that did not join.</summary>
    /// <exception cref="IOException">It is damaged, open to others, or cannot be read.</exception>
    public static NodeIdentity? TryLoad(string data)
    {
        var path = Location(data);
        if (!File.Exists(path))
            return null;
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read);
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file.SafeFileHandle) & Others) != 0)
                throw new IOException($"{path} is open to others; run: chmod 600 {path}");
            var kept = JsonSerializer.Deserialize(file, IdentityJson.Default.IdentityFile) ?? throw new JsonException("it is empty");
            if (!Uri.TryCreate(kept.Server, UriKind.Absolute, out var server) || !Fingerprint.TryParse(kept.Fingerprint, out var proven))
                throw new JsonException("its server or fingerprint is none");
            using var key = ECDsa.Create();
            key.ImportPkcs8PrivateKey(kept.Key, out _);
            var authority = kept.Authority.Length > 0 ? new PinnedAuthority(kept.Authority) : null;
            return new NodeIdentity(path, server, kept.Name, authority, proven, Join(kept.Certificate, key));
        }
        catch (Exception e) when (e is JsonException or CryptographicException or ArgumentException or InvalidOperationException)
        {
            throw new IOException($"{path} is damaged ({e.Message}): remove it and join with a new token ('minilambda join-token')", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"{path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Keeps what joining gave.</summary>
    /// <param name="certificate">X.509, DER.</param>
    /// <exception cref="CryptographicException">It is no certificate of that key.</exception>
    /// <exception cref="IOException">It cannot be kept.</exception>
    internal static NodeIdentity Create(
        string data, Uri server, string name, PinnedAuthority? authority, Fingerprint proven, byte[] certificate, ECDsa key)
    {
        var identity = new NodeIdentity(Location(data), server, name, authority, proven, Join(certificate, key));
        identity.Save(certificate, key);
        return identity;
    }

    /// <summary>Takes another certificate in the place of the one before.</summary>
    /// <exception cref="CryptographicException">It is no certificate of that key.</exception>
    /// <exception cref="IOException">It cannot be kept.</exception>
    internal void Renew(byte[] certificate, ECDsa key)
    {
        var joined = Join(certificate, key);
        Save(certificate, key);
        Volatile.Write(ref _certificate, joined);
    }

    private static string Location(string data) => Path.Combine(Path.GetFullPath(data), "identity.json");

    private static X509Certificate2 Join(byte[] certificate, ECDsa key)
    {
        using var bare = X509CertificateLoader.LoadCertificate(certificate);
        try
        {
            using var keyed = bare.CopyWithPrivateKey(key);
            return KeyedCertificate.Usable(keyed);
        }
        catch (ArgumentException e)
        {
            throw new CryptographicException("the certificate is of another key", e);
        }
    }

    private void Save(byte[] certificate, ECDsa key)
    {
        var kept = new IdentityFile(
            Server.ToString().TrimEnd('/'), Name, $"{Proven}", Authority is null ? [] : Authority.Certificate.ToArray(), certificate, key.ExportPkcs8PrivateKey());
        PrivateFolder.Create(Path.GetDirectoryName(_path)!);
        var draft = $"{_path}.tmp";
        File.Delete(draft);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        using (var file = new FileStream(draft, options))
        {
            JsonSerializer.Serialize(file, kept, IdentityJson.Default.IdentityFile);
            file.Flush(flushToDisk: true);
        }

        File.Move(draft, _path, overwrite: true);
        DurableFolder.Flush(Path.GetDirectoryName(_path)!);
    }
}

/// <summary>How an identity lies on the disk.</summary>
/// <param name="Authority">X.509, DER; empty for those that the system trusts.</param>
/// <param name="Certificate">X.509, DER.</param>
/// <param name="Key">PKCS #8, DER.</param>
internal sealed record IdentityFile(string Server, string Name, string Fingerprint, byte[] Authority, byte[] Certificate, byte[] Key);

/// <summary>How an identity is written as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(IdentityFile))]
internal sealed partial class IdentityJson : JsonSerializerContext;
