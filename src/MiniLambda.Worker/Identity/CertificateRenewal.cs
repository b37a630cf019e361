using System.Security.Cryptography;
using Google.Protobuf;
using Microsoft.Extensions.Logging;
using MiniLambda.Contracts.V1;
using MiniLambda.Trust.Authorities;
using MiniLambda.Worker.Session;

namespace MiniLambda.Worker.Identity;

/// <summary>Keeps a joined worker's certificate good: over its session while it has one, by its key after it was off for long.</summary>
internal sealed partial class CertificateRenewal(WorkerOptions options, OrchestratorLink link, TimeProvider clock, Random random, ILogger<CertificateRenewal> logger)
    : IDisposable
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(200);

    /// <summary>A certificate that ends sooner is not dialled with.</summary>
    private static readonly TimeSpan TooLate = TimeSpan.FromSeconds(1);

    /// <summary>The key that a certificate was asked for; null when none is.</summary>
    private ECDsa? _asked;

    private bool _isRefused;

    /// <summary>The last certificate that came over a session was not used yet.</summary>
    private bool _isUnseen;

    /// <summary>The orchestrator takes the certificate for one that ended: it is renewed before the next stream.</summary>
    public void Refuse() => _isRefused = true;

    /// <summary>Sees to it that the next stream is opened with a certificate that is good.</summary>
    /// <exception cref="WorkerRefusedException">The orchestrator does not want this worker any more.</exception>
    /// <exception cref="HttpRequestException">It is not there.</exception>
    public async Task BeforeDiallingAsync(CancellationToken cancellationToken)
    {
        if (options.Identity is not { } identity || (!_isRefused && clock.GetUtcNow() < identity.End - TooLate))
            return;
        await Joining.RenewAsync(identity, new Uri(options.Server), clock, cancellationToken);
        _isRefused = false;
        LogRenewed(identity.End);
        link.Rekey();
    }

    /// <summary>Asks for another certificate each time a third of the life of the last is left, for as long as a stream stands.</summary>
    public async Task RunAsync(Func<WorkerMessage, bool> send, CancellationToken cancellationToken)
    {
        while (options.Identity is { } identity)
        {
            if (Interlocked.Exchange(ref _isUnseen, false))
                await link.ShowCertificateAsync(cancellationToken);
            var life = identity.End - identity.Begin;
            // Not all at once: many workers may have joined together.
            var due = identity.End - (life * (0.28 + (0.1 * random.NextDouble())));
            var wait = due - clock.GetUtcNow();
            if (wait > TimeSpan.Zero)
                await Task.Delay(wait, clock, cancellationToken);
            if (identity.End - (life * 0.4) > clock.GetUtcNow())
                continue;
            _asked ??= ECDsa.Create(ECCurve.NamedCurves.nistP256);
            send(new WorkerMessage { Renew = new RenewCertificate { CertificateRequest = ByteString.CopyFrom(WorkerRequest.Create(_asked)) } });
            var patience = (identity.End - clock.GetUtcNow()) / 4;
            await Task.Delay(patience > AskAgain ? AskAgain : patience > ShortestWait ? patience : ShortestWait, clock, cancellationToken);
        }
    }

    /// <summary>A certificate came: calls from now on are made with it; the stream goes on.</summary>
    public void Take(WorkerCertificate certificate)
    {
        if (options.Identity is not { } identity || _asked is not { } key)
            return;
        try
        {
            identity.Renew(certificate.Certificate.ToByteArray(), key);
            LogRenewed(identity.End);
            link.Rekey();
            key.Dispose();
            _asked = null;
            Volatile.Write(ref _isUnseen, true);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            // It is asked for again while there is time.
            LogNotRenewed(e);
        }
    }

    public void Dispose() => _asked?.Dispose();

    [LoggerMessage(3501, LogLevel.Information, "this worker's certificate is renewed: good until {End:u}")]
    private partial void LogRenewed(DateTimeOffset end);

    [LoggerMessage(3502, LogLevel.Warning, "this worker's certificate could not be renewed; it is tried again")]
    private partial void LogNotRenewed(Exception exception);
}
