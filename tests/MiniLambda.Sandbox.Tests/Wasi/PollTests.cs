using System.Buffers.Binary;
using Microsoft.Extensions.Time.Testing;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;

namespace MiniLambda.Sandbox.Tests.Wasi;

/// <summary>Waiting, by the layouts of WASI preview 1; the guest passes on subscriptions that are made here.</summary>
public abstract class PollTests(TestSandbox sandbox)
{
    private const int Invalid = 28, NotCapable = 76;
    private const uint Realtime = 0, Monotonic = 1;
    private const ulong Millisecond = 1_000_000, Hour = 3_600_000 * Millisecond;

    [Theory]
    [InlineData(Hour)]
    [InlineData(ulong.MaxValue)]
    public async Task A_long_sleep_ends_at_the_timeout(ulong nanoseconds)
    {
        var (result, _) = await PollAsync(l => l with { Timeout = TimeSpan.FromMilliseconds(100) }, Clock(1, Monotonic, nanoseconds));

        Assert.Equal((AttemptOutcome.Timeout, "the function ran past its timeout of 100ms"), (result.Outcome, result.Message));
        // The sleep is an hour; a minute says that it was cut, also on a machine that is very busy.
        Assert.InRange(result.Usage.Run, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_long_sleep_ends_when_it_is_cancelled()
    {
        using var cancel = new CancellationTokenSource();
        var output = new CapturedOutput { OnStarted = () => cancel.CancelAfter(20) };

        var (result, _) = await sandbox.RunAsync(
            "polls_what_stdin_says", TestSandbox.Request() with { Stdin = Clock(1, Monotonic, Hour) }, output, cancel.Token);

        Assert.Equal(AttemptOutcome.Cancelled, result.Outcome);
    }

    [Fact]
    public async Task A_short_sleep_lasts_as_long_as_it_was_asked_for()
    {
        var (result, events) = await PollAsync(null, Clock(7, Monotonic, 20 * Millisecond));

        Assert.Equal(AttemptOutcome.Succeeded, result.Outcome);
        Assert.True(result.Usage.Run >= TimeSpan.FromMilliseconds(20));
        Assert.Equal([(7, 0)], events);
    }

    [Fact]
    public async Task The_earliest_of_several_clocks_wakes_alone()
    {
        var (_, events) = await PollAsync(null, [.. Clock(1, Monotonic, Hour), .. Clock(2, Realtime, 5 * Millisecond), .. Clock(3, Monotonic, 2 * Hour)]);

        Assert.Equal([(2, 0)], events);
    }

    [Fact]
    public async Task Clocks_that_are_due_together_wake_together()
    {
        var (_, events) = await PollAsync(null, [.. Clock(1, Monotonic, Millisecond), .. Clock(2, Monotonic, Millisecond)]);

        Assert.Equal([(1, 0), (2, 0)], events);
    }

    [Theory]
    [InlineData(Realtime)]
    [InlineData(Monotonic)]
    public async Task A_moment_that_has_passed_is_due_at_once(uint clock)
    {
        var (_, events) = await PollAsync(null, [.. Clock(1, Monotonic, Hour), .. Clock(2, clock, 1, isAbsolute: true)]);

        Assert.Equal([(2, 0)], events);
    }

    [Fact]
    public async Task A_moment_that_is_still_ahead_does_not_wake_with_an_earlier_clock()
    {
        // Time goes on by a microsecond whenever it is read, so nothing here depends on how fast the machine is.
        var time = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromMicroseconds(1) };
        // Only a guest in this process sees it.
        using var engine = TestSandbox.Open(TestSandbox.Options(sandbox.Folder.At("artifacts-of-a-clock"), Isolation.Thread), time);
        var (digest, path) = Fixture.Save("polls_what_stdin_says", sandbox.Folder);
        var module = await engine.PrepareAsync(digest, metered: false, _ => ValueTask.FromResult(path), CancellationToken.None);
        var start = (ulong)(time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
        var ahead = 19 * Millisecond / 10;
        byte[] subscriptions =
            [.. Clock(1, Monotonic, Millisecond), .. Clock(2, Realtime, start + ahead, isAbsolute: true), .. Clock(3, Monotonic, ahead, isAbsolute: true)];
        var output = new CapturedOutput();

        engine.Run(module, TestSandbox.Request() with { Stdin = subscriptions }, output, CancellationToken.None);

        Assert.Equal([(1, 0)], Events(output));
    }

    [Fact]
    public async Task Streams_are_ready_at_once_and_clocks_are_not_waited_for()
    {
        var (_, events) = await PollAsync(null, [.. Clock(1, Monotonic, Hour), .. Stream(2, isWrite: false, 0), .. Stream(3, isWrite: true, 1)]);

        Assert.Equal([(2, 1), (3, 2)], events);
    }

    [Fact]
    public async Task Streams_are_polled_without_a_clock_too()
    {
        var (result, events) = await PollAsync(null, Stream(2, isWrite: true, 1));

        Assert.Equal(AttemptOutcome.Succeeded, result.Outcome);
        Assert.Equal([(2, 2)], events);
    }

    [Fact]
    public async Task Waiting_for_a_clock_that_was_not_granted_is_refused()
    {
        var request = TestSandbox.Request() with { Stdin = Clock(1, Monotonic, 1), Capabilities = new CapabilityGrants { Clock = false } };

        var (result, _) = await sandbox.RunAsync("polls_what_stdin_says", request);

        Assert.Equal(NotCapable, result.ExitCode);
    }

    [Fact]
    public async Task No_subscription_is_invalid() => Assert.Equal(Invalid, (await PollAsync(null, [])).Result.ExitCode);

    [Fact]
    public async Task An_unknown_clock_is_invalid() => Assert.Equal(Invalid, (await PollAsync(null, Clock(1, 99, 1))).Result.ExitCode);

    [Fact]
    public async Task An_unknown_kind_of_event_is_invalid()
    {
        var subscription = Stream(1, isWrite: true, 1);
        subscription[8] = 3;

        Assert.Equal(Invalid, (await PollAsync(null, subscription)).Result.ExitCode);
    }

    private async Task<(ExecutionResult Result, List<(int UserData, int Kind)> Events)> PollAsync(
        Func<ExecutionLimits, ExecutionLimits>? limits, byte[] subscriptions)
    {
        var (result, output) = await sandbox.RunAsync("polls_what_stdin_says", TestSandbox.Request(limits) with { Stdin = subscriptions });
        return (result, Events(output));
    }

    private static List<(int UserData, int Kind)> Events(CapturedOutput output) =>
        [.. output.StdoutBytes.Chunk(32).Select(e => ((int)BinaryPrimitives.ReadUInt64LittleEndian(e), (int)e[10]))];

    private static byte[] Clock(ulong userData, uint clock, ulong nanoseconds, bool isAbsolute = false)
    {
        var subscription = new byte[48];
        BinaryPrimitives.WriteUInt64LittleEndian(subscription, userData);
        BinaryPrimitives.WriteUInt32LittleEndian(subscription.AsSpan(16), clock);
        BinaryPrimitives.WriteUInt64LittleEndian(subscription.AsSpan(24), nanoseconds);
        subscription[40] = isAbsolute ? (byte)1 : (byte)0;
        return subscription;
    }

    private static byte[] Stream(ulong userData, bool isWrite, uint descriptor)
    {
        var subscription = new byte[48];
        BinaryPrimitives.WriteUInt64LittleEndian(subscription, userData);
        subscription[8] = isWrite ? (byte)2 : (byte)1;
        BinaryPrimitives.WriteUInt32LittleEndian(subscription.AsSpan(16), descriptor);
        return subscription;
    }
}

public sealed class PollInProcessTests(ProcessSandbox sandbox) : PollTests(sandbox), IClassFixture<ProcessSandbox>;

public sealed class PollInThreadTests(ThreadSandbox sandbox) : PollTests(sandbox), IClassFixture<ThreadSandbox>;
