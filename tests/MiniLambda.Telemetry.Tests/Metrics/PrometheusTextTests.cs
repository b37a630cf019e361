using System.Diagnostics.Metrics;
using System.Text;
using MiniLambda.Telemetry.Export;
using MiniLambda.Telemetry.Metrics;

namespace MiniLambda.Telemetry.Tests.Metrics;

public sealed class PrometheusTextTests
{
    [Theory]
    [InlineData("minilambda.job.duration", "s", "minilambda_job_duration_seconds", "seconds")]
    [InlineData("minilambda.blob.io", "By", "minilambda_blob_io_bytes", "bytes")]
    [InlineData("minilambda.job.submitted", "{job}", "minilambda_job_submitted", "")]
    [InlineData("up.seconds", "s", "up_seconds", "seconds")]
    [InlineData("cache.hits", "1", "cache_hits_ratio", "ratio")]
    [InlineData("plain", null, "plain", "")]
    public void A_name_ends_with_its_unit(string instrument, string? unit, string name, string word) =>
        Assert.Equal((name, word), PrometheusText.NameOf(instrument, unit));

    [Fact]
    public void Labels_cannot_break_out_of_their_quotes()
    {
        using var meter = new Meter("test");
        using var export = new MeterExport(meter, new ExportSpec("test", "1", null, 0));
        meter.CreateCounter<long>("jobs", "{job}", "two\nlines").Add(3, KeyValuePair.Create("who", (object?)"a\"b\\c\nd"));
        Assert.Contains("# HELP jobs_total two\\nlines\n# TYPE jobs_total counter\njobs_total{who=\"a\\\"b\\\\c\\nd\"} 3\n", Scrape(export), StringComparison.Ordinal);
    }

    [Fact]
    public void Buckets_of_a_histogram_add_up()
    {
        using var meter = new Meter("test");
        using var export = new MeterExport(meter, new ExportSpec("test", "1", null, 0));
        var sizes = meter.CreateHistogram("changes", "{change}", "", tags: null, Buckets.Counts);
        foreach (var size in (int[])[1, 2, 3, 500])
            sizes.Record(size);
        var text = Scrape(export);
        Assert.Contains("changes_bucket{le=\"1\"} 1\nchanges_bucket{le=\"2\"} 2\nchanges_bucket{le=\"4\"} 3\n", text, StringComparison.Ordinal);
        Assert.Contains("changes_bucket{le=\"256\"} 3\nchanges_bucket{le=\"+Inf\"} 4\nchanges_sum 506\nchanges_count 4\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_meter_of_the_same_name_is_somebody_elses()
    {
        using var mine = new Meter("test");
        using var other = new Meter("test");
        using var export = new MeterExport(mine, new ExportSpec("test", "1", null, 0));
        mine.CreateCounter<long>("jobs").Add(1);
        other.CreateCounter<long>("jobs").Add(10);
        other.CreateCounter<long>("others").Add(1);
        var text = Scrape(export);
        Assert.Contains("jobs_total 1\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("others", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_allocated_for_a_measurement()
    {
        using var meter = new Meter("test");
        using var export = new MeterExport(meter, new ExportSpec("test", "1", null, 0));
        var jobs = meter.CreateCounter<long>("jobs");
        var took = meter.CreateHistogram("took", "s", "", tags: null, Buckets.Durations);
        var tag = KeyValuePair.Create("tenant", (object?)"default");
        Measure(1000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Measure(1000);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void Measure(int times)
        {
            for (var i = 0; i < times; i++)
            {
                jobs.Add(1, tag);
                took.Record(0.002);
            }
        }
    }

    private static string Scrape(MeterExport export) => Encoding.UTF8.GetString(export.Scrape(null).Body);
}
