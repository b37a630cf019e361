using MiniLambda.Domain.Jobs;
using MiniLambda.Sandbox.Hosts;
using MiniLambda.Sandbox.Tests.Walls;

namespace MiniLambda.Sandbox.Tests.Hostile;

/// <summary>Hosts in which a guest broke out: nothing that they say may hurt who reads it.</summary>
[Collection(HostileCollection.Name)]
[Trait(HostileCollection.Category, HostileCollection.Name)]
public sealed class RogueHostTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [LinuxTheory]
    [InlineData("a frame of two gigabytes", "a frame of 2147483647 bytes")]
    [InlineData("a frame of less than nothing", "a frame of -1 bytes")]
    [InlineData("an unknown kind", "a message of kind 77")]
    [InlineData("another run", "an answer that nobody asked for")]
    [InlineData("nothing in it", "a message that cannot be read")]
    [InlineData("an unknown outcome", "no AttemptOutcome: 99")]
    [InlineData("two gigabytes that are not there", "2147483647 bytes, which are not there")]
    [InlineData("more stdout than a message holds", "1048576 bytes of stdout in its answer")]
    [InlineData("more stdout than granted", "more stdout than its guest may write")]
    [InlineData("more stderr than granted", "more stderr than its guest may write")]
    [InlineData("stdout in no file", "stdout in a file, which is not there, or not such a file")]
    [InlineData("stdout in a link", "stdout in a file, which is not there, or not such a file")]
    [InlineData("stdout in a folder", "stdout in a file, which is not there, or not such a file")]
    public async Task A_host_that_does_not_keep_to_the_protocol_is_ended(string trick, string told)
    {
        using var engine = Open(trick);

        var result = engine.Run(await PrepareAsync(), Request(), new CapturedOutput(), default);

        Assert.Equal(
            (AttemptOutcome.HostDied, $"the sandbox host process that ran the function died (it was ended because it sent {told})"),
            (result.Outcome, result.Message));
    }

    [LinuxFact]
    public async Task An_answer_that_lies_ready_for_the_next_guest_is_not_taken_for_its_own()
    {
        using var engine = Open("twice");
        var module = await PrepareAsync();
        Assert.Equal(AttemptOutcome.Succeeded, engine.Run(module, Request(), new CapturedOutput(), default).Outcome);

        var next = engine.Run(module, Request(), new CapturedOutput(), default);

        Assert.Equal(AttemptOutcome.HostDied, next.Outcome);
        Assert.EndsWith("(it was ended because it sent an answer that nobody asked for)", next.Message, StringComparison.Ordinal);
    }

    [LinuxFact]
    public async Task What_a_host_says_of_its_guest_is_cut_to_what_can_be_true()
    {
        using var engine = Open("a text of ten megabytes");

        var result = engine.Run(await PrepareAsync(), Request(), new CapturedOutput(), default);

        Assert.Equal(AttemptOutcome.Trap, result.Outcome);
        Assert.InRange(result.Message.Length, 1, 10_000);
        Assert.DoesNotContain(result.Message, char.IsControl);
        Assert.InRange(result.Usage.Run, TimeSpan.Zero, TimeSpan.FromDays(7));
        Assert.Equal((TimeSpan.Zero, 0), (result.Usage.Cpu, result.Usage.Fuel));
    }

    [LinuxFact]
    public async Task A_host_that_takes_no_order_is_ended_when_its_guest_is_cancelled()
    {
        using var engine = Open("reads nothing");
        var module = await PrepareAsync();
        await engine.Ready;
        using var cancel = new CancellationTokenSource();
        // More than a pipe holds.
        var request = Request() with { Stdin = new byte[1 << 20] };
        var running = Task.Factory.StartNew(
            () => engine.Run(module, request, new CapturedOutput(), cancel.Token), default, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        await cancel.CancelAsync();

        Assert.Equal(AttemptOutcome.Cancelled, (await running).Outcome);
    }

    [LinuxTheory]
    [InlineData("a link to what has no end", "the compiler wrote no artifact")]
    [InlineData("an empty file", "the compiler wrote no artifact")]
    [InlineData("no file", "the compiler wrote no artifact")]
    [InlineData("no shape", "the compiler's process failed: it was ended because it sent no ModuleKind: 99")]
    public async Task What_a_compiler_says_that_it_wrote_is_looked_at(string trick, string told)
    {
        using var engine = Open(trick);
        var (digest, path) = Fixture.Save("succeeds", _folder);

        var refusal = await Assert.ThrowsAsync<IOException>(
            () => engine.PrepareAsync(digest, metered: false, _ => ValueTask.FromResult(path), default).AsTask());

        Assert.Equal(told, refusal.Message);
        Assert.Empty(Directory.GetFiles(_folder.At("artifacts"), "*.draft", SearchOption.AllDirectories));
    }

    [LinuxFact]
    public async Task A_line_without_end_on_a_hosts_stderr_costs_no_memory()
    {
        using var engine = Open("says one endless line");
        var module = await PrepareAsync();
        var before = ProcFolder.Number(Environment.ProcessId, "VmRSS");

        var result = engine.Run(module, Request(TimeSpan.FromSeconds(2)), new CapturedOutput(), default);

        Assert.Equal(AttemptOutcome.Timeout, result.Outcome);
        Assert.InRange(ProcFolder.Number(Environment.ProcessId, "VmRSS"), 0, before + (64 << 10));
    }

    private ExecutionRequest Request(TimeSpan? timeout = null) =>
        TestSandbox.Request(l => l with { Timeout = timeout ?? l.Timeout }) with { StdoutPath = _folder.At($"{Guid.NewGuid():N}.stdout") };

    private SandboxEngine Open(string trick) => TestSandbox.Open(
        TestSandbox.Options(_folder.At("artifacts"), Isolation.Process) with
        {
            MaxConcurrency = 1,
            Host = new HostCommand(HostProgram.Dotnet, [HostProgram.Assembly, "rogue", trick]),
        });

    private async Task<PreparedModule> PrepareAsync()
    {
        using var honest = TestSandbox.Open(TestSandbox.Options(_folder.At("artifacts"), Isolation.Thread));
        var (digest, path) = Fixture.Save("succeeds", _folder);
        return await honest.PrepareAsync(digest, metered: false, _ => ValueTask.FromResult(path), default);
    }
}
