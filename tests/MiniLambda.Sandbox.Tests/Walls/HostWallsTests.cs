using System.Globalization;
using System.IO.Pipes;
using System.Text.RegularExpressions;
using MiniLambda.Sandbox.Walls;

namespace MiniLambda.Sandbox.Tests.Walls;

/// <summary>What a host can still do after it has raised its walls. They are of Linux alone.</summary>
public sealed partial class HostWallsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [LinuxFact]
    public async Task Every_wall_is_in_force()
    {
        using var host = await TestHost.StartAsync("walls", []);

        Assert.Equal(WallNames.All, host.Walls.Keys);
        Assert.All(host.Walls.Values, wall => Assert.True(wall.InForce, $"{wall.Name}: {wall.Detail}"));
        Assert.All(host.Walls.Values, wall => Assert.NotEmpty(wall.Detail));
    }

    [LinuxFact]
    public async Task No_program_is_started() => Assert.Equal("error 1", await TestHost.TryAsync("exec"));

    [LinuxFact]
    public async Task No_process_is_forked() => Assert.Equal("error 1", await TestHost.TryAsync("fork"));

    [LinuxFact]
    public async Task No_socket_is_opened() => Assert.Equal(
        "tcp AccessDenied, udp6 AccessDenied, raw AccessDenied, unix AccessDenied, listen AccessDenied", await TestHost.TryAsync("socket"));

    [LinuxFact]
    public async Task The_network_when_granted_is_internet_sockets_only()
    {
        using var host = await TestHost.StartAsync("socket", ["network=1"]);

        Assert.Equal("tcp ok, udp6 ok, raw AccessDenied, unix AccessDenied, listen ok", await host.ReadToEndAsync());
        Assert.False(host.Walls[WallNames.Network].InForce);
    }

    [LinuxFact]
    public async Task Signals_go_to_the_host_itself_only() => Assert.Equal(
        "self ok, parent error 1, group error 1, everybody error 1", await TestHost.TryAsync("signal"));

    [LinuxFact]
    public async Task Walls_cannot_be_taken_down() => Assert.Equal(
        "limit error 1, dumpable error 1, parent's death error 1, group error 1", await TestHost.TryAsync("undo"));

    [LinuxFact]
    public async Task A_file_ends_at_its_limit_and_the_host_goes_on() => Assert.Equal(
        "refused after 3145728 bytes", await TestHost.TryAsync("big-file", "file-size=3145728", Folder));

    [LinuxFact]
    public async Task Files_are_opened_up_to_the_limit()
    {
        var refused = await TestHost.TryAsync("many-files", "open-files=200", Folder);

        // The runtime takes some of them for itself.
        Assert.InRange(Number(refused), 100, 200);
    }

    [LinuxFact]
    public async Task Memory_is_committed_up_to_the_limit()
    {
        var refused = await TestHost.TryAsync("allocate", "memory=536870912");

        Assert.InRange(Number(refused), 256, 512);
    }

    [LinuxFact]
    public async Task The_runtime_works_behind_the_walls() => Assert.Equal("32 threads, text, True, True", await TestHost.TryAsync("runtime", Folder));

    [LinuxFact]
    public async Task Guests_run_and_trap_behind_the_walls() => Assert.Equal(
        "succeeds: Succeeded, echoes_stdin: Succeeded hello, traps/memory_out_of_bounds: Trap, traps/stack_overflow: Trap, traps/unreachable: Trap, "
        + "loops_forever: Timeout, grows_until_refused_and_exits_with_1: Exit, succeeds: Succeeded; pooled",
        await TestHost.TryAsync("run-guests", Folder, $"fixtures={Fixtures}"));

    [LinuxFact]
    public async Task A_component_waits_for_a_timer_behind_the_walls() => Assert.Equal(
        "returned", await TestHost.TryAsync("run-component", $"path={Path.Combine(Fixtures, "components/sleeps_a_millisecond.wat")}"));

    [LinuxFact]
    public async Task A_host_has_a_session_of_its_own_and_gives_way_when_told()
    {
        using var host = await TestHost.StartAsync("wait", ["niceness=7"]);

        const int Group = 5, Session = 6, Niceness = 19, Policy = 41;
        var id = host.Id.ToString(CultureInfo.InvariantCulture);
        Assert.Equal((id, id, "7", "3"), (host.Stat(Group), host.Stat(Session), host.Stat(Niceness), host.Stat(Policy)));
    }

    [LinuxFact]
    public async Task A_host_dies_with_its_parent()
    {
        using var parent = TestHost.Start("spawn", []);
        // The child's walls: it has asked to die by now. It writes to the same pipe, and sleeps for good.
        Assert.Contains(WallNames.DiesWithParent, await parent.ReadLineAsync(), StringComparison.Ordinal);

        parent.Kill();

        // The pipe ends when the last one that holds it is gone.
        Assert.Equal("", await parent.ReadToEndAsync());
    }

    [LinuxFact]
    public async Task A_host_whose_parent_is_gone_already_ends_at_once()
    {
        // Ids do not go that far.
        using var host = TestHost.Start("walls", ["parent=2147483647"]);

        Assert.Equal(("", 1), (await host.ReadToEndAsync(), await host.ExitCodeAsync()));
    }

    [LinuxFact]
    public async Task An_inherited_descriptor_is_closed_unless_it_is_kept()
    {
        using var pipe = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.Inheritable);
        var number = pipe.GetClientHandleAsString();

        Assert.Equal("closed", await TestHost.TryAsync("descriptor", $"number={number}"));
        Assert.Equal("open", await TestHost.TryAsync("descriptor", $"number={number}", $"keep={number}"));
    }

    [LinuxFact]
    public async Task A_variable_of_the_environment_is_named_without_its_value()
    {
        using var host = TestHost.Start("walls", [], prefix: null, ("SECRET_TOKEN", "hunter2"));

        var told = await host.ReadToEndAsync();
        Assert.Contains("1 inherited: SECRET_TOKEN", told, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", told, StringComparison.Ordinal);
    }

    [LinuxFact]
    public async Task A_host_has_a_network_of_its_own_where_the_system_permits()
    {
        var own = NetworkNamespace.Find();

        // With the network granted, sockets are allowed, so only the namespace can hold it back.
        using var host = await TestHost.StartAsync("walls", ["network=1"], own is { } found ? [found.File, .. found.Prefix] : null);

        Assert.Equal(own is not null, host.Walls[WallNames.Network].InForce);
        Assert.Equal(own is not null, host.Walls[WallNames.Network].Detail.StartsWith("own network namespace", StringComparison.Ordinal));
    }

    private static string Fixtures => Path.Combine(AppContext.BaseDirectory, "fixtures");

    private string Folder => $"folder={_folder.FullName}";

    private static int Number(string text) => int.Parse(Digits().Match(text).Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\d+")]
    private static partial Regex Digits();
}
