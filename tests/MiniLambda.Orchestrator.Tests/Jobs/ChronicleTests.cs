using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Orchestrator.Tests.Jobs;

/// <summary>What is logged of jobs.</summary>
public sealed class ChronicleTests
{
    [Fact]
    public async Task Every_change_of_a_job_is_logged_once()
    {
        using var log = new Events();
        await using var cluster = await TestCluster.StartAsync(
            static _ => { }, services => services.AddLogging(logging => logging.AddProvider(log).SetMinimumLevel(LogLevel.Debug)), "attic");
        await cluster.PushAsync("bad", "exits_with_3", "[retry]\nattempts = 2\nbackoff = \"1ms\"\non = [\"exit\"]");
        var id = (await cluster.Connection.Jobs.InvokeAsync(new SubmitJobRequest { Function = "bad" })).Job.Id;
        var moves = log.All.Where(e => e["Job"] == id).ToList();
        // Each begins where the one before it ended. That a guest began is left out when it ends at once.
        Assert.Equal(moves[..^1].Select(e => e["State"]), moves[1..].Select(e => e["From"]));
        Assert.Equal((string[])["Leased 1", "Queued 1", "Leased 2", "Failed 2"], moves.Where(e => e["State"] != "Running").Select(e => $"{e["State"]} {e["Attempt"]}"));
        Assert.All(moves, static e => Assert.Equal(("attic", "default"), (e["Worker"], e["Tenant"])));
        Assert.Equal("Exit", moves[^1]["Outcome"]);
    }

    private sealed class Events : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<Dictionary<string, string>> All { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Id is 1921 or 1922 && state is IReadOnlyList<KeyValuePair<string, object?>> values)
                All.Enqueue(values.ToDictionary(value => value.Key, value => $"{value.Value}"));
        }

        public void Dispose()
        {
        }
    }
}
