using MiniLambda.Domain.Jobs;
using MiniLambda.Sandbox.Tests.Walls;

namespace MiniLambda.Sandbox.Tests.Hostile;

/// <summary>Guests in this process that are deep in a call of the system at their deadline.</summary>
[Collection(HostileCollection.Name)]
[Trait(HostileCollection.Category, HostileCollection.Name)]
public sealed class StuckThreadTests(ThreadSandbox sandbox) : IClassFixture<ThreadSandbox>
{
    private const int MostThatAreBorneWith = 16;

    [LinuxFact]
    public async Task Threads_left_behind_are_counted_and_welcome_back()
    {
        var module = await sandbox.PrepareAsync("echoes_stdin");
        using (var fifo = new Fifo(sandbox.Folder))
        {
            var request = TestSandbox.Request(l => l with { Timeout = TimeSpan.FromMilliseconds(50) }) with { StdinPath = fifo.Path };
            for (var i = 0; i < MostThatAreBorneWith; i++)
                Assert.Equal(AttemptOutcome.Timeout, sandbox.Engine.Run(module, request, new CapturedOutput(), default).Outcome);

            var refusal = Assert.Throws<IOException>(() => Run(module));
            Assert.StartsWith("16 guests that ran past their deadline still hold their threads; ", refusal.Message, StringComparison.Ordinal);
        }

        Assert.True(Eventually.IsSo(() => Runs(module)));
    }

    [LinuxFact]
    public async Task What_a_guest_does_after_it_was_left_behind_is_not_seen()
    {
        var output = new CapturedOutput();
        var file = sandbox.Folder.At("late.stdout");
        int threads;
        using (var fifo = new Fifo(sandbox.Folder))
        {
            var request = TestSandbox.Request(l => l with { Timeout = TimeSpan.FromMilliseconds(50) });
            await sandbox.RunAsync("hostile/reads_and_then_writes_a_megabyte", request with { StdinPath = fifo.Path, StdoutPath = file }, output);
            threads = ProcFolder.Threads("guest");
        }

        Assert.True(Eventually.IsSo(() => ProcFolder.Threads("guest") < threads));
        Assert.Equal((false, 0), (File.Exists(file), output.StderrBytes.Length));
    }

    private bool Runs(PreparedModule module)
    {
        try
        {
            return Run(module) == AttemptOutcome.Succeeded;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private AttemptOutcome Run(PreparedModule module) => sandbox.Engine.Run(module, TestSandbox.Request(), new CapturedOutput(), default).Outcome;
}
