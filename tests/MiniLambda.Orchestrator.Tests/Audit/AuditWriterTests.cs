using Microsoft.Extensions.Logging.Abstractions;
using MiniLambda.Orchestrator.Audit;
using MiniLambda.Orchestrator.Auth;
using MiniLambda.Domain.Access;

namespace MiniLambda.Orchestrator.Tests.Audit;

public sealed class AuditWriterTests : IAsyncLifetime, IDisposable
{
    private static readonly Caller Admin = new("token:a", Role.Admin, null);

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("minilambda-");
    private AuditWriter _writer = null!;
    private AuditLog _log = null!;

    public async Task InitializeAsync()
    {
        _writer = new AuditWriter(new OrchestratorOptions { Data = _data.FullName }, TimeProvider.System, NullLogger<AuditWriter>.Instance);
        _log = new AuditLog(_writer, TimeProvider.System, NullLogger<AuditLog>.Instance);
        await _writer.StartAsync(default);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _writer.Dispose();
        _data.Delete(recursive: true);
    }

    [Fact]
    public async Task Everything_that_was_recorded_is_there_after_a_stop()
    {
        for (var i = 0; i < 1000; i++)
            _log.Record("test.done", AuditOutcome.Done, Admin, "ipv4:10.0.0.1:5", $"t{i}");
        await _writer.StopAsync(default);
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => $"t{i}"), Entries().Select(e => e.Target));
        Assert.True(AuditChain.Verify(_writer.Folder).IsIntact);
    }

    [Fact]
    public async Task Who_knocks_without_end_is_counted_and_hides_nobody()
    {
        for (var i = 0; i < 10_000; i++)
            _log.Record("token.use", AuditOutcome.Denied, null, $"ipv4:10.0.0.1:{10_000 + i}", "wrong");
        _log.Record("token.use", AuditOutcome.Denied, null, "ipv4:10.0.0.2:7", "wrong");
        _log.Record("token.use", AuditOutcome.Denied, null, "ipv6:[::1]:7", "wrong");
        await _writer.StopAsync(default);
        var entries = Entries();
        Assert.Equal(DeniedLimit.PerWindow + 2, entries.Count(e => e.Action == "token.use"));
        var summary = Assert.Single(entries, e => e.Action == AuditWriter.SummaryAction);
        Assert.Equal("ipv4:10.0.0.1", summary.Peer);
        Assert.StartsWith($"{10_000 - DeniedLimit.PerWindow} more denied attempts", summary.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_the_disk_refuses_nobody_waits_and_what_did_not_fit_is_told_later()
    {
        // Where its folder would be made stands a file.
        File.WriteAllText(_writer.Folder.Path, "");
        for (var i = 0; i < AuditWriter.MaxWaiting + 5000; i++)
            _log.Record("test.done", AuditOutcome.Done, Admin, "ipv4:10.0.0.1:5", $"t{i}");
        File.Delete(_writer.Folder.Path);
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        for (var (head, more) = _writer.Written; head.Number < AuditWriter.MaxWaiting; (head, more) = _writer.Written)
            await more.WaitAsync(patience.Token);
        await _writer.StopAsync(default);
        var entries = Entries();
        var kept = entries.Count(e => e.Action == "test.done");
        var lost = entries.Where(e => e.Action == AuditWriter.LostAction).Sum(e => long.Parse(e.Detail.Split(' ')[0]));
        Assert.InRange(kept, AuditWriter.MaxWaiting, AuditWriter.MaxWaiting + 5000);
        Assert.Equal(AuditWriter.MaxWaiting + 5000, kept + lost);
        Assert.True(AuditChain.Verify(_writer.Folder).IsIntact);
    }

    private List<AuditRecord> Entries() =>
        [.. _writer.Folder.Files().SelectMany(file => AuditFolder.Lines(file.Path)).Select(line => AuditRecord.Read(line.Line)!)];
}
