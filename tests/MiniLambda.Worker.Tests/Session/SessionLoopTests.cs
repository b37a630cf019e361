using Grpc.Core;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using MiniLambda.Contracts.V1;
using MiniLambda.Worker.Session;

namespace MiniLambda.Worker.Tests.Session;

public sealed class SessionLoopTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly RpcException NameInUse = new(new Status(StatusCode.AlreadyExists, "another worker named 'w' is connected"));

    private ScriptedOrchestrator _orchestrator = null!;

    private TemporaryFolder Folder { get; } = new();

    public async Task InitializeAsync() => _orchestrator = await ScriptedOrchestrator.StartAsync();

    public async Task DisposeAsync()
    {
        await _orchestrator.DisposeAsync();
        Folder.Dispose();
    }

    [Fact]
    public async Task A_name_that_is_still_in_use_is_waited_for()
    {
        _orchestrator.Sessions.Parts.AddRange([(_, _) => throw NameInUse, (_, _) => throw NameInUse, SessionScript.KeepAsync]);
        await using var worker = await StartAsync();
        Assert.Equal(3, _orchestrator.Sessions.Sessions);
    }

    [Fact]
    public async Task A_name_that_stays_in_use_is_refused_in_the_end()
    {
        _orchestrator.Sessions.Parts.Add((_, _) => throw NameInUse);
        var refusal = await Assert.ThrowsAsync<WorkerRefusedException>(() => StartAsync(options => options.NameWait = TimeSpan.FromMilliseconds(1)));
        Assert.EndsWith("another worker named 'w' is connected; choose another --name", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_token_is_refused_at_once()
    {
        _orchestrator.Sessions.Parts.Add((_, _) => throw new RpcException(new Status(StatusCode.Unauthenticated, "wrong token")));
        await Assert.ThrowsAsync<WorkerRefusedException>(() => StartAsync());
        Assert.Equal(1, _orchestrator.Sessions.Sessions);
    }

    [Theory]
    [InlineData("{ \"lease\": { \"jobId\": \"nonsense\", \"attempt\": 1 } }")]
    [InlineData("{ \"welcome\": { } }")]
    [InlineData("{ }")]
    public async Task What_makes_no_sense_costs_the_session_and_not_the_worker(string nonsense)
    {
        var message = OrchestratorMessage.Parser.ParseJson(nonsense);
        _orchestrator.Sessions.Parts.Add(async (stream, context) =>
        {
            // A lease stands for what comes after the welcome, the others for one that is none.
            if (message.Lease is not null)
                await stream.WriteAsync(new OrchestratorMessage { Welcome = SessionScript.Welcome });
            await stream.WriteAsync(message);
            await Task.Delay(Timeout.Infinite, context.CancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });
        _orchestrator.Sessions.Parts.Add(SessionScript.KeepAsync);
        await using var worker = await StartAsync();
        await _orchestrator.Sessions.LastPart.Task.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_worker_that_stops_by_itself_says_so()
    {
        // A log that cannot be written is the one thing that the loop cannot tell and go on.
        _orchestrator.Sessions.Parts.Add((stream, _) => stream.WriteAsync(new OrchestratorMessage { Welcome = SessionScript.Welcome }));
        await using var worker = await StartAsync(loggers: new FailsAtWarnings());
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => worker.RunAsync(CancellationToken.None).WaitAsync(Patience));
        Assert.Equal("the worker stopped by itself: the disk is full", failure.Message);
    }

    [Fact]
    public async Task A_worker_that_is_told_to_stop_ends_without_complaint()
    {
        _orchestrator.Sessions.Parts.Add(SessionScript.KeepAsync);
        await using var worker = await StartAsync();
        using var stop = new CancellationTokenSource();
        var running = worker.RunAsync(stop.Token);
        Assert.False(running.IsCompleted);
        await stop.CancelAsync();
        await running.WaitAsync(Patience);
    }

    private async Task<WorkerHost> StartAsync(Action<WorkerOptions>? configure = null, ILoggerFactory? loggers = null)
    {
        var options = new WorkerOptions { Server = _orchestrator.Url, Name = "w", Slots = 1, Data = Folder.FullName };
        configure?.Invoke(options);
        using var patience = new CancellationTokenSource(Patience);
        return await WorkerHost.StartAsync(options, patience.Token, loggers);
    }

    private sealed class FailsAtWarnings : ILoggerFactory, ILogger
    {
        public ILogger CreateLogger(string categoryName) => categoryName.EndsWith("SessionLoop", StringComparison.Ordinal) ? this : NullLogger.Instance;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            throw new IOException("the disk is full");

        public void Dispose()
        {
        }
    }
}
