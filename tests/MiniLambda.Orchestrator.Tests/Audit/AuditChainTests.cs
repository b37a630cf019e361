using System.Text;
using MiniLambda.Orchestrator.Audit;

namespace MiniLambda.Orchestrator.Tests.Audit;

public sealed class AuditChainTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("minilambda-");

    private AuditFolder Folder => AuditFolder.Of(_data.FullName);

    private string OnlyFile => Assert.Single(Folder.Files()).Path;

    public void Dispose() => _data.Delete(recursive: true);

    [Fact]
    public void What_was_written_is_intact()
    {
        Write(10);
        Assert.Equal(new AuditVerdict(10, 0, "", Folder.ReadHead()!.Hash), AuditChain.Verify(Folder));
    }

    [Fact]
    public void A_log_goes_on_where_it_was()
    {
        Write(3);
        Write(4);
        var verdict = AuditChain.Verify(Folder);
        Assert.True(verdict.IsIntact, verdict.Problem);
        Assert.Equal(7, verdict.Entries);
    }

    public static TheoryData<string, Func<string[], string[]>, long> Changes => new()
    {
        { "altered", lines => [.. lines[..3], lines[3].Replace("target-4", "target-9", StringComparison.Ordinal), .. lines[4..]], 4 },
        { "removed", lines => [.. lines[..3], .. lines[4..]], 4 },
        { "removed at the beginning", lines => lines[1..], 1 },
        { "cut off at the end", lines => lines[..^2], 9 },
        { "reordered", lines => [.. lines[..3], lines[4], lines[3], .. lines[5..]], 4 },
        { "inserted", lines => [.. lines[..3], lines[2], .. lines[3..]], 4 },
        { "made up at the end", lines => [.. lines, lines[9].Replace("\"number\":10", "\"number\":11", StringComparison.Ordinal)], 11 },
        { "given another outcome", lines => [.. lines[..6], lines[6].Replace("denied", "done", StringComparison.Ordinal), .. lines[7..]], 7 },
        { "no entry", lines => [.. lines[..6], "nothing", .. lines[7..]], 7 },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void An_entry_that_is_changed_is_named(string how, Func<string[], string[]> change, long brokenAt)
    {
        Write(10);
        File.WriteAllLines(OnlyFile, change(File.ReadAllLines(OnlyFile)));
        var verdict = AuditChain.Verify(Folder);
        Assert.False(verdict.IsIntact, how);
        Assert.Equal(brokenAt, verdict.BrokenAt);
    }

    [Fact]
    public void A_log_that_was_made_anew_does_not_have_the_head_that_was_noted()
    {
        Write(10);
        var noted = Folder.ReadHead()!.Hash;
        Write(1);
        Assert.True(AuditChain.Verify(Folder, knownHead: noted).IsIntact);
        Directory.Delete(Folder.Path, recursive: true);
        Write(12, "other");
        Assert.True(AuditChain.Verify(Folder).IsIntact);
        Assert.Contains($"no entry has the hash {noted}", AuditChain.Verify(Folder, knownHead: noted).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_torn_last_line_is_moved_aside_and_the_log_says_so()
    {
        Write(3);
        File.AppendAllText(OnlyFile, "{\"number\":4,\"at\":\"2026");
        Assert.Contains("torn", AuditChain.Verify(Folder).Problem, StringComparison.Ordinal);
        using (var tail = Tail())
        {
            var (action, detail) = Assert.Single(tail.Open(Start));
            Assert.Equal(AuditWriter.TornAction, action);
            Assert.Contains("torn-", detail, StringComparison.Ordinal);
            tail.Append([Entry(4)], Start);
        }

        Assert.True(AuditChain.Verify(Folder).IsIntact);
        Assert.Equal("{\"number\":4,\"at\":\"2026", File.ReadAllText(Assert.Single(Directory.GetFiles(Folder.Path, "torn-*"))));
    }

    [Fact]
    public void Entries_that_were_cut_off_while_nothing_ran_stay_known_after_the_next_start()
    {
        Write(10);
        File.WriteAllLines(OnlyFile, File.ReadAllLines(OnlyFile)[..6]);
        using (var tail = Tail())
        {
            var (action, detail) = Assert.Single(tail.Open(Start));
            tail.Append([Entry(1) with { Action = action, Detail = detail }], Start);
        }

        var verdict = AuditChain.Verify(Folder);
        Assert.Equal((7, false), (verdict.BrokenAt, verdict.IsIntact));
        Assert.Contains("entries 7 to 10 were cut off", verdict.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void The_chain_goes_on_over_files_and_holds_after_old_ones_went_on_purpose()
    {
        using (var tail = Tail(maxFileBytes: 1000))
        {
            tail.Open(Start);
            for (var i = 0; i < 20; i++)
                tail.Append([Entry(i + 1) with { At = Start.AddDays(i) }], Start.AddDays(i));
            Assert.True(Folder.Files().Count > 3);
            Assert.True(AuditChain.Verify(Folder).IsIntact);
            var last = tail.Expired(Start.AddDays(10))!;
            tail.Append([Entry(21) with { Action = AuditWriter.TrimAction, Target = $"{last.Number}" }], Start.AddDays(20));
            tail.Remove(last);
        }

        var verdict = AuditChain.Verify(Folder);
        Assert.True(verdict.IsIntact, verdict.Problem);
        Assert.InRange(verdict.Entries, 11, 15);
        Write(1);
        Assert.True(AuditChain.Verify(Folder).IsIntact);
    }

    [Fact]
    public void Old_files_that_somebody_removed_are_missed()
    {
        using (var tail = Tail(maxFileBytes: 1000))
        {
            tail.Open(Start);
            for (var i = 0; i < 20; i++)
                tail.Append([Entry(i + 1)], Start);
        }

        var (_, first) = Folder.Files()[0];
        var newest = AuditRecord.Read(AuditFolder.Lines(first).Last().Line)!;
        File.Delete(first);
        Assert.Equal(1, AuditChain.Verify(Folder).BrokenAt);
        Folder.WriteAnchor(new AuditMark(newest.Number, newest.Hash));
        Assert.Contains("no entry of the log says so", AuditChain.Verify(Folder).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Nobody_forges_a_line_by_a_name()
    {
        var name = "x\",\"outcome\":\"done\"}\n{\"number\":2,\"action\":\"token.create\"\u001b[2J\u2028";
        using (var tail = Tail())
        {
            tail.Open(Start);
            tail.Append([Entry(1) with { Target = name, Peer = name, Actor = name, Detail = name, Action = name, Tenant = name }], Start);
        }

        var line = Assert.Single(File.ReadAllLines(OnlyFile));
        Assert.DoesNotContain('\u001b', line);
        Assert.DoesNotContain('\u2028', line);
        Assert.True(AuditChain.Verify(Folder).IsIntact);
        Assert.StartsWith("x\",\"outcome\":\"done\"} {", AuditRecord.Read(Encoding.UTF8.GetBytes(line))!.Target, StringComparison.Ordinal);
    }

    [Fact]
    public void Its_owner_alone_may_read_it()
    {
        Write(1);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(OnlyFile));
    }

    private AuditTail Tail(long maxFileBytes = 1 << 20) => new(Folder, maxFileBytes, TimeSpan.FromDays(365));

    private void Write(int count, string action = "test.done")
    {
        using var tail = Tail();
        tail.Open(Start);
        tail.Append([.. Enumerable.Range(1, count).Select(i => Entry(i) with { Action = action })], Start);
    }

    private static AuditRecord Entry(int number) => new(
        0, Start, "test.done", number == 7 ? AuditOutcome.Denied : AuditOutcome.Done, "token:t", "", "ipv4:127.0.0.1:5", $"target-{number}", "a detail");
}
