using Grpc.Core;
using MiniLambda.Client;
using MiniLambda.Workbench.Commands.Live;

namespace MiniLambda.Workbench.Tests.Commands.Live;

/// <summary>What a live view is told, with time that passes only where it is waited for.</summary>
public sealed class LiveLoopTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task Each_answer_is_shown_as_new_and_between_them_it_grows_older()
    {
        var view = new RecordingView();
        await view.RunAsync("a", "b");
        Assert.Equal(["a new", "a", "b new", "b"], view.Shown);
        Assert.All(view.Waits, wait => Assert.Equal(Interval, wait));
    }

    [Fact]
    public async Task What_was_known_stays_while_the_orchestrator_is_away_and_says_since_when()
    {
        var view = new RecordingView();
        await view.RunAsync("a", Away(), Away(), "b");
        Assert.Equal(["a new", "a", "a away since 0s: gone, tried in 0.8s", "a away since 0s: gone, tried now"], view.Shown.Take(4));
        Assert.Equal(["b new", "b"], view.Shown.TakeLast(2));
    }

    [Fact]
    public async Task Waits_for_one_that_is_away_double_up_to_a_bound()
    {
        var view = new RecordingView();
        await view.RunAsync(["a", .. Enumerable.Range(0, 8).Select(_ => Away()), "b"]);
        Assert.Equal([2, 0.75, 1.5, 3, 6, 11.25, 11.25, 11.25, 11.25, 2], view.Waits.Select(wait => wait.TotalSeconds));
    }

    [Fact]
    public async Task One_that_is_not_there_at_first_is_not_waited_for()
    {
        var view = new RecordingView();
        Assert.Equal("gone", (await Assert.ThrowsAsync<ApiException>(() => view.RunAsync(Away()))).Message);
        Assert.Empty(view.Shown);
    }

    [Fact]
    public async Task A_refusal_ends_it()
    {
        var view = new RecordingView();
        var refused = new ApiException(StatusCode.Unauthenticated, "TOKEN_INVALID", "the token has expired", new RpcException(Status.DefaultCancelled));
        Assert.Equal("the token has expired", (await Assert.ThrowsAsync<ApiException>(() => view.RunAsync("a", refused))).Message);
    }

    private static ApiException Away() => new(StatusCode.Unavailable, "", "gone", new RpcException(Status.DefaultCancelled));

    /// <summary>Writes down what it is shown; waiting moves the clock, and ends when there are no more answers.</summary>
    private sealed class RecordingView : TimeProvider, ILiveView<string>
    {
        private DateTimeOffset _now = DateTimeOffset.UnixEpoch;

        public List<string> Shown { get; } = [];

        public List<TimeSpan> Waits { get; } = [];

        public override DateTimeOffset GetUtcNow() => _now;

        public async Task RunAsync(params object[] answers)
        {
            using var over = new CancellationTokenSource();
            var next = new Queue<object>(answers);
            var loop = new LiveLoop<string>(AskAsync, this, Interval, this, new Middle());
            try
            {
                await loop.RunAsync(over.Token);
            }
            catch (OperationCanceledException)
            {
                // There are no more answers.
            }

            Task<string> AskAsync(CallOptions options)
            {
                if (!next.TryDequeue(out var answer))
                {
                    over.Cancel();
                    return Task.FromCanceled<string>(over.Token);
                }

                return answer is string text ? Task.FromResult(text) : Task.FromException<string>((ApiException)answer);
            }
        }

        public void Show(LiveState<string> state)
        {
            var absence = state.Absence is not { } away ? ""
                : $" away since {(away.Since - DateTimeOffset.UnixEpoch).TotalSeconds:0}s: {away.Reason}, tried {(away.NextTry > _now ? $"in {(away.NextTry - _now)!.Value.TotalSeconds:0.0}s" : "now")}";
            Shown.Add($"{state.Data}{(state.IsNew ? " new" : "")}{absence}");
        }

        public Task WaitAsync(TimeSpan time, CancellationToken cancellationToken)
        {
            Waits.Add(time);
            _now += time;
            return Task.CompletedTask;
        }
    }

    private sealed class Middle : Random
    {
        public override double NextDouble() => 0.5;
    }
}
