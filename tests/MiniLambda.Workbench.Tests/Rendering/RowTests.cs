using MiniLambda.Workbench.Live;
using MiniLambda.Workbench.Rendering;
using MiniLambda.Workbench.Tests.Screens.Shell;

namespace MiniLambda.Workbench.Tests.Rendering;

public sealed class RowTests
{
    private static readonly Snapshot Home = FixedCluster.Home();

    [Fact]
    public void Why_a_job_failed_is_seen_in_a_narrow_column()
    {
        var job = FixedCluster.JobOf("j-06zk95b2tc2sv", "json-transform", 1, "laptop", Contracts.V1.Job.Types.State.Failed, 5);
        job.Message = "the function exited with code 1";

        Assert.Contains("exited with code 1", new JobRows([job], 88).Row(job, Home.At, false).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Job_rows_fit_every_width()
    {
        for (var width = 32; width < 200; width++)
        {
            var rows = new JobRows(Home.Jobs.Jobs, width);
            Assert.All(Home.Jobs.Jobs, job => Assert.True(rows.Row(job, Home.At, false).Width <= width, $"{width}: {rows.Row(job, Home.At, false)}"));
            Assert.True(rows.Header().Width <= width);
        }
    }

    [Fact]
    public void Names_of_a_thousand_characters_are_cut()
    {
        var job = FixedCluster.JobOf("j-06zjjkvteapv9", new string('x', 1000), 1, new string('y', 1000), Contracts.V1.Job.Types.State.Running, 1);

        Assert.True(new JobRows([job], 60).Row(job, Home.At, false).Width <= 60);
    }

    [Fact]
    public void Node_rows_fit_every_width()
    {
        var history = Enumerable.Range(0, 50).Select(i => i / 50.0).ToList();
        for (var width = 20; width < 120; width++)
            Assert.All(Home.Workers, w => Assert.True(NodeRows.Line(w, history, 6, width, Home.At).Width <= width, $"{width}: {NodeRows.Line(w, history, 6, width, Home.At)}"));
    }
}
