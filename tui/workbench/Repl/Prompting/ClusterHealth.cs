using Grpc.Core;
using MiniLambda.Client;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Text;
using MiniLambda.Workbench.Commands;

namespace MiniLambda.Workbench.Repl.Prompting;

/// <summary>Which cluster commands go to, and whether it answers. It is asked in the background: nobody waits for it to type.</summary>
internal sealed class ClusterHealth : IAsyncDisposable
{
    private static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly CommandTerminal _terminal;
    private readonly TimeProvider _clock;
    private readonly Action _changed;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _look = new(0, 1);
    private readonly Task _asking;
    private SessionFlags _flags;
    private ClusterTarget? _target;
    private string _state = "";

    /// <param name="changed">Called from anywhere when <see cref="Prompt"/> has become another.</param>
    public ClusterHealth(CommandTerminal terminal, SessionFlags flags, TimeProvider clock, Action changed)
    {
        (_terminal, _flags, _clock, _changed) = (terminal, flags, clock, changed);
        _target = Find(flags);
        _asking = Task.Run(AskAsync);
    }

    /// <summary><c>home&gt; </c>, or <c>home (away)&gt; </c></summary>
    public string Prompt
    {
        get
        {
            var (target, state) = (_target, _state);
            var name = target is null ? "no cluster" : target.Context.Length > 0 ? target.Context : target.Server.Authority;
            return $"{Printable.Of(name)}{(state.Length > 0 && target is not null ? $" ({state})" : "")}> ";
        }
    }

    /// <summary>Looks which cluster it is now; another is asked at once.</summary>
    public void Look(SessionFlags flags)
    {
        _flags = flags;
        var target = Find(flags);
        if (target == _target)
            return;
        (_target, _state) = (target, "");
        if (_look.CurrentCount == 0)
            _look.Release();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _asking;
        _stop.Dispose();
        _look.Dispose();
    }

    private ClusterTarget? Find(SessionFlags flags)
    {
        try
        {
            var (parsed, global) = CommandLine.Parse(flags.AddTo(["context", "show"]), _terminal);
            return global.Target(parsed, _terminal);
        }
        catch (Exception e) when (e is CommandException or IOException or UnauthorizedAccessException or FormatException)
        {
            return null;
        }
    }

    private async Task AskAsync()
    {
        ClusterConnection? connection = null;
        ClusterTarget? connected = null;
        try
        {
            while (true)
            {
                var target = _target;
                if (target != connected)
                {
                    connection?.Dispose();
                    (connection, connected) = (target?.Connect(), target);
                }

                var state = connection is null ? "" : await AskAsync(connection);
                if (target == _target && state != _state)
                {
                    _state = state;
                    _changed();
                }

                await Task.WhenAny(_look.WaitAsync(_stop.Token), Task.Delay(AskEvery, _clock, _stop.Token));
                _stop.Token.ThrowIfCancellationRequested();
                // A context may have been changed, or a cluster started, in another window.
                Look(_flags);
            }
        }
        catch (OperationCanceledException)
        {
            // The session is over.
        }
        finally
        {
            connection?.Dispose();
        }
    }

    private async Task<string> AskAsync(ClusterConnection connection)
    {
        using var patience = new CancellationTokenSource(Patience, _clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _stop.Token);
        try
        {
            await connection.Cluster.InfoAsync(new ClusterInfoRequest(), cancellationToken: both.Token).ResponseAsync.WaitAsync(both.Token);
            return "";
        }
        catch (ApiException e)
        {
            return e.Status is StatusCode.Unauthenticated or StatusCode.PermissionDenied ? "not allowed" : "away";
        }
        catch (OperationCanceledException) when (!_stop.IsCancellationRequested)
        {
            return "away";
        }
    }
}
