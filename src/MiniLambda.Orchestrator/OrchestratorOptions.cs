using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using MiniLambda.Domain.Access;
using MiniLambda.Domain.Scheduling;
using MiniLambda.Domain.Tenants;
using MiniLambda.Domain.Text;
using MiniLambda.Telemetry.Logs;
using MiniLambda.Trust.Modules;

namespace MiniLambda.Orchestrator;

/// <summary>Settings of an orchestrator. Those with a description are read from flags, environment and configuration file.</summary>
public sealed class OrchestratorOptions : IValidatableObject, ILogSettings
{
    /// <summary>Where an orchestrator listens that is told nothing else.</summary>
    public const string UsualListen = "https://127.0.0.1:7070";

    [Description("URL to listen on: https:// serves TLS 1.3, http:// plain text (beyond this machine only with --insecure-plaintext); port 0 takes any free port")]
    [Required]
    public string Listen { get; set; } = UsualListen;

    [Description("PEM file with a server certificate of one's own, and the chain it needs; read again when it changes. Without it the orchestrator makes one")]
    public string? TlsCert { get; set; }

    [Description("PEM file with its key (mode 0600)")]
    public string? TlsKey { get; set; }

    [Description("further names and addresses, with commas between, that the orchestrator's certificate is for, such as that of the router it is dialled through")]
    public string? TlsNames { get; set; }

    [Description("serve plain text where it is not confined to this machine: whoever is on the network can then read tokens, modules and results")]
    public bool InsecurePlaintext { get; set; }

    [Description("say on the local network where this orchestrator is and what its authority's fingerprint is, for 'minilambda-worker join --discover' and 'minilambda login --discover'")]
    public bool Announce { get; set; }


    [Description("folder that holds the whole state: the database and the blobs")]
    [Required]
    public string Data { get; set; } = "minilambda-data";

    [Description("file with the token that every call must bear (mode 0600); without it MINILAMBDA_TOKEN, else DATA/token, made on first start")]
    public string? TokenFile { get; set; }

    [Description("file that appears, with the URL as its line, once the orchestrator can serve")]
    public string? ReadyFile { get; set; }

    [Description("a worker's jobs are given to others when it was not heard of for so long")]
    public TimeSpan LeaseDuration { get; set; } = TimeSpan.FromSeconds(15);

    [Description("largest module accepted")]
    [Range(1, 4L << 30)]
    public long MaxModuleBytes { get; set; } = 256L << 20;

    [Description("largest input accepted")]
    [Range(0, 4L << 30)]
    public long MaxInputBytes { get; set; } = 256L << 20;

    [Description("jobs held in memory ready for dispatch; the rest of a backlog stays on disk")]
    [Range(1, 1_000_000)]
    public int DispatchWindow { get; set; } = 1024;

    [Description("how long an idempotency key makes repeated requests one job")]
    public TimeSpan IdempotencyWindow { get; set; } = TimeSpan.FromHours(24);

    [Description("how long a job that has its outcome is kept, with its result and its log")]
    public TimeSpan KeepJobs { get; set; } = TimeSpan.FromDays(7);

    [Description("how long a job that failed for good is kept")]
    public TimeSpan KeepDeadLetters { get; set; } = TimeSpan.FromDays(30);

    [Description("how long an event is kept, for watchers that come back")]
    public TimeSpan KeepEvents { get; set; } = TimeSpan.FromDays(2);

    [Description("how long an entry of the audit log is kept")]
    public TimeSpan KeepAudit { get; set; } = TimeSpan.FromDays(365);

    /// <summary>A file of the audit log that is larger is followed by a new one.</summary>
    internal long AuditFileBytes { get; set; } = 16L << 20;

    /// <summary>So is one whose first entry is older.</summary>
    internal TimeSpan AuditFileAge { get; set; } = TimeSpan.FromDays(7);

    [Category("trust")]
    [Description("who may sign functions, as name=key: what 'minilambda key show' prints, or a file that holds it; repeatable")]
    public Dictionary<string, string> TrustSigners { get; set; } = [];

    [Category("trust")]
    [Description("functions that are pushed only when a signer signed them: patterns such as prod-*; * for all")]
    public List<string> TrustRequireSignature { get; set; } = [];

    [Description("what stands in a line of the log: text for people, or JSON")]
    public LogFormat LogFormat { get; set; } = LogFormat.Text;

    [Description("the least that is logged; read again from the configuration on SIGHUP")]
    public LogVerbosity LogLevel { get; set; } = LogVerbosity.Information;

    [Description("measure, and serve the measurements to Prometheus at /metrics")]
    public bool Metrics { get; set; } = true;

    [Description("URL of an OTLP receiver that metrics and traces are sent to; without it OTEL_EXPORTER_OTLP_ENDPOINT, else nowhere")]
    public Uri? OtlpEndpoint { get; set; }

    [Description("fraction of the traces beginning here that are kept, 0 to 1; what a caller traces is always")]
    [Range(0.0, 1.0)]
    public double TraceSample { get; set; } = 0.1;

    [Description("free disk space below which this orchestrator does not count as ready")]
    [Range(0, 1L << 50)]
    public long DiskFloorBytes { get; set; } = 64L << 20;

    [Description("a resource class that manifests may ask for")]
    public Dictionary<string, ResourceClass> ResourceClasses { get; } = [];

    [Description("a tenant and its limits (0 = none), with a token of its own in DATA/tenants/NAME.token")]
    public Dictionary<string, TenantPolicy> Tenants { get; } = [];

    public IEnumerable<string> TenantNames => Tenants.Keys;

    /// <summary>UDP port that announcements go to.</summary>
    internal int AnnouncePort { get; set; } = Trust.Discovery.LocalNetwork.UsualPort;

    /// <summary>Where it listens: <see cref="InsecurePlaintext"/> alone means plain text at the usual place.</summary>
    internal Uri Address => new(InsecurePlaintext && Listen == UsualListen ? UsualListen.Replace("https", "http", StringComparison.Ordinal) : Listen);

    internal IEnumerable<string> MoreTlsNames => (TlsNames ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Why plain text is not served at a URL, with what to do; null when it is, or when the URL asks for TLS.</summary>
    public static string? PlaintextRefusal(Uri listen, bool isInsecureWanted) =>
        listen.Scheme != Uri.UriSchemeHttp || listen.IsLoopback || isInsecureWanted ? null
            : $"{listen.OriginalString} would serve plain text beyond this machine, where others can read tokens, modules and results; use https://{listen.Authority}, or add --insecure-plaintext";

    /// <summary>What a tenant may use; without limit when the configuration does not name it.</summary>
    public TenantPolicy PolicyOf(string tenant) => Tenants.GetValueOrDefault(tenant, TenantPolicy.Unlimited);

    /// <summary>The token that every call must bear. Not a setting: it is never taken from a flag or a configuration file, where others could read it.</summary>
    public string Token { get; set; } = "";

    /// <summary>The tokens of tenants, by their names; not a setting either.</summary>
    public Dictionary<string, string> TenantTokens { get; } = [];

    /// <summary>A client that has not said by then which protocol it speaks is hung up on.</summary>
    internal TimeSpan FirstWordPatience { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the certificate of a worker that joined is good.</summary>
    internal TimeSpan NodeCertificateLifetime { get; set; } = TimeSpan.FromHours(72);

    /// <summary>How often a worker must be heard: a third of the lease, so that two heartbeats may be lost.</summary>
    internal TimeSpan HeartbeatInterval => LeaseDuration / 3;

    /// <summary>A watcher of events that takes nothing for so long is dropped.</summary>
    internal TimeSpan WatcherPatience { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Between two points of the web page's curves.</summary>
    internal TimeSpan ActivityInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Wrong tokens that may come from one address before it has to wait.</summary>
    internal int FreeAttempts { get; set; } = 10;

    /// <summary>Connections that may be open and have shown no credential.</summary>
    internal int MaxUnprovenConnections { get; set; } = 1024;

    /// <summary>A connection that has shown no credential for so long is cut.</summary>
    internal TimeSpan UnprovenPatience { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Calls that one caller may have open at once, streams among them.</summary>
    internal int MaxCallsPerCaller { get; set; } = 16_384;

    /// <summary>A connection that was silent for so long is pinged, so that a peer which vanished without a word is noticed.</summary>
    internal TimeSpan PingDelay => TimeSpan.FromSeconds(Math.Clamp(HeartbeatInterval.TotalSeconds, 1, 20));

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!Uri.TryCreate(Listen, UriKind.Absolute, out var url) || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps))
            yield return new ValidationResult($"'{Listen}' is not a URL such as {UsualListen}", [nameof(Listen)]);
        else if (PlaintextRefusal(url, InsecurePlaintext) is { } refusal)
            yield return new ValidationResult(refusal, [nameof(Listen)]);
        else if (InsecurePlaintext && url.Scheme == Uri.UriSchemeHttps && Listen != UsualListen)
            yield return new ValidationResult("contradicts the https:// of --listen", [nameof(InsecurePlaintext)]);
        if (Announce && url?.Scheme == Uri.UriSchemeHttp)
            yield return new ValidationResult("needs https://: over plain text nobody could tell this orchestrator from another", [nameof(Announce)]);
        if (TlsKey is not null && TlsCert is null)
            yield return new ValidationResult("needs --tls-cert beside it", [nameof(TlsKey)]);
        if (MoreTlsNames.FirstOrDefault(static name => Uri.CheckHostName(name) == UriHostNameType.Unknown) is { } wrong)
            yield return new ValidationResult($"'{wrong}' is no name or address of a host", [nameof(TlsNames)]);
        if (LeaseDuration < TimeSpan.FromSeconds(1) || LeaseDuration > TimeSpan.FromHours(1))
            yield return new ValidationResult("must be between 1s and 1h", [nameof(LeaseDuration)]);
        foreach (var (name, text) in TrustSigners.Where(static signer => TrustedSigners.Resolve(signer.Value) is null))
            yield return new ValidationResult($"'{name}': {TrustedSigners.Rule}, not '{Printable.Of(text)}'", [nameof(TrustSigners)]);
        foreach (var pattern in TrustRequireSignature.Where(static pattern => !FunctionPatterns.IsValid(pattern)))
            yield return new ValidationResult($"must be {FunctionPatterns.Rule}, not '{Printable.Of(pattern)}'", [nameof(TrustRequireSignature)]);
        foreach (var (name, kept) in ((string, TimeSpan)[])[(nameof(KeepJobs), KeepJobs), (nameof(KeepDeadLetters), KeepDeadLetters), (nameof(KeepEvents), KeepEvents), (nameof(KeepAudit), KeepAudit)])
        {
            // Who waits for a job, or comes back to a stream, is still to find it.
            if (kept < TimeSpan.FromMinutes(1) || kept > TimeSpan.FromDays(36500))
                yield return new ValidationResult("must be between 1m and 36500d", [name]);
        }
    }
}
