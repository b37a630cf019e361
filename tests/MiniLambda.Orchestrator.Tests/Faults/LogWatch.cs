using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace MiniLambda.Orchestrator.Tests.Faults;

/// <summary>What a part of the system logs, for tests that wait until it says something.</summary>
internal sealed class LogWatch : ILoggerFactory, ILogger
{
    // The newest lines are those that a test waits for.
    private readonly Channel<string> _lines = Channel.CreateBounded<string>(new BoundedChannelOptions(1000) { FullMode = BoundedChannelFullMode.DropOldest });

    public async Task UntilAsync(string part)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!(await _lines.Reader.ReadAsync(patience.Token)).Contains(part, StringComparison.Ordinal))
        {
        }
    }

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Writer.TryWrite(formatter(state, exception));

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }
}
