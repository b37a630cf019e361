using System.CommandLine;
using Grpc.Core;
using MiniLambda.Client;
using MiniLambda.Domain.Quantities;
using MiniLambda.Workbench.Commands.Streams;

namespace MiniLambda.Workbench.Commands.Live;

/// <summary>The flags <c>--watch</c> and <c>--interval</c>, and what is done with them.</summary>
internal sealed class LiveFlags
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(2);

    private readonly Option<bool> _watch = new("--watch", "-w")
    {
        Description = "go on showing the list: drawn over on a terminal, what changed appended elsewhere; Ctrl-C (or q) ends it",
    };

    private readonly Option<TimeSpan?> _interval = Flags.Duration("--interval", "time between two looks, 100ms to 1d (default: 2s)");

    public LiveFlags() => _interval.Validators.Add(result =>
    {
        if (result.Tokens is [var token] && DurationText.TryParse(token.Value, out var given) && (given < Shortest || given > Longest))
            result.AddError($"--interval takes 100ms to 1d, not '{result.Tokens[0].Value}'");
    });

    /// <param name="isAlways">Whether the command watches without being asked to.</param>
    public void AddTo(Command command, bool isAlways = false)
    {
        if (!isAlways)
            command.Options.Add(_watch);
        command.Options.Add(_interval);
    }

    public bool IsWatch(ParseResult parsed) => parsed.GetValue(_watch);

    /// <summary>Shows a list until somebody ends it.</summary>
    public Task<int> RunAsync<T>(WatchedList<T> list, LiveTarget target, OutputFormat format, CancellationToken cancellationToken)
        where T : Google.Protobuf.IMessage
    {
        var (parsed, terminal) = (target.Parsed, target.Terminal);
        var isWide = format.IsWide(parsed);
        return RunAsync<IReadOnlyList<T>>(
            list.AskAsync, target,
            format.IsJson(parsed) ? list.JsonPrinter(terminal) : list.TextPrinter(terminal, isWide),
            format.IsJson(parsed) ? null : (items, now, _) => list.Table(items, isWide, now).Lines(Coloring.IsWanted(parsed, terminal)),
            cancellationToken);
    }

    /// <summary>Shows something until somebody ends it.</summary>
    /// <param name="ask">Makes the calls.</param>
    /// <param name="print">Appends what is new.</param>
    /// <param name="draw">Makes the lines for a terminal; null to append there too.</param>
    public async Task<int> RunAsync<T>(
        Func<ClusterConnection, CallOptions, Task<T>> ask, LiveTarget target, Action<T, DateTimeOffset> print,
        Func<T, DateTimeOffset, TerminalSize, IEnumerable<string>>? draw, CancellationToken cancellationToken)
        where T : class
    {
        var clock = TimeProvider.System;
        using var cluster = target.Cluster.Connect();
        Task<T> Ask(CallOptions options) => ask(cluster, options);
        var interval = target.Parsed.GetValue(_interval) ?? Usual;
        if (!target.Terminal.IsOutTerminal || draw is null)
        {
            var appended = new AppendedView<T>(print, target.Notices, clock);
            await new LiveLoop<T>(Ask, appended, interval, clock, new Random()).RunAsync(cancellationToken);
            return ExitCodes.Done;
        }

        // Who is not there at all is told so on the usual screen.
        await cluster.Cluster.InfoAsync(new Contracts.V1.ClusterInfoRequest(), cancellationToken: cancellationToken);
        using var screen = new LiveScreen(target.Terminal);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, screen.Quit);
        try
        {
            var view = new ScreenView<T>(screen, target.Title, draw, Coloring.IsWanted(target.Parsed, target.Terminal), clock);
            await new LiveLoop<T>(Ask, view, interval, clock, new Random()).RunAsync(over.Token);
            return ExitCodes.Done;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return ExitCodes.Done;
        }
    }
}

/// <summary>What is watched, and where it is shown.</summary>
internal sealed record LiveTarget(ParseResult Parsed, CommandTerminal Terminal, Notices Notices, ClusterTarget Cluster)
{
    /// <summary>The command, and which cluster it looks at.</summary>
    public string Title
    {
        get
        {
            var server = Cluster.Server.ToString().TrimEnd('/');
            return $"{UsageErrors.Typed(Parsed)}  {(Cluster.Context.Length > 0 ? $"{Cluster.Context} ({server})" : server)}";
        }
    }

    /// <exception cref="CommandException">No cluster is named.</exception>
    public static LiveTarget Of(ParseResult parsed, GlobalOptions global, CommandTerminal terminal) =>
        new(parsed, terminal, Notices.For(parsed, global, terminal), global.Target(parsed, terminal));
}
