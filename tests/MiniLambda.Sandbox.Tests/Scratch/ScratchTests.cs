using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;

namespace MiniLambda.Sandbox.Tests.Scratch;

[Trait("Category", "Hostile")]
public abstract class ScratchTests(TestSandbox sandbox)
{
    /// <summary>WASI's errno for a path that leads out of what was granted.</summary>
    private const int NotPermitted = 63;

    private const int NoEntry = 44;

    [Fact]
    public async Task A_guest_writes_to_its_scratch_folder_and_nothing_of_it_stays()
    {
        var (result, _) = await RunAsync("writes_to_tmp_as_stdin_says", [3, 2], scratch: 1 << 20);
        Assert.Equal((AttemptOutcome.Succeeded, ""), (result.Outcome, result.Message));
        Assert.Empty(sandbox.Scratch.EnumerateFileSystemInfos());
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(200, 200)]
    public async Task A_guest_that_writes_past_its_scratch_limit_is_stopped(byte files, byte blocks)
    {
        var (result, _) = await RunAsync("writes_to_tmp_as_stdin_says", [files, blocks], scratch: 1 << 20);
        Assert.Equal(
            (AttemptOutcome.ScratchLimit, null, "the function wrote more than 1MiB to its scratch folder"),
            (result.Outcome, result.ExitCode, result.Message));
        Assert.Empty(sandbox.Scratch.EnumerateFileSystemInfos());
    }

    [Fact]
    public async Task Without_the_grant_there_is_no_folder_at_all()
    {
        var (result, _) = await RunAsync("writes_to_tmp_as_stdin_says", [1, 1], scratch: null);
        Assert.Equal(AttemptOutcome.Exit, result.Outcome);
        Assert.Equal(8, result.ExitCode); // EBADF: not even a descriptor to begin from
    }

    [Theory]
    [InlineData("inside.txt", 0)]
    [InlineData("./sub/../inside.txt", 0)]
    [InlineData("missing.txt", NoEntry)]
    [InlineData("../secret.txt", NotPermitted)]
    [InlineData("sub/../../secret.txt", NotPermitted)]
    [InlineData("/etc/passwd", NotPermitted)]
    [InlineData("link-out", NotPermitted)]
    [InlineData("link-up/secret.txt", NotPermitted)]
    [InlineData("link-absolute/passwd", NotPermitted)]
    public async Task No_path_leads_out_of_a_folder(string path, int errno)
    {
        var (outside, inside) = (sandbox.Folder.At("outside"), sandbox.Folder.At("outside/inside"));
        Directory.CreateDirectory(Path.Combine(inside, "sub"));
        await File.WriteAllTextAsync(Path.Combine(outside, "secret.txt"), "secret");
        await File.WriteAllTextAsync(Path.Combine(inside, "inside.txt"), "open");
        Link("link-out", "../secret.txt");
        Link("link-up", "..");
        Link("link-absolute", "/etc");
        var request = TestSandbox.Request() with
        {
            Stdin = System.Text.Encoding.UTF8.GetBytes(path),
            Directories = [new DirectoryGrant(inside, "/data", ReadOnly: true)],
        };
        var (result, _) = await sandbox.RunAsync("opens_the_path_on_stdin", request);
        Assert.Equal(errno, result.ExitCode);

        void Link(string name, string target)
        {
            if (!Path.Exists(Path.Combine(inside, name)))
                File.CreateSymbolicLink(Path.Combine(inside, name), target);
        }
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task A_folder_is_written_to_only_when_it_was_granted_so(bool readOnly, bool written)
    {
        var folder = Directory.CreateDirectory(sandbox.Folder.At($"mount-{readOnly}")).FullName;
        var request = TestSandbox.Request() with { Stdin = new byte[] { 1, 1 }, Directories = [new DirectoryGrant(folder, "/data", readOnly)] };
        var (result, _) = await sandbox.RunAsync("writes_to_tmp_as_stdin_says", request);
        Assert.Equal(written, result.ExitCode == 0);
        Assert.Equal(written, File.Exists(Path.Combine(folder, "a")));
    }

    private Task<(ExecutionResult Result, CapturedOutput Output)> RunAsync(string fixture, byte[] stdin, long? scratch) => sandbox.RunAsync(
        fixture, TestSandbox.Request() with { Stdin = stdin, Capabilities = new CapabilityGrants { ScratchBytes = scratch } });
}

public sealed class ScratchInProcessTests(ProcessSandbox sandbox) : ScratchTests(sandbox), IClassFixture<ProcessSandbox>;

public sealed class ScratchInThreadTests(ThreadSandbox sandbox) : ScratchTests(sandbox), IClassFixture<ThreadSandbox>;
