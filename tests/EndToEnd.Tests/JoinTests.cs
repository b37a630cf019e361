using System.Diagnostics;

namespace MiniLambda.EndToEnd;

/// <summary>A cluster as it is set up by hand: each program in its own process, all of it over mutual TLS.</summary>
public sealed class JoinTests : IAsyncLifetime
{
    private readonly TemporaryFolder _home = TemporaryFolder.Create();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _home.DisposeAsync();

    [Fact]
    public async Task A_worker_joins_with_one_line_a_person_logs_in_and_a_job_runs()
    {
        await using var orchestrator = await Daemon.StartAsync(Programs.Orchestrator("--listen", "https://127.0.0.1:0", "--data", _home.At("orchestrator")));
        var fingerprint = (await TypedAsync(Programs.Orchestrator("fingerprint", "--data", _home.At("orchestrator")))).Trim();
        var token = File.ReadAllText(Path.Combine(_home.At("orchestrator"), "token"));
        Assert.Contains(fingerprint, orchestrator.Log, StringComparison.Ordinal);

        var login = Programs.Workbench("login", orchestrator.ReadyLine, "--name", "home", "--fingerprint", fingerprint);
        login.Environment["MINILAMBDA_TOKEN"] = token.Trim();
        Assert.Equal($"context home: {orchestrator.ReadyLine}", (await TypedAsync(login)).Split(" as ")[0].Trim());
        Assert.Contains(fingerprint, await TypedAsync(Programs.Workbench("context", "show")), StringComparison.Ordinal);

        var line = (await TypedAsync(Programs.Workbench("join-token", "--label", "room=office"))).Trim();
        Assert.StartsWith("minilambda-worker join mlj1_", line, StringComparison.Ordinal);
        var file = _home.At("join");
        await File.WriteAllTextAsync(file, line.Split(' ')[2]);
        await using (var worker = await Daemon.StartAsync(Programs.Worker("join", "--token-from", file, "--data", _home.At("attic"), "--name", "attic")))
        {
            var hello = Path.Combine(Programs.Examples, "hello");
            Assert.Equal("Hello, Ada!\n", await TypedAsync(Programs.Workbench("invoke", hello, "--", "Ada")));
            Assert.DoesNotContain(line.Split(' ')[2], worker.Log + orchestrator.Log, StringComparison.Ordinal);
            Assert.Equal(0, (await worker.TerminateAsync()).ExitCode);
        }

        // What it joined is remembered; the token is spent.
        await using var again = await Daemon.StartAsync(Programs.Worker("--data", _home.At("attic")));
        Assert.Equal("attic", again.ReadyLine);
        var late = await CommandResult.OfAsync(Programs.Worker("join", "--token-from", file, "--data", _home.At("cellar"), "--name", "cellar"), _home.FullName);
        Assert.Equal(1, late.ExitCode);
        Assert.Contains("the join token is unknown, spent, over or revoked", late.Error, StringComparison.Ordinal);

        Assert.Equal("attic is removed\n", await TypedAsync(Programs.Workbench("worker", "remove", "attic")));
        Assert.Equal(1, await again.WaitForExitAsync());
        Assert.Contains("worker 'attic' was removed", again.Log, StringComparison.Ordinal);

        // As it was told: with a new token it comes back, in the same folder and by the same name.
        await File.WriteAllTextAsync(file, (await TypedAsync(Programs.Workbench("join-token"))).Trim().Split(' ')[2]);
        await using var back = await Daemon.StartAsync(Programs.Worker("join", "--token-from", file, "--data", _home.At("attic"), "--name", "attic"));
        Assert.Equal("attic", back.ReadyLine);
    }

    private async Task<string> TypedAsync(ProcessStartInfo program)
    {
        var result = await CommandResult.OfAsync(program, _home.FullName);
        Assert.True(result.ExitCode == 0, $"{string.Join(' ', program.ArgumentList)}: {result.Error}");
        return result.Out;
    }
}
