using Microsoft.Extensions.Logging.Abstractions;
using MiniLambda.Domain.Functions;

namespace MiniLambda.Sandbox.Tests;

/// <summary>One sandbox for the tests of a class, with a folder of its own.</summary>
public abstract class TestSandbox : IDisposable
{
    /// <summary>Guests that may run at once.</summary>
    public const int Slots = 2;

    protected TestSandbox(Isolation isolation)
    {
        Isolation = isolation;
        Engine = Open(Options(Folder.At("artifacts"), isolation) with { ScratchFolder = Scratch.FullName });
    }

    public Isolation Isolation { get; }

    public TemporaryFolder Folder { get; } = new();

    /// <summary>Where guests' scratch folders are, while they are.</summary>
    public DirectoryInfo Scratch => Directory.CreateDirectory(Folder.At("scratch"));

    public SandboxEngine Engine { get; }

    public static SandboxOptions Options(string artifactFolder, Isolation isolation) => new()
    {
        ArtifactFolder = artifactFolder,
        MaxConcurrency = Slots,
        Isolation = isolation,
        Host = HostProgram.Command,
    };

    public static SandboxEngine Open(SandboxOptions options, TimeProvider? clock = null) =>
        new(options, clock ?? TimeProvider.System, NullLogger<SandboxEngine>.Instance);

    public static ExecutionRequest Request(Func<ExecutionLimits, ExecutionLimits>? limits = null) => new()
    {
        ProgramName = "test",
        // Far more than any of these guests needs on a loaded machine: only the tests about time set their own.
        Limits = (limits ?? (l => l))(new ExecutionLimits { Timeout = TimeSpan.FromMinutes(1) }),
    };

    internal async Task<(ExecutionResult Result, CapturedOutput Output)> RunAsync(
        string fixture, ExecutionRequest? request = null, CapturedOutput? output = null, CancellationToken cancellationToken = default)
    {
        request ??= Request();
        output ??= new CapturedOutput();
        var module = await PrepareAsync(fixture, request.Limits.Fuel > 0);
        return (Engine.Run(module, request, output, cancellationToken), output);
    }

    internal Task<PreparedModule> PrepareAsync(string fixture, bool metered = false) => PrepareAsync(Fixture.Bytes(fixture), metered);

    internal async Task<PreparedModule> PrepareAsync(byte[] module, bool metered = false)
    {
        var (digest, path) = Fixture.Save(module, Folder);
        return await Engine.PrepareAsync(digest, metered, _ => ValueTask.FromResult(path), CancellationToken.None);
    }

    public void Dispose()
    {
        Engine.Dispose();
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }
}

/// <summary>Guests run in sandbox hosts.</summary>
public sealed class ProcessSandbox() : TestSandbox(Isolation.Process);

/// <summary>Guests run in this process.</summary>
public sealed class ThreadSandbox() : TestSandbox(Isolation.Thread);
