using Microsoft.Extensions.Logging.Abstractions;
using MiniLambda.Domain.Functions;

namespace MiniLambda.Sandbox.Tests;

/// <summary>One sandbox for the tests of a class, with a folder of its own.</summary>
public sealed class TestSandbox : IDisposable
{
    public TestSandbox() => Engine = Open(Folder.At("artifacts"));

    public TemporaryFolder Folder { get; } = new();

    public SandboxEngine Engine { get; }

    public static SandboxEngine Open(string artifactFolder, long artifactCacheBytes = 1L << 30, TimeProvider? clock = null) => new(
        new SandboxOptions { ArtifactFolder = artifactFolder, ArtifactCacheBytes = artifactCacheBytes, MaxConcurrency = 2 },
        clock ?? TimeProvider.System,
        NullLogger<SandboxEngine>.Instance);

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
        var module = await LoadAsync(fixture, request.Limits.Fuel > 0);
        return (Engine.Run(module, request, output, cancellationToken), output);
    }

    internal async Task<LoadedModule> LoadAsync(string fixture, bool metered = false)
    {
        var (digest, path) = Fixture.Save(fixture, Folder);
        return await Engine.LoadAsync(digest, metered, _ => ValueTask.FromResult(path), CancellationToken.None);
    }

    public void Dispose()
    {
        Engine.Dispose();
        Folder.Dispose();
    }
}
