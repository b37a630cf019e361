using Xunit.Abstractions;

namespace MiniLambda.Architecture;

/// <summary>The units of examples/systemd.</summary>
public sealed class UnitTests(ITestOutputHelper output)
{
    private static readonly string Folder = Path.Combine(Repository.Root, "examples", "systemd");

    public static TheoryData<string> Units => ["minilambda-orchestrator.service", "minilambda-worker.service"];

    [Theory]
    [MemberData(nameof(Units))]
    public void Systemd_accepts_the_unit(string unit)
    {
        if (Tool.Find("systemd-analyze") is not { } analyze)
        {
            output.WriteLine("not checked: systemd-analyze is not installed");
            return;
        }

        // The programs that it starts are not installed here: others stand in their place.
        var folder = Directory.CreateTempSubdirectory("minilambda-");
        try
        {
            var path = Path.Combine(folder.FullName, unit);
            File.WriteAllText(path, File.ReadAllText(Path.Combine(Folder, unit)).Replace("/usr/local/lib/minilambda/", "/bin/true ", StringComparison.Ordinal));
            Tool.Check(analyze, "verify", "--man=no", path);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [MemberData(nameof(Units))]
    public void A_unit_walls_its_daemon_in(string unit)
    {
        var lines = File.ReadAllLines(Path.Combine(Folder, unit));
        foreach (var wall in (string[])["DynamicUser=yes", "ProtectSystem=strict", "ProtectHome=yes", "PrivateTmp=yes", "NoNewPrivileges=yes", "CapabilityBoundingSet=", "Type=notify"])
            Assert.Contains(wall, lines);
    }
}
