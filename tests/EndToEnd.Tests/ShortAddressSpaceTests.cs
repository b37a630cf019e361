using System.Globalization;

namespace MiniLambda.EndToEnd;

/// <summary>Where there are fewer addresses than the pool of instances reserves, guests run without it.</summary>
public sealed class ShortAddressSpaceTests
{
    /// <summary>In KiB. One guest's memory with its guard takes 4 GiB of addresses, .NET some more; the pool reserves a multiple of that for each slot.</summary>
    private const int Addresses = 20_000_000;

    [Theory]
    [InlineData("process")]
    [InlineData("thread")]
    public async Task A_guest_runs_where_the_pool_of_instances_has_no_room(string isolation)
    {
        await using var home = TemporaryFolder.Create();
        var limited = string.Create(CultureInfo.InvariantCulture, $"ulimit -v {Addresses} && exec \"$@\"");
        var result = await CommandResult.OfAsync(
            Programs.Within("sh", limited, "run", Path.Combine(Programs.Examples, "hello"), "--isolation", isolation), home.FullName);
        Assert.Equal((0, "Hello, world!\n", ""), (result.ExitCode, result.Out, result.Error));
    }
}
