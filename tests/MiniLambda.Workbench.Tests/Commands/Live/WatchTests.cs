using MiniLambda.Workbench.Commands;
using MiniLambda.Workbench.Commands.Streams;

namespace MiniLambda.Workbench.Tests.Commands.Live;

/// <summary>Lists that are watched, on a cluster.</summary>
[Collection(ClusterGroup.Name)]
public sealed class WatchTests(RunningCluster cluster)
{
    [Fact]
    public async Task A_piped_watch_appends_what_changed_under_one_heading()
    {
        await using var watch = new Watching(cluster, "function", "list", "--watch", "--interval", "100ms");
        Assert.StartsWith("NAME", await watch.NextAsync(line => line.StartsWith("NAME", StringComparison.Ordinal)), StringComparison.Ordinal);
        await cluster.PushAsync("watched-list");
        Assert.Matches("^watched-list +1 ", await watch.NextAsync(line => line.StartsWith("watched-list", StringComparison.Ordinal)));
        await cluster.RunAsync("function", "delete", "watched-list");
        Assert.Matches("^watched-list +gone$", await watch.NextAsync(line => line.StartsWith("watched-list", StringComparison.Ordinal)));
        Assert.Equal(1, watch.Lines.Count(line => line.StartsWith("NAME", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Json_of_a_watch_is_a_line_for_each_change()
    {
        await using var watch = new Watching(cluster, "ps", "-w", "-o", "json", "--interval", "100ms", "--function", "watched-json");
        await cluster.PushAsync("watched-json");
        var id = (await cluster.RunAsync("submit", "watched-json", "--wait")).Out.Trim();
        Assert.Contains($"\"id\": \"{id}\"", await watch.NextAsync(line => line.Contains("SUCCEEDED", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.All(watch.Lines, line => Assert.StartsWith("{", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("ps -w", "minilambda ps")]
    [InlineData("deadletter list -w", "minilambda deadletter list")]
    [InlineData("worker list -w", "minilambda worker list")]
    [InlineData("top", "minilambda top")]
    public async Task On_a_terminal_a_watch_is_drawn_in_place_and_gives_the_cursor_back(string line, string title)
    {
        var watch = new Watching(cluster, isTerminal: true, [.. line.Split(' '), "--interval", "100ms"]);
        await watch.NextAsync(text => text.Contains($"[1;1H\u001b[1m{title}  {cluster.Url.ToString().TrimEnd('/')}", StringComparison.Ordinal));
        await watch.DisposeAsync();
        var written = string.Concat(watch.Lines);
        Assert.True(written.LastIndexOf("\u001b[?25h", StringComparison.Ordinal) > written.LastIndexOf("\u001b[?25l", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Piped_top_appends_a_block_each_time()
    {
        await using var watch = new Watching(cluster, "top", "--interval", "100ms");
        await watch.NextAsync(line => line.StartsWith("nodes  1 of 1 here", StringComparison.Ordinal));
        await watch.NextAsync(line => line.StartsWith("nodes  1 of 1 here", StringComparison.Ordinal));
        Assert.Contains("", watch.Lines);
        Assert.DoesNotContain(watch.Lines, line => line.Contains('\u001b', StringComparison.Ordinal));
    }

    [Fact]
    public async Task Top_shows_itself_once_when_asked_to()
    {
        var top = await cluster.RunAsync("top", "--once");
        Assert.Equal((0, ""), (top.ExitCode, top.Error));
        Assert.Contains("\nNODE ", top.Out, StringComparison.Ordinal);
        var json = System.Text.Json.JsonDocument.Parse((await cluster.RunAsync("top", "--once", "-o", "json")).Out).RootElement;
        Assert.Equal("local-1", json.GetProperty("workers")[0].GetProperty("name").GetString());
        Assert.Equal("0.1.0", json.GetProperty("cluster").GetProperty("version").GetString());
    }

    [Theory]
    [InlineData("ps -w")]
    [InlineData("top")]
    public async Task A_cluster_that_is_not_there_is_told_at_once(string line)
    {
        var typed = await cluster.RunAsync(isTerminal: true, [.. line.Split(' '), "--server", "http://127.0.0.1:9"]);
        Assert.Equal((1, ""), (typed.ExitCode, typed.Out));
        Assert.Equal("error: cannot reach the orchestrator at http://127.0.0.1:9: connection refused\n", typed.Error);
    }

    [Theory]
    [InlineData("99ms")]
    [InlineData("25h")]
    [InlineData("soon")]
    public async Task An_interval_has_its_bounds(string interval) => Assert.Equal(2, (await cluster.RunAsync("top", "--interval", interval)).ExitCode);

    /// <summary>A command that goes on until it is disposed, and what it writes.</summary>
    private sealed class Watching : TextWriter
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly System.Threading.Channels.Channel<string> _lines = System.Threading.Channels.Channel.CreateBounded<string>(10_000);
        private readonly List<string> _written = [];
        private readonly Task<int> _running;

        public Watching(RunningCluster cluster, params string[] args)
            : this(cluster, isTerminal: false, args)
        {
        }

        public Watching(RunningCluster cluster, bool isTerminal, params string[] args)
        {
            var terminal = new CommandTerminal
            {
                Out = this,
                Error = Null,
                OutStream = Stream.Null,
                ErrorStream = Stream.Null,
                OpenInput = () => Stream.Null,
                IsOutTerminal = isTerminal,
                Size = () => TerminalSize.Usual,
                Variable = name => name == "MINILAMBDA_SERVER" ? cluster.Url.ToString() : name == "MINILAMBDA_TOKEN" ? "s3cret" : null,
            };
            _running = CommandTree.Create(new GlobalOptions(), terminal).Parse(args).InvokeAsync(new() { EnableDefaultExceptionHandler = false }, _stop.Token);
        }

        /// <summary>What it has written so far; it may go on meanwhile.</summary>
        public IReadOnlyList<string> Lines
        {
            get
            {
                lock (_written)
                    return [.. _written];
            }
        }

        public override System.Text.Encoding Encoding => System.Text.Encoding.UTF8;

        public override void Write(string? value) => WriteLine(value);

        public override void WriteLine() => WriteLine("");

        public override void WriteLine(string? value)
        {
            lock (_written)
                _written.Add(value ?? "");
            _lines.Writer.TryWrite(value ?? "");
        }

        /// <summary>The next line that is as asked for.</summary>
        public async Task<string> NextAsync(Func<string, bool> isWanted)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
            while (true)
            {
                var next = _lines.Reader.ReadAsync(limit.Token).AsTask();
                await Task.WhenAny(next, _running);
                if (_running.IsFaulted)
                    await _running;
                if (await next is var line && isWanted(line))
                    return line;
            }
        }

        public override async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _running.WaitAsync(TimeSpan.FromMinutes(1)));
            _stop.Dispose();
            await base.DisposeAsync();
        }
    }
}
