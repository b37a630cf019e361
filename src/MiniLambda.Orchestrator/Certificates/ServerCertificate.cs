using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using MiniLambda.Trust.Authorities;

namespace MiniLambda.Orchestrator.Certificates;

/// <summary>The certificate that this orchestrator shows now.</summary>
internal abstract class ServerCertificate
{
    /// <summary>What the next connection is made with. Cheap unless it is time for another one; never throws once one was there.</summary>
    public abstract SslStreamCertificateContext Current { get; }

    /// <summary>Whom clients pin.</summary>
    public abstract PinnedAuthority Pinned { get; }
}

/// <summary>A certificate of the cluster's own authority, made anew well before it ends.</summary>
internal sealed partial class IssuedCertificate : ServerCertificate
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(90);

    /// <summary>It is renewed when so much is left.</summary>
    public static readonly TimeSpan RenewBefore = TimeSpan.FromDays(30);

    private const string AlternativeNames = "2.5.29.17";

    private readonly Lock _gate = new();
    private readonly CertificateAuthority _authority;
    private readonly AuthorityFolder _folder;
    private readonly IReadOnlyList<string> _names;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private Issue _issue;

    /// <exception cref="IOException">The certificate cannot be kept.</exception>
    public IssuedCertificate(CertificateAuthority authority, AuthorityFolder folder, IReadOnlyList<string> names, TimeProvider clock, ILogger logger)
    {
        (_authority, _folder, _names, _clock, _logger) = (authority, folder, names, clock, logger);
        _issue = Load() is { } kept && IsGood(kept) ? Prepare(kept) : Make();
    }

    public override PinnedAuthority Pinned => _authority.Pinned;

    public override SslStreamCertificateContext Current
    {
        get
        {
            var issue = Volatile.Read(ref _issue);
            return _clock.GetUtcNow() < issue.RenewAt ? issue.Context : Renewed(issue);
        }
    }

    private SslStreamCertificateContext Renewed(Issue old)
    {
        lock (_gate)
        {
            if (_issue != old)
                return _issue.Context;
            try
            {
                Volatile.Write(ref _issue, Make());
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
            {
                // The old one serves on; it is tried again after a while.
                LogNotRenewed(_logger, old.End, e);
                Volatile.Write(ref _issue, old with { RenewAt = _clock.GetUtcNow() + TimeSpan.FromMinutes(10) });
            }

            return _issue.Context;
        }
    }

    private Issue Make()
    {
        var certificate = _authority.IssueServer(_names, _clock.GetUtcNow(), Lifetime);
        using var key = certificate.GetECDsaPrivateKey()!;
        AuthorityFolder.Write(_folder.ServerKey, key.ExportPkcs8PrivateKeyPem());
        AuthorityFolder.Write(_folder.ServerCertificate, certificate.ExportCertificatePem());
        LogIssued(_logger, certificate.NotAfter.ToUniversalTime());
        return Prepare(certificate);
    }

    private Issue Prepare(X509Certificate2 certificate)
    {
        var end = new DateTimeOffset(certificate.NotAfter.ToUniversalTime());
        return new Issue(
            SslStreamCertificateContext.Create(certificate, [_authority.Certificate], offline: true), end - RenewBefore, end);
    }

    private X509Certificate2? Load()
    {
        try
        {
            if (!File.Exists(_folder.ServerCertificate))
                return null;
            using var kept = X509Certificate2.CreateFromPem(File.ReadAllText(_folder.ServerCertificate), AuthorityFolder.ReadKey(_folder.ServerKey));
            return KeyedCertificate.Usable(kept);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            return null;
        }
    }

    private bool IsGood(X509Certificate2 kept)
    {
        if (kept.Issuer != _authority.Certificate.Subject || kept.NotAfter.ToUniversalTime() - RenewBefore <= _clock.GetUtcNow().UtcDateTime)
            return false;
        var names = kept.Extensions.FirstOrDefault(static e => e.Oid?.Value == AlternativeNames) is { } extension
            ? new X509SubjectAlternativeNameExtension(extension.RawData) : null;
        var known = names?.EnumerateDnsNames().Concat(names.EnumerateIPAddresses().Select(static a => a.ToString())).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return known is not null && _names.All(known.Contains);
    }

    private sealed record Issue(SslStreamCertificateContext Context, DateTimeOffset RenewAt, DateTimeOffset End);

    [LoggerMessage(1951, LogLevel.Information, "new certificate for this orchestrator, good until {End:u}")]
    private static partial void LogIssued(ILogger logger, DateTime end);

    [LoggerMessage(1952, LogLevel.Error, "the certificate of this orchestrator, good until {End:u}, could not be renewed; it is tried again")]
    private static partial void LogNotRenewed(ILogger logger, DateTimeOffset end, Exception exception);
}

/// <summary>A certificate that its owner keeps in two files, read again when they change.</summary>
internal sealed partial class OwnCertificate : ServerCertificate
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly string _certificate;
    private readonly string _key;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private Read _read;
    private long _looked;

    /// <exception cref="IOException">The files cannot be read, or are not a certificate and its key.</exception>
    public OwnCertificate(string certificate, string key, TimeProvider clock, ILogger logger)
    {
        (_certificate, _key, _clock, _logger) = (certificate, key, clock, logger);
        _read = Load();
        _looked = clock.GetTimestamp();
    }

    public override PinnedAuthority Pinned => Volatile.Read(ref _read).Pinned;

    public override SslStreamCertificateContext Current
    {
        get
        {
            if (_clock.GetElapsedTime(Volatile.Read(ref _looked)) >= LookEvery)
                Look();
            return Volatile.Read(ref _read).Context;
        }
    }

    /// <summary>Whom clients pin, from the certificate's file alone.</summary>
    /// <exception cref="IOException">The file cannot be read or holds no certificate.</exception>
    public static PinnedAuthority ReadPinned(string certificate)
    {
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(File.ReadAllText(certificate));
            return chain.Count > 0 ? new PinnedAuthority(chain[^1].RawData) : throw new IOException($"{certificate} holds no certificate");
        }
        catch (Exception e) when (e is UnauthorizedAccessException or CryptographicException)
        {
            throw new IOException($"{certificate} is no certificate as PEM: {e.Message}", e);
        }
    }

    private void Look()
    {
        lock (_gate)
        {
            Volatile.Write(ref _looked, _clock.GetTimestamp());
            if (_read.Stamp == Stamp() || _read.Failed == Stamp())
                return;
            try
            {
                Volatile.Write(ref _read, Load());
                LogRead(_logger, _certificate);
            }
            catch (IOException e)
            {
                // Perhaps half of it is written yet. The one before serves on.
                LogNotRead(_logger, e.Message);
                Volatile.Write(ref _read, _read with { Failed = Stamp() });
            }
        }
    }

    private (DateTime, DateTime) Stamp() => (File.GetLastWriteTimeUtc(_certificate), File.GetLastWriteTimeUtc(_key));

    private Read Load()
    {
        var stamp = Stamp();
        try
        {
            var pem = File.ReadAllText(_certificate);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(pem);
            if (chain.Count == 0)
                throw new IOException($"{_certificate} holds no certificate");
            using var keyed = X509Certificate2.CreateFromPem(pem, AuthorityFolder.ReadKey(_key));
            var context = SslStreamCertificateContext.Create(KeyedCertificate.Usable(keyed), [.. chain.Skip(1)], offline: true);
            return new Read(context, new PinnedAuthority(chain[^1].RawData), stamp);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new IOException($"{_certificate} and {_key} are not a certificate and its key, as PEM: {e.Message}", e);
        }
    }

    private sealed record Read(SslStreamCertificateContext Context, PinnedAuthority Pinned, (DateTime, DateTime) Stamp)
    {
        public (DateTime, DateTime) Failed { get; init; }
    }

    [LoggerMessage(1953, LogLevel.Information, "certificate read again from {Path}")]
    private static partial void LogRead(ILogger logger, string path);

    [LoggerMessage(1954, LogLevel.Warning, "the changed certificate is not used, the one before serves on: {Reason}")]
    private static partial void LogNotRead(ILogger logger, string reason);
}
