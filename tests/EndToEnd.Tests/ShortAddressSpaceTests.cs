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
        var home = Directory.CreateTempSubdirectory("minilambda-");
        try
        {
            var program = Programs.Workbench("run", Path.Combine(Programs.Examples, "hello"), "--isolation", isolation);
            string[] limited = ["-c", string.Create(CultureInfo.InvariantCulture, $"ulimit -v {Addresses} && exec \"$@\""), "sh", program.FileName];
            for (var i = 0; i < limited.Length; i++)
                program.ArgumentList.Insert(i, limited[i]);
            program.FileName = "sh";
            var result = await CommandResult.OfAsync(program, home.FullName);
            Assert.Equal((0, "Hello, world!\n", ""), (result.ExitCode, result.Out, result.Error));
        }
        finally
        {
            home.Delete(recursive: true);
        }
    }
}
