using Microsoft.Extensions.Logging.Abstractions;
using MiniLambda.Orchestrator.Audit;

namespace MiniLambda.Orchestrator.Tests.Audit;

public sealed class AuditReaderTests : IAsyncLifetime, IDisposable
{
    private const int Written = 1000;

    private static readonly AuditQuery All = new(null, "");

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("minilambda-");
    private AuditWriter _writer = null!;

    /// <summary>Entries over several files, each longer than what is read at once.</summary>
    public async Task InitializeAsync()
    {
        var options = new OrchestratorOptions { Data = _data.FullName, AuditFileBytes = 150 << 10 };
        _writer = new AuditWriter(options, TimeProvider.System, NullLogger<AuditWriter>.Instance);
        await _writer.StartAsync(default);
        for (var i = 1; i <= Written; i++)
        {
            var outcome = i % 10 == 0 ? AuditOutcome.Denied : AuditOutcome.Done;
            // Each from elsewhere, so that none is only counted.
            var record = new AuditRecord(0, DateTimeOffset.UnixEpoch, "test.done", outcome, "token:a", "", $"10.0.0.{i}", $"t{i}", new string('d', 400));
            _writer.Add(record);
            // What is written together lies in one file.
            if (i % 250 == 0)
                await UntilAsync(i);
        }

        Assert.InRange(_writer.Folder.Files().Count, 2, 10);
    }

    public Task DisposeAsync() => _writer.StopAsync(default);

    public void Dispose()
    {
        _writer.Dispose();
        _data.Delete(recursive: true);
    }

    [Fact]
    public void Entries_come_page_by_page_the_newest_first_and_each_once()
    {
        var pages = Pages(new AuditReader(_writer), All, 70);
        Assert.Equal(Enumerable.Range(1, Written).Reverse().Select(static i => $"t{i}"), pages.SelectMany(static page => page.Entries).Select(static e => e.Target));
        Assert.All(pages.SkipLast(1), static page => Assert.Equal(70, page.Entries.Count));
        Assert.DoesNotContain(pages, static page => page.IsCutShort);
    }

    [Fact]
    public void A_page_that_ends_with_the_oldest_entry_has_none_after_it() => Assert.Single(Pages(new AuditReader(_writer), All, Written));

    [Fact]
    public void Only_what_fits_comes()
    {
        var reader = new AuditReader(_writer);
        var denied = Pages(reader, new AuditQuery(AuditOutcome.Denied, ""), 30).SelectMany(static page => page.Entries).ToList();
        Assert.Equal(Written / 10, denied.Count);
        Assert.All(denied, static entry => Assert.Equal(AuditOutcome.Denied, entry.Outcome));
        Assert.Equal([1000L], reader.Newest(new AuditQuery(null, "T1000"), 0, 30, default).Entries.Select(static e => e.Number));
        Assert.Equal([7L], reader.Newest(new AuditQuery(AuditOutcome.Done, "10.0.0.7"), 8, 30, default).Entries.Select(static e => e.Number));
        Assert.Empty(reader.Newest(new AuditQuery(AuditOutcome.Denied, "10.0.0.7"), 8, 30, default).Entries);
    }

    [Fact]
    public void A_look_for_what_is_rare_ends_somewhere_and_goes_on_from_there()
    {
        var pages = Pages(new AuditReader(_writer) { MaxSeen = 300 }, new AuditQuery(null, "t1000"), 30);
        Assert.Equal([true, true, true, false], pages.Select(static page => page.IsCutShort));
        Assert.Equal(["t1000"], pages.SelectMany(static page => page.Entries).Select(static e => e.Target));
    }

    private static List<AuditPage> Pages(AuditReader reader, AuditQuery query, int count)
    {
        var pages = new List<AuditPage> { reader.Newest(query, 0, count, default) };
        while (pages[^1].Before > 0)
            pages.Add(reader.Newest(query, pages[^1].Before, count, default));
        return pages;
    }

    private async Task UntilAsync(long number)
    {
        for (var (head, more) = _writer.Written; head.Number < number; (head, more) = _writer.Written)
            await more.WaitAsync(TimeSpan.FromMinutes(1));
    }
}
