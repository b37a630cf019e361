namespace MiniLambda.Architecture;

/// <summary>Who may know whom.</summary>
public sealed class DependencyTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["MiniLambda.Contracts"] = [],
        ["MiniLambda.Domain"] = [],
        ["MiniLambda.Trust"] = [],
        ["MiniLambda.Telemetry"] = [],
        ["MiniLambda.Hosting"] = ["MiniLambda.Domain", "MiniLambda.Telemetry"],
        ["MiniLambda.Storage"] = ["MiniLambda.Domain"],
        ["MiniLambda.Sandbox"] = ["MiniLambda.Domain"],
        ["MiniLambda.Client"] = ["MiniLambda.Contracts", "MiniLambda.Trust"],
        ["MiniLambda.Orchestrator"] = ["MiniLambda.Contracts", "MiniLambda.Domain", "MiniLambda.Storage", "MiniLambda.Telemetry", "MiniLambda.Trust"],
        ["MiniLambda.Worker"] = ["MiniLambda.Contracts", "MiniLambda.Domain", "MiniLambda.Sandbox", "MiniLambda.Telemetry", "MiniLambda.Trust"],
        ["orchestrator"] = ["MiniLambda.Hosting", "MiniLambda.Orchestrator", "MiniLambda.Telemetry"],
        ["worker"] = ["MiniLambda.Hosting", "MiniLambda.Sandbox", "MiniLambda.Telemetry", "MiniLambda.Trust", "MiniLambda.Worker"],
        ["workbench"] =
        [
            "MiniLambda.Client", "MiniLambda.Contracts", "MiniLambda.Domain", "MiniLambda.Hosting", "MiniLambda.Orchestrator", "MiniLambda.Sandbox",
            "MiniLambda.Telemetry", "MiniLambda.Trust", "MiniLambda.Worker",
        ],
    };

    /// <summary>Packages that only one project may use: each technology has one room.</summary>
    private static readonly Dictionary<string, string> Rooms = new()
    {
        ["Wasmtime"] = "MiniLambda.Sandbox",
        ["LiteDB"] = "MiniLambda.Sandbox",
        ["Microsoft.Data.Sqlite"] = "MiniLambda.Storage",
        ["Grpc.Tools"] = "MiniLambda.Contracts",
        ["OpenTelemetry"] = "MiniLambda.Telemetry",
        ["OpenTelemetry.Exporter.OpenTelemetryProtocol"] = "MiniLambda.Telemetry",
    };

    public static TheoryData<string> Shipped => [.. Repository.Projects.Values.Where(p => !p.IsTest).Select(p => p.Name)];

    [Theory]
    [MemberData(nameof(Shipped))]
    public void A_project_knows_only_those_it_may_know(string project)
    {
        Assert.True(Allowed.TryGetValue(project, out var allowed), $"{project} is not in the picture");
        Assert.Empty(Repository.Projects[project].References.Except(allowed));
    }

    [Fact]
    public void Nothing_shipped_refers_to_tests() => Assert.DoesNotContain(
        Repository.Projects.Values.Where(p => !p.IsTest).SelectMany(p => p.References), name => Repository.Projects[name].IsTest);

    [Theory]
    [InlineData("Google.Protobuf")]
    [InlineData("Grpc")]
    [InlineData("Microsoft.Data.Sqlite")]
    [InlineData("Wasmtime")]
    [InlineData("LiteDB")]
    public void The_domain_knows_no_technology(string package) => Assert.DoesNotContain(
        Repository.Projects["MiniLambda.Domain"].Packages, p => p.StartsWith(package, StringComparison.Ordinal));

    [Fact]
    public void Each_technology_has_one_room()
    {
        foreach (var project in Repository.Projects.Values.Where(p => !p.IsTest))
        {
            foreach (var package in project.Packages.Where(Rooms.ContainsKey))
                Assert.Equal(Rooms[package], project.Name);
        }
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = File.ReadAllText(Path.Combine(Repository.Root, "MiniLambda.sln")).Replace('\\', '/');
        Assert.All(Repository.Projects.Values, p => Assert.Contains(Repository.Relative(p.Path), solution, StringComparison.Ordinal));
    }
}
