using System.Diagnostics;
using MiniLambda.Domain.Jobs;
using MiniLambda.Sandbox.Hosts;
using MiniLambda.Sandbox.Tests.Walls;

namespace MiniLambda.Sandbox.Tests.Hostile;

/// <summary>Hosts that end, or never begin. One at a time here, so that it is known which is which.</summary>
[Collection(HostileCollection.Name)]
[Trait(HostileCollection.Category, HostileCollection.Name)]
public sealed class HostDeathTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [LinuxFact]
    public async Task A_host_that_is_killed_in_mid_job_fails_that_job_and_no_other()
    {
        using var engine = Open();
        var module = await PrepareAsync(engine, "loops_forever");
        var output = new CapturedOutput { OnStarted = () => KillHost() };

        var result = engine.Run(module, TestSandbox.Request(), output, default);

        Assert.Equal(
            (AttemptOutcome.HostDied, "the sandbox host process that ran the function died (signal 9)"), (result.Outcome, result.Message));
        Assert.Equal(AttemptOutcome.Succeeded, await RunAsync(engine));
    }

    // As a service manager does with every process of a service, and a terminal with those of a window that is closed.
    [LinuxTheory]
    [InlineData("TERM")]
    [InlineData("INT")]
    [InlineData("HUP")]
    public async Task A_host_leaves_it_to_its_parent_to_end_it(string signal)
    {
        using var engine = Open();
        var module = await PrepareAsync(engine, "loops_forever");
        var host = 0;
        var output = new CapturedOutput
        {
            OnStarted = () =>
            {
                Assert.True(Eventually.IsSo(() => ProcFolder.Hosts().Count == 1));
                host = ProcFolder.Hosts()[0];
                using var kill = Process.Start("kill", ["-s", signal, $"{host}"]);
                kill.WaitForExit();
            },
        };

        var result = engine.Run(module, TestSandbox.Request(l => l with { Timeout = TimeSpan.FromSeconds(1) }), output, default);

        Assert.Equal(AttemptOutcome.Timeout, result.Outcome);
        Assert.Equal(host, Assert.Single(ProcFolder.Hosts()));
    }

    [LinuxFact]
    public async Task A_host_that_is_killed_while_it_is_idle_fails_nobody()
    {
        using var engine = Open();
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(AttemptOutcome.Succeeded, await RunAsync(engine));
            KillHost();
        }
    }

    [LinuxFact]
    public async Task A_host_that_is_killed_while_it_is_idle_is_replaced_before_it_is_needed()
    {
        using var engine = Open();
        Assert.Equal(AttemptOutcome.Succeeded, await RunAsync(engine));

        var killed = KillHost();

        Assert.True(Eventually.IsSo(() => ProcFolder.Hosts() is [var host] && host != killed));
    }

    [LinuxFact]
    public void A_host_that_dies_before_it_ran_anything_is_not_started_for_ever()
    {
        using var engine = Open();
        Assert.True(Eventually.IsSo(() => engine.Walls.Count > 0));

        KillHost();

        // Nobody asks for it: only what was on its way already could still come.
        Assert.Empty(ProcFolder.Hosts());
    }

    [LinuxFact]
    public async Task A_closed_sandbox_leaves_no_host_and_ends_the_guests_in_them()
    {
        var engine = Open();
        var module = await PrepareAsync(engine, "loops_forever");
        using var started = new ManualResetEventSlim();
        var running = Task.Factory.StartNew(
            () => engine.Run(module, TestSandbox.Request(), new CapturedOutput { OnStarted = started.Set }, default), default,
            TaskCreationOptions.LongRunning, TaskScheduler.Default);
        started.Wait();

        engine.Dispose();

        Assert.Empty(ProcFolder.Hosts());
        Assert.Equal(AttemptOutcome.HostDied, (await running).Outcome);
        Assert.Throws<ObjectDisposedException>(() => engine.Run(module, TestSandbox.Request(), new CapturedOutput(), default));
    }

    [LinuxTheory]
    [InlineData("/bin/false", "the sandbox host /bin/false ended before it was ready (exit code 1)")]
    [InlineData("/bin/echo", "the sandbox host /bin/echo ended before it was ready")]
    [InlineData("/no/such/program", "the sandbox host /no/such/program ")]
    public async Task A_host_that_cannot_be_started_is_told_of_at_once_and_every_time(string program, string told)
    {
        PreparedModule module;
        using (var good = Open())
            module = await PrepareAsync(good, "succeeds");
        using var engine = TestSandbox.Open(
            TestSandbox.Options(_folder.At("artifacts"), Isolation.Process) with { MaxConcurrency = 4, Host = new HostCommand(program, []) });

        for (var i = 0; i < 3; i++)
        {
            var failure = Assert.Throws<IOException>(() => engine.Run(module, TestSandbox.Request(), new CapturedOutput(), default));
            Assert.StartsWith(told, failure.Message, StringComparison.Ordinal);
        }

        var uncompiled = await Assert.ThrowsAsync<IOException>(() => PrepareAsync(engine, "loops_forever"));
        Assert.StartsWith(told, uncompiled.Message, StringComparison.Ordinal);
    }

    [LinuxTheory]
    [InlineData("/bin/false")]
    [InlineData("/no/such/program")]
    public async Task Hosts_that_cannot_be_started_leave_nothing_open_and_nobody_behind(string program)
    {
        PreparedModule module;
        using (var good = Open())
            module = await PrepareAsync(good, "succeeds");
        using var engine = TestSandbox.Open(
            TestSandbox.Options(_folder.At("artifacts"), Isolation.Process) with { MaxConcurrency = 1, Host = new HostCommand(program, []) });
        Assert.Throws<IOException>(() => engine.Run(module, TestSandbox.Request(), new CapturedOutput(), default));
        var descriptors = ProcFolder.OpenFiles();

        for (var i = 0; i < 20; i++)
            Assert.Throws<IOException>(() => engine.Run(module, TestSandbox.Request(), new CapturedOutput(), default));

        Assert.True(Eventually.IsSo(() => ProcFolder.OpenFiles() <= descriptors && ProcFolder.Children() == 0));
    }

    [LinuxFact]
    public async Task Two_thousand_guests_in_a_row_leave_their_host_as_it_was()
    {
        using var engine = Open();
        var module = await PrepareAsync(engine, "echoes_stdin");
        RunMany(engine, module, 500);
        var host = Assert.Single(ProcFolder.Hosts());
        var (before, descriptors) = (ProcFolder.Number(host, "VmRSS"), ProcFolder.Number(host, "FDSize"));
        var ownDescriptors = ProcFolder.OpenFiles();

        RunMany(engine, module, 2_000);

        Assert.Equal(host, Assert.Single(ProcFolder.Hosts()));
        Assert.InRange(ProcFolder.Number(host, "VmRSS"), 0, (before * 11 / 10) + (16 << 10));
        // A slot of the table that was once used is not given back, so this is the most that were ever open; they are not to be listed from outside.
        Assert.Equal(descriptors, ProcFolder.Number(host, "FDSize"));
        Assert.InRange(ProcFolder.OpenFiles(), 0, ownDescriptors);
    }

    private static void RunMany(SandboxEngine engine, PreparedModule module, int times)
    {
        for (var i = 0; i < times; i++)
        {
            var output = new CapturedOutput();
            var result = engine.Run(module, TestSandbox.Request() with { Stdin = "hello"u8.ToArray() }, output, default);
            Assert.Equal((AttemptOutcome.Succeeded, "hello"), (result.Outcome, output.StdoutText));
        }
    }

    /// <summary>Kills the only host there is, and waits until it is gone.</summary>
    private static int KillHost()
    {
        // A compile may just have ended.
        Assert.True(Eventually.IsSo(() => ProcFolder.Hosts().Count == 1));
        using var host = Process.GetProcessById(ProcFolder.Hosts()[0]);
        host.Kill();
        host.WaitForExit();
        return host.Id;
    }

    private SandboxEngine Open() => TestSandbox.Open(TestSandbox.Options(_folder.At("artifacts"), Isolation.Process) with { MaxConcurrency = 1 });

    private async Task<PreparedModule> PrepareAsync(SandboxEngine engine, string fixture)
    {
        var (digest, path) = Fixture.Save(fixture, _folder);
        return await engine.PrepareAsync(digest, metered: false, _ => ValueTask.FromResult(path), default);
    }

    private async Task<AttemptOutcome> RunAsync(SandboxEngine engine) =>
        engine.Run(await PrepareAsync(engine, "succeeds"), TestSandbox.Request(), new CapturedOutput(), default).Outcome;
}
