using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using MiniLambda.Domain.Access;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Text;
using MiniLambda.Domain.Workers;
using MiniLambda.Sandbox;
using MiniLambda.Sandbox.Compilation;
using MiniLambda.Sandbox.Hosts;
using MiniLambda.Telemetry.Logs;
using MiniLambda.Telemetry.Probes;
using MiniLambda.Trust.Authorities;
using MiniLambda.Trust.Links;
using MiniLambda.Trust.Modules;
using MiniLambda.Worker.Execution;
using MiniLambda.Worker.Identity;

namespace MiniLambda.Worker;

/// <summary>Settings of a worker. Those with a description are read from flags, environment and configuration file.</summary>
public sealed class WorkerOptions : IValidatableObject, ILogSettings
{
    /// <summary>Where a worker dials that is told nothing else.</summary>
    public const string UsualServer = "https://127.0.0.1:7070";

    [Description("URL of the orchestrator; a worker that joined knows it")]
    [Required]
    public string Server { get; set; } = UsualServer;

    [Description("fingerprint of the orchestrator's authority ('minilambda-orchestrator fingerprint'), for a worker with the cluster's token; without it whom this system trusts")]
    public string? Authority { get; set; }


    [Description("folder for modules, compiled artifacts, outcomes that are not delivered yet, and who a joined worker is (identity.json)")]
    [Required]
    public string Data { get; set; } = "minilambda-worker-data";

    [Description("name of this worker, unique in the cluster")]
    [Required]
    [RegularExpression("[A-Za-z0-9][A-Za-z0-9._-]{0,62}", ErrorMessage = "must be letters, digits, '.', '_' and '-', at most 63")]
    public string Name { get; set; } = Environment.MachineName.ToLowerInvariant();

    [Description("jobs at once")]
    [Range(1, 1024)]
    public int Slots { get; set; } = Environment.ProcessorCount;

    [Description("label that placement can ask for, as key=value; repeatable")]
    public Dictionary<string, string> Labels { get; set; } = [];

    [Description("folder that functions may be granted under a name, as name=path, or name=path:rw when they may write; repeatable")]
    public Dictionary<string, string> Mounts { get; set; } = [];

    [Description("let functions that were granted it use the network: the whole of it")]
    public bool AllowNetwork { get; set; }

    [Description("file with the orchestrator's token (mode 0600); without it MINILAMBDA_TOKEN, else DATA/token")]
    public string? TokenFile { get; set; }

    [Description("file that appears, with the worker's name as its line, once the worker can serve")]
    public string? ReadyFile { get; set; }

    [Description("compiled artifacts kept on disk; the least recently used go first")]
    [Range(1 << 20, 1L << 50)]
    public long ArtifactCacheBytes { get; set; } = 1L << 30;

    [Description("outcomes kept on disk while the orchestrator is away; more are kept in memory alone")]
    [Range(0, 1L << 40)]
    public long SpoolBytes { get; set; } = 1L << 30;

    [Description("longest time that compiling a module may take")]
    public TimeSpan CompileTimeout { get; set; } = Compiling.Timeout;

    [Description("most memory (address space) that compiling a module may take")]
    [Range(256 << 20, 1L << 40)]
    public long CompileMemoryBytes { get; set; } = Compiling.MemoryBytes;

    [Description("what stands between functions and this worker, beside the engine: process (a child process with as many walls as the system has) or thread (little memory)")]
    public Isolation Isolation { get; set; } = Isolation.Process;

    /// <summary>How to start a sandbox host. Not a setting: this very program, except in tests.</summary>
    public HostCommand Host { get; set; } = HostCommand.Self();

    [Description("how long a worker tries to come in while another of its name is there: one that vanished counts as there until its lease is over")]
    public TimeSpan NameWait { get; set; } = TimeSpan.FromSeconds(30);

    [Category("trust")]
    [Description("who may sign functions for this worker, as name=key: what 'minilambda key show' prints, or a file that holds it; repeatable")]
    public Dictionary<string, string> TrustSigners { get; set; } = [];

    [Category("trust")]
    [Description("functions that run here only when such a signer signed them: patterns such as prod-*; * for all")]
    public List<string> TrustRequireSignature { get; set; } = [];

    [Category("trust")]
    [Description("the only functions that run here: patterns such as img-*; none for all")]
    public List<string> TrustFunctions { get; set; } = [];

    [Category("trust")]
    [Description("the only tenants whose jobs run here; none for all")]
    public List<string> TrustTenants { get; set; } = [];

    [Description("parts of the day in which jobs are taken, in local time, such as 22:00-07:00; none for always")]
    public List<string> Hours { get; set; } = [];

    [Description("while the machine runs on its battery: pause takes no new jobs (Linux tells; elsewhere it counts as mains)")]
    public OwnerWish OnBattery { get; set; } = OwnerWish.Run;

    [Description("while others than this worker's functions keep over half of the cores busy, by the load average of one minute: pause takes no new jobs (Linux tells; elsewhere the machine never counts as in use)")]
    public OwnerWish WhenBusy { get; set; } = OwnerWish.Run;

    [Description("most memory that the functions which run at once may have together, by their limits")]
    [Range(ExecutionLimits.MinMemoryBytes, 1L << 50)]
    public long? MaxMemoryBytes { get; set; }

    [Description("what stands in a line of the log: text for people, or JSON")]
    public LogFormat LogFormat { get; set; } = LogFormat.Text;

    [Description("the least that is logged; read again from the configuration on SIGHUP")]
    public LogVerbosity LogLevel { get; set; } = LogVerbosity.Information;

    [Description("URL to serve /metrics, /healthz and /readyz at, to whoever asks, such as http://127.0.0.1:9090; port 0 takes any free port; without it nothing is served")]
    public Uri? MetricsListen { get; set; }

    [Description("URL of an OTLP receiver that metrics and traces are sent to; without it OTEL_EXPORTER_OTLP_ENDPOINT, else nowhere")]
    public Uri? OtlpEndpoint { get; set; }

    private static CompileLimits Compiling { get; } = new();

    /// <summary>The orchestrator's token. Not a setting: it is never taken from a flag or a configuration file, where others could read it.</summary>
    public string Token { get; set; } = "";

    /// <summary>What it got when it joined; null for a worker with the cluster's token. Not a setting either.</summary>
    public NodeIdentity? Identity { get; set; }

    /// <summary>Whom it takes for its orchestrator.</summary>
    internal ServerTrust Trust => Identity is { } identity ? new ServerTrust(identity.Authority)
        : Fingerprint.TryParse(Authority ?? "", out var fingerprint) ? new ServerTrust(fingerprint: fingerprint) : ServerTrust.System;

    /// <summary>When jobs are taken.</summary>
    internal OwnerRules Rules => new([.. Hours.Select(static hours => OwnerHours.TryParse(hours, out var parsed) ? parsed : default)], OnBattery, WhenBusy);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!Uri.TryCreate(Server, UriKind.Absolute, out var url) || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps))
            yield return new ValidationResult($"'{Server}' is not a URL such as {UsualServer}", [nameof(Server)]);
        else if (Authority is not null && url.Scheme == Uri.UriSchemeHttp)
            yield return new ValidationResult("means nothing over plain text; dial the orchestrator at https://", [nameof(Authority)]);
        if (Authority is not null && !Fingerprint.TryParse(Authority, out _))
            yield return new ValidationResult("must be 64 hexadecimal digits, as 'minilambda-orchestrator fingerprint' prints them", [nameof(Authority)]);
        foreach (var (name, text) in Mounts)
        {
            if (!Directory.Exists(ExportedFolder.Parse(text).Path))
                yield return new ValidationResult($"'{name}': there is no folder '{ExportedFolder.Parse(text).Path}'", [nameof(Mounts)]);
        }
        foreach (var (name, text) in TrustSigners.Where(static signer => TrustedSigners.Resolve(signer.Value) is null))
            yield return new ValidationResult($"'{name}': {TrustedSigners.Rule}, not '{Printable.Of(text)}'", [nameof(TrustSigners)]);
        foreach (var (setting, patterns) in ((string, List<string>)[])[(nameof(TrustRequireSignature), TrustRequireSignature), (nameof(TrustFunctions), TrustFunctions)])
        {
            foreach (var pattern in patterns.Where(static pattern => !FunctionPatterns.IsValid(pattern)))
                yield return new ValidationResult($"must be {FunctionPatterns.Rule}, not '{Printable.Of(pattern)}'", [setting]);
        }

        if (TrustRequireSignature.Count > 0 && TrustSigners.Count == 0)
            yield return new ValidationResult("names functions that must be signed, but no signer is trusted: nothing of them would ever run", [nameof(TrustRequireSignature)]);
        foreach (var hours in Hours.Where(static hours => !OwnerHours.TryParse(hours, out _)))
            yield return new ValidationResult($"must be {OwnerHours.Rule}, not '{Printable.Of(hours)}'", [nameof(Hours)]);

        if (MetricsListen is { } metrics && (metrics.Scheme != Uri.UriSchemeHttp || !ProbeListener.TryAddress(metrics, out _)))
            yield return new ValidationResult($"'{metrics.OriginalString}' is not a URL with an address of this machine, such as http://127.0.0.1:9090", [nameof(MetricsListen)]);
        if (CompileTimeout <= TimeSpan.Zero || CompileTimeout > TimeSpan.FromHours(1))
            yield return new ValidationResult("must be between 1ms and 1h", [nameof(CompileTimeout)]);
        if (NameWait < TimeSpan.Zero || NameWait > TimeSpan.FromHours(2))
            yield return new ValidationResult("must be between 0s and 2h", [nameof(NameWait)]);
    }
}
