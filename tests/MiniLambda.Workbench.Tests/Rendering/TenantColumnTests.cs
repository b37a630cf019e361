using MiniLambda.Contracts.V1;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Tests.Rendering;

/// <summary>Rows say whose they are when there is more than one tenant.</summary>
public sealed class TenantColumnTests
{
    private static readonly DateTimeOffset Now = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Jobs_of_one_tenant_do_not_say_whose_they_are()
    {
        Assert.DoesNotContain("TENANT", Heading(JobTables.List([Job("a"), Job("a")], wide: false, Now)), StringComparison.Ordinal);
        Assert.EndsWith("AGE  TENANT", Heading(JobTables.List([Job("a"), Job("b")], wide: false, Now)), StringComparison.Ordinal);
        Assert.Equal(["a", "b"], JobTables.List([Job("a"), Job("b")], wide: false, Now).Rows.Select(row => row[^1]));
    }

    [Fact]
    public void So_with_dead_letters_and_functions()
    {
        Assert.DoesNotContain("TENANT", Heading(JobTables.DeadLetters([Job("a")], Now, "")), StringComparison.Ordinal);
        Assert.Contains("TENANT", Heading(JobTables.DeadLetters([Job("a"), Job("b")], Now, "")), StringComparison.Ordinal);
        foreach (var wide in new[] { false, true })
        {
            Assert.DoesNotContain("TENANT", Heading(ClusterTables.Functions([Function("a")], wide, Now)), StringComparison.Ordinal);
            Assert.Equal(["a", "b"], ClusterTables.Functions([Function("a"), Function("b")], wide, Now).Rows.Select(row => row[^2]));
        }
    }

    [Fact]
    public void The_wide_list_of_jobs_always_said_it_once() => Assert.Equal(
        1, Heading(JobTables.List([Job("a"), Job("b")], wide: true, Now)).Split("TENANT").Length - 1);

    [Fact]
    public void A_list_that_goes_on_says_it_from_the_second_tenant_on()
    {
        var column = new TenantColumn();
        Assert.Equal(6, JobTables.List([Job("a")], wide: false, Now, tenants: column).Rows[0].Count);
        Assert.Equal(7, JobTables.List([Job("b")], wide: false, Now, tenants: column).Rows[0].Count);
        Assert.Equal(7, JobTables.List([Job("a")], wide: false, Now, tenants: column).Rows[0].Count);
    }

    private static string Heading(TextTable table) => table.Lines().First();

    private static Job Job(string tenant) => new() { Id = "j", Function = "f", Version = 1, State = Contracts.V1.Job.Types.State.Queued, Tenant = tenant };

    private static Function Function(string tenant) => new() { Name = "f", Version = 1, Tenant = tenant, Description = "d" };
}
