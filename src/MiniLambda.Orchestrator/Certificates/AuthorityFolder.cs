using System.Security.Cryptography;
using MiniLambda.Domain.Folders;
using MiniLambda.Trust.Authorities;

namespace MiniLambda.Orchestrator.Certificates;

/// <summary>
/// <c>DATA/authority</c>: the cluster's authority (<c>authority.crt</c>, <c>authority.key</c>) and the certificate that it last made for this orchestrator
/// (<c>server.crt</c>, <c>server.key</c>). The keys are their owner's alone to read.
/// </summary>
internal sealed class AuthorityFolder(string data)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Others = ~(OwnerOnly | UnixFileMode.UserExecute);

    public string Location { get; } = Path.Combine(data, "authority");

    public string Certificate => Path.Combine(Location, "authority.crt");

    public string Key => Path.Combine(Location, "authority.key");

    public string ServerCertificate => Path.Combine(Location, "server.crt");

    public string ServerKey => Path.Combine(Location, "server.key");

    /// <summary>Takes up the authority, or makes one when there is none yet.</summary>
    /// <exception cref="IOException">Its files are damaged, open to others, or cannot be read or written.</exception>
    public CertificateAuthority Open(DateTimeOffset now)
    {
        try
        {
            PrivateFolder.Create(Location);
            if (!File.Exists(Certificate))
            {
                using var made = CertificateAuthority.Create(now);
                // The key first: a certificate that stands has its key.
                Write(Key, made.ExportKeyPem());
                Write(Certificate, made.ExportCertificatePem());
                DurableFolder.Flush(Location);
            }

            return CertificateAuthority.Load(File.ReadAllText(Certificate), ReadKey(Key));
        }
        catch (CryptographicException e)
        {
            throw new IOException(
                $"the cluster's authority in {Location} is damaged ({e.Message}): restore that folder from a copy; without it every worker joins anew, and everybody logs in anew", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"the cluster's authority in {Location} cannot be used: {e.Message}", e);
        }
    }

    /// <summary>Reads the authority's certificate without making one; null when there is none yet.</summary>
    /// <exception cref="IOException">It is damaged or cannot be read.</exception>
    public PinnedAuthority? Read()
    {
        if (!File.Exists(Certificate))
            return null;
        return PinnedAuthority.TryParse(File.ReadAllText(Certificate)) ?? throw new IOException($"{Certificate} is no certificate");
    }

    /// <summary>Reads a private key that nobody else may read.</summary>
    /// <exception cref="IOException">Others may read it, or it cannot be read.</exception>
    public static string ReadKey(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read);
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file.SafeFileHandle) & Others) != 0)
                throw new IOException($"key file {path} is open to others; run: chmod 600 {path}");
            using var reader = new StreamReader(file);
            return reader.ReadToEnd();
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"key file {path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Writes a file in one step, its owner's alone to read.</summary>
    public static void Write(string path, string text)
    {
        var draft = $"{path}.{Environment.ProcessId}.tmp";
        File.Delete(draft);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        using (var file = new FileStream(draft, options))
        {
            file.Write(System.Text.Encoding.ASCII.GetBytes(text + "\n"));
            file.Flush(flushToDisk: true);
        }

        File.Move(draft, path, overwrite: true);
    }
}
