using Microsoft.Extensions.Logging;
using MiniLambda.Domain.Functions;
using MiniLambda.Sandbox.Artifacts;

namespace MiniLambda.Sandbox.Tests.Artifacts;

public sealed class ArtifactIndexTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_compiled_after_the_close_is_not_written_down_and_nothing_is_said_of_it()
    {
        var path = _folder.At("artifacts.db");
        var log = new Lines();
        var index = new ArtifactIndex(path, log);
        index.Add(Artifact("before"));
        index.Dispose();

        index.Add(Artifact("after"));

        Assert.Empty(log.Written);
        using var next = new ArtifactIndex(path, log);
        Assert.Equal(["before"], next.List().Select(a => a.Id));
    }

    private static ArtifactInfo Artifact(string id) => new()
    {
        Id = id,
        Module = "module",
        Fingerprint = "engine",
        File = "engine/module.cwasm",
        Digest = "digest",
        Size = 1,
        Kind = ModuleKind.Core,
        Memories = 1,
        MemoryBytes = 65_536,
        CompileMilliseconds = 1,
    };

    private sealed class Lines : ILogger
    {
        public List<string> Written { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Written.Add(formatter(state, exception));
    }
}
