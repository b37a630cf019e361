using System.Text;
using MiniLambda.Domain.Quantities;
using MiniLambda.Domain.Text;

namespace MiniLambda.Domain.Functions;

/// <summary>
/// What a function is run with: the content of <c>minilambda.toml</c>, with every default filled in. Immutable; a job's own settings make a
/// changed copy.
/// </summary>
public sealed record FunctionManifest
{
    public required FunctionName Name { get; init; }

    /// <summary>Path of the module, relative to the manifest's folder; empty when the module came without a manifest.</summary>
    public string Module { get; init; } = "";

    public string Description { get; init; } = "";

    /// <summary>The export that is called.</summary>
    public string Entry { get; init; } = DefaultEntry;

    /// <summary>Arguments after the program's name (<c>argv[1..]</c>); <c>argv[0]</c> is the function's name.</summary>
    public IReadOnlyList<string> Args { get; init; } = [];

    /// <summary>The guest's whole environment.</summary>
    public IReadOnlyDictionary<string, string> Env { get; init; } = new Dictionary<string, string>();

    /// <summary>Secrets that the guest gets as environment: variable → secret.</summary>
    public IReadOnlyDictionary<string, string> Secrets { get; init; } = new Dictionary<string, string>();

    public ExecutionLimits Limits { get; init; } = ExecutionLimits.Default;

    public CapabilityGrants Capabilities { get; init; } = CapabilityGrants.None;

    public RetryPolicy Retry { get; init; } = RetryPolicy.Default;

    public PlacementSpec Placement { get; init; } = PlacementSpec.Anywhere;

    /// <summary>Name of the resource class that says how much an attempt may use; empty when the limits say so themselves.</summary>
    public string ResourceClass { get; init; } = "";

    /// <summary>Slots of its worker that an attempt takes; from its resource class.</summary>
    public int Slots { get; init; } = 1;

    /// <summary>Whose job it is; not in the manifest's text.</summary>
    public string Tenant { get; init; } = Scheduling.Lane.DefaultTenant;

    /// <summary>Key ids of those who signed the function; not in the manifest's text.</summary>
    public IReadOnlyList<string> Signers { get; init; } = [];

    /// <summary>The cluster's owner wants it signed; not in the manifest's text.</summary>
    public bool MustBeSigned { get; init; }

    /// <summary>A WASI command's entry.</summary>
    public const string DefaultEntry = "_start";

    private const int MaxEntries = 1024;
    private const int MaxTextBytes = 128 << 10;
    private const int MaxSecrets = 64;
    private const int MaxVariable = 128;

    /// <inheritdoc cref="ArgumentProblems(IReadOnlyList{string}, IReadOnlyDictionary{string, string})"/>
    public IEnumerable<(string Key, string Message)> ArgumentProblems() => ArgumentProblems(Args, Env).Concat(SecretProblems());

    /// <summary>What is wrong with the secrets: each would be a variable, and none may be one of the environment too.</summary>
    private IEnumerable<(string Key, string Message)> SecretProblems()
    {
        if (Secrets.Count > MaxSecrets)
            yield return ("secrets", $"there are {Secrets.Count} secrets; at most {MaxSecrets} are passed");
        foreach (var (variable, secret) in Secrets)
        {
            var key = $"secrets.{variable}";
            if (variable.Length is 0 or > MaxVariable || !(char.IsAsciiLetter(variable[0]) || variable[0] == '_') || !variable.All(static c => char.IsAsciiLetterOrDigit(c) || c == '_'))
                yield return (key, $"'{Printable.Of(variable)}' cannot hold a secret: a variable has letters, digits and '_', at most {MaxVariable}, and begins with no digit");
            else if (Env.ContainsKey(variable))
                yield return (key, $"'{variable}' is a secret and a plain variable too: it can be one of them");
            if (Domain.Secrets.SecretRules.NameProblem(secret) is { } problem)
                yield return (key, problem);
        }
    }

    /// <summary>What is wrong with arguments and environment, each with the manifest key it belongs to: too many, too large, or not passable.</summary>
    public static IEnumerable<(string Key, string Message)> ArgumentProblems(IReadOnlyList<string> args, IReadOnlyDictionary<string, string> env)
    {
        if (args.Count > MaxEntries)
            yield return ("args", $"there are {args.Count} arguments; at most {MaxEntries} are passed");
        if (env.Count > MaxEntries)
            yield return ("env", $"the environment has {env.Count} entries; at most {MaxEntries} are passed");
        if (args.Any(a => a.Contains('\0')))
            yield return ("args", "an argument contains a NUL character");
        foreach (var (key, value) in env)
        {
            if (key.Length == 0 || key.Contains('=') || key.Contains('\0') || value.Contains('\0'))
                yield return ("env", $"'{Printable.Of(key)}' cannot be an environment variable");
        }

        var size = args.Sum(a => (long)Encoding.UTF8.GetByteCount(a)) + env.Sum(e => (long)Encoding.UTF8.GetByteCount(e.Key + e.Value));
        if (size > MaxTextBytes)
            yield return ("args", $"arguments and environment have {size} bytes together; at most {MaxTextBytes} are passed");
    }
}

/// <summary>How much one attempt may use.</summary>
public sealed record ExecutionLimits
{
    /// <summary>All linear memories together, in bytes.</summary>
    public long MemoryBytes { get; init; } = 64L << 20;

    /// <summary>Wall-clock time of the guest's run; compiling is not counted.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Wasmtime fuel units (about one per instruction); 0 = not metered.</summary>
    public long Fuel { get; init; }

    /// <summary>stdout in bytes; more fails the job, with what came until then kept.</summary>
    public long OutputBytes { get; init; } = 1L << 20;

    /// <summary>stderr in bytes; more is cut, and said.</summary>
    public long LogBytes { get; init; } = 1L << 20;

    public static ExecutionLimits Default { get; } = new();

    /// <summary>One WebAssembly page.</summary>
    public const long MinMemoryBytes = 64L << 10;

    /// <summary>All that 32-bit addresses reach.</summary>
    public const long MaxMemoryBytes = 4L << 30;

    public const long MaxOutputBytes = 1L << 30;

    public static TimeSpan MinTimeout { get; } = TimeSpan.FromMilliseconds(1);

    public static TimeSpan MaxTimeout { get; } = TimeSpan.FromHours(24);

    /// <summary>What is out of range, a line each; for limits that did not come through a manifest.</summary>
    public IEnumerable<string> Problems()
    {
        if (MemoryBytes is < MinMemoryBytes or > MaxMemoryBytes)
            yield return $"memory is {ByteSize.FormatExact(MemoryBytes)}; it must be between {ByteSize.FormatExact(MinMemoryBytes)} and {ByteSize.FormatExact(MaxMemoryBytes)}";
        if (Timeout < MinTimeout || Timeout > MaxTimeout)
            yield return $"timeout is {DurationText.Format(Timeout)}; it must be between {DurationText.Format(MinTimeout)} and {DurationText.Format(MaxTimeout)}";
        if (Fuel < 0)
            yield return $"fuel is {Fuel}; it cannot be negative";
        if (OutputBytes is < 0 or > MaxOutputBytes)
            yield return $"output is {ByteSize.FormatExact(OutputBytes)}; it must be between 0 and {ByteSize.FormatExact(MaxOutputBytes)}";
        if (LogBytes is < 0 or > MaxOutputBytes)
            yield return $"logs is {ByteSize.FormatExact(LogBytes)}; it must be between 0 and {ByteSize.FormatExact(MaxOutputBytes)}";
    }
}

/// <summary>What a function may touch beyond its own memory, arguments, stdin, stdout and stderr.</summary>
public sealed record CapabilityGrants
{
    /// <summary>The whole network.</summary>
    public bool Network { get; init; }

    /// <summary>An empty private <c>/tmp</c> of at most this many bytes; null = none.</summary>
    public long? ScratchBytes { get; init; }

    /// <summary>Guest path → exported folder and mode.</summary>
    public IReadOnlyDictionary<string, MountGrant> Mounts { get; init; } = new Dictionary<string, MountGrant>();

    public bool Clock { get; init; } = true;

    public bool Random { get; init; } = true;

    public static CapabilityGrants None { get; } = new();

    /// <summary>Where the scratch folder stands in the guest.</summary>
    public const string ScratchPath = "/tmp";

    private const int MaxMounts = 64;
    private const int MaxPathBytes = 1024;

    /// <summary>What cannot be granted, each with the manifest key it belongs to.</summary>
    public IEnumerable<(string Key, string Message)> Problems()
    {
        if (Mounts.Count > MaxMounts)
            yield return ("mounts", $"there are {Mounts.Count} mounts; at most {MaxMounts} are granted");
        foreach (var path in Mounts.Keys)
        {
            if (!IsPlain(path))
                yield return ("mounts", $"'{Printable.Of(path)}' is not a path to mount at; it must be like '/photos', without '.', '..' and doubled '/'");
            else if (ScratchBytes is not null && (path == ScratchPath || path.StartsWith(ScratchPath + "/", StringComparison.Ordinal)))
                yield return ("mounts", $"'{Printable.Of(path)}' is in the scratch folder, which stands at '{ScratchPath}'");
        }
    }

    // What a guest opens is matched against these texts as they stand.
    private static bool IsPlain(string path) => path.StartsWith('/') && !path.Contains('\0') && Encoding.UTF8.GetByteCount(path) <= MaxPathBytes
        && (path == "/" || path[1..].Split('/').All(static part => part is not ("" or "." or "..")));
}

/// <summary>A folder that a worker's owner exports under a name.</summary>
public sealed record MountGrant(string Export, bool ReadOnly);

/// <summary>When a failed attempt is tried again.</summary>
public sealed record RetryPolicy
{
    /// <summary>Attempts in all, from 1.</summary>
    public int Attempts { get; init; } = 3;

    /// <summary>Wait before the second attempt; doubled each time, with jitter.</summary>
    public TimeSpan Backoff { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan MaxBackoff { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The failures that are tried again. By default only the loss of a worker: a function that failed by itself is taken at its word.
    /// </summary>
    public IReadOnlyList<RetryCause> On { get; init; } = [RetryCause.WorkerLost];

    public static RetryPolicy Default { get; } = new();
}

/// <summary>A kind of failure that a manifest's <c>[retry] on</c> can name.</summary>
public enum RetryCause
{
    /// <summary>The guest exited with a code other than 0.</summary>
    Exit,

    /// <summary>The guest trapped, or ran into its memory, fuel or output limit.</summary>
    Trap,

    /// <summary>The guest ran past its timeout.</summary>
    Timeout,

    /// <summary>The worker vanished, or failed before the guest ran.</summary>
    WorkerLost,
}

/// <summary>Where a function may run.</summary>
public sealed record PlacementSpec
{
    /// <summary>CPU architectures (<c>x86_64</c>, <c>aarch64</c>); empty = any.</summary>
    public IReadOnlyList<string> Arch { get; init; } = [];

    /// <summary>Operating systems (<c>linux</c>, <c>macos</c>, <c>windows</c>); empty = any.</summary>
    public IReadOnlyList<string> Os { get; init; } = [];

    /// <summary>Labels that a worker must bear.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Labels that make a worker preferable.</summary>
    public IReadOnlyDictionary<string, string> Prefer { get; init; } = new Dictionary<string, string>();

    public static PlacementSpec Anywhere { get; } = new();
}
