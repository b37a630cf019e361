using MiniLambda.Orchestrator.Metrics;

namespace MiniLambda.Orchestrator.Tests.Metrics;

public sealed class TenantLabelsTests
{
    [Fact]
    public void Tenants_past_the_bound_are_measured_together()
    {
        var labels = new TenantLabels();
        var known = Enumerable.Range(0, TenantLabels.MaxTenants).Select(i => labels.Of($"t{i}").Value).ToList();
        Assert.Equal(TenantLabels.MaxTenants, known.Distinct().Count());
        Assert.Equal(TenantLabels.Others, labels.Of("one-more").Value);
        Assert.Equal("t0", labels.Of("t0").Value);
    }
}
