using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;

namespace MiniLambda.Sandbox;

/// <summary>What one guest is run with.</summary>
public sealed record ExecutionRequest
{
    /// <summary><c>argv[0]</c>.</summary>
    public required string ProgramName { get; init; }

    /// <summary>The export that is called; it takes and returns nothing.</summary>
    public string Entry { get; init; } = FunctionManifest.DefaultEntry;

    /// <summary><c>argv[1..]</c>.</summary>
    public IReadOnlyList<string> Args { get; init; } = [];

    /// <summary>The guest's whole environment.</summary>
    public IReadOnlyDictionary<string, string> Env { get; init; } = new Dictionary<string, string>();

    public ExecutionLimits Limits { get; init; } = ExecutionLimits.Default;

    public CapabilityGrants Capabilities { get; init; } = CapabilityGrants.None;

    /// <summary>stdin, when <see cref="StdinPath"/> is null.</summary>
    public ReadOnlyMemory<byte> Stdin { get; init; }

    /// <summary>A file that is the guest's stdin.</summary>
    public string? StdinPath { get; init; }

    /// <summary>
    /// A new file for stdout, made when there is more of it than <see cref="Payload.MaxInlineBytes"/>. Null: stdout goes to
    /// <see cref="IGuestOutput.Stdout"/> as it comes.
    /// </summary>
    public string? StdoutPath { get; init; }

    /// <summary>Folders of this machine that the guest may open.</summary>
    public IReadOnlyList<DirectoryGrant> Directories { get; init; } = [];
}

/// <summary>A folder of this machine under a name in the guest.</summary>
public sealed record DirectoryGrant(string HostPath, string GuestPath, bool ReadOnly);

/// <summary>
/// Takes what a guest writes, within its limits. The methods are called one at a time while the guest waits, but not always on the thread that runs it.
/// </summary>
public interface IGuestOutput
{
    /// <summary>The guest is about to run its first instruction.</summary>
    void Started();

    /// <summary>A piece of stdout, unless it is gathered for the result.</summary>
    /// <param name="data">Valid until the method returns.</param>
    void Stdout(ReadOnlySpan<byte> data);

    /// <param name="data">Valid until the method returns.</param>
    void Stderr(ReadOnlySpan<byte> data);
}

/// <summary>How a guest ended.</summary>
public sealed record ExecutionResult
{
    public required AttemptOutcome Outcome { get; init; }

    /// <summary>Null when the guest did not exit by itself.</summary>
    public int? ExitCode { get; init; }

    /// <summary>One line for people when it failed; else empty.</summary>
    public string Message { get; init; } = "";

    /// <summary>stderr went past its limit and was cut.</summary>
    public bool LogsTruncated { get; init; }

    /// <summary>What was gathered of stdout; empty when it is in the file or was told as it came.</summary>
    public ReadOnlyMemory<byte> Stdout { get; init; }

    /// <summary>stdout is in the file at <see cref="ExecutionRequest.StdoutPath"/>.</summary>
    public bool StdoutInFile { get; init; }

    /// <summary>Start, run, CPU, fuel and memory; compiling is on <see cref="PreparedModule"/>.</summary>
    public AttemptUsage Usage { get; init; } = AttemptUsage.None;
}

/// <summary>A module cannot be compiled or linked; the message is one line for people.</summary>
public sealed class BadModuleException(string message) : Exception(message);
