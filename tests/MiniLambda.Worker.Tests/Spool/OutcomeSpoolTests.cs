using System.Security.Cryptography;
using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Jobs;
using MiniLambda.Worker.Spool;

namespace MiniLambda.Worker.Tests.Spool;

public sealed class OutcomeSpoolTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly JobIdGenerator _ids = new(TimeProvider.System, new Random(1));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_kept_is_there_for_the_next_process()
    {
        var (first, second) = (_ids.Next(), _ids.Next());
        var spool = Open();
        Assert.True(spool.TryKeep(first, 1, Completed(first, 1, "out")));
        Assert.True(spool.TryKeep(second, 3, new WorkerMessage { Returned = new AttemptReturned { JobId = second.Value, Attempt = 3 } }));
        var loaded = Open().Load().OrderBy(outcome => outcome.Attempt).ToList();
        Assert.Equal([(first, 1, null), (second, 3, (string?)null)], loaded.Select(o => (o.Id, o.Attempt, o.Result)));
        Assert.Equal(Completed(first, 1, "out"), loaded[0].Ending);
    }

    [Fact]
    public void What_was_settled_leaves_nothing_behind()
    {
        var id = _ids.Next();
        var spool = Open();
        Assert.NotNull(spool.TryKeepWithResult(id, 1, CompletedWithFile(id, "large", out var result), result));
        spool.Drop(id, 1);
        spool.Drop(id, 2);
        Assert.Empty(Directory.GetFiles(Folder));
        Assert.Empty(Open().Load());
    }

    [Fact]
    public void A_result_in_a_file_moves_with_its_outcome()
    {
        var id = _ids.Next();
        var kept = Open().TryKeepWithResult(id, 1, CompletedWithFile(id, "large", out var result), result);
        Assert.False(File.Exists(result));
        var loaded = Assert.Single(Open().Load());
        Assert.Equal(kept, loaded.Result);
        Assert.Equal("large", File.ReadAllText(loaded.Result!));
    }

    [Theory]
    [InlineData("")]
    [InlineData("larg")]
    [InlineData("largf")]
    [InlineData(null)]
    public void An_outcome_whose_result_is_damaged_is_discarded_with_it(string? damaged)
    {
        var id = _ids.Next();
        var kept = Open().TryKeepWithResult(id, 1, CompletedWithFile(id, "large", out var result), result)!;
        File.Delete(kept);
        if (damaged is not null)
            File.WriteAllText(kept, damaged);
        Assert.Empty(Open().Load());
        Assert.Empty(Directory.GetFiles(Folder));
    }

    [Fact]
    public void A_file_cut_off_at_any_byte_is_discarded()
    {
        var id = _ids.Next();
        Open().TryKeep(id, 1, Completed(id, 1, "out"));
        var path = Assert.Single(Directory.GetFiles(Folder));
        var whole = File.ReadAllBytes(path);
        for (var length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(path, whole[..length]);
            Assert.Empty(Open().Load());
            Assert.False(File.Exists(path));
        }
    }

    [Fact]
    public void One_flipped_bit_is_noticed_wherever_it_is()
    {
        var id = _ids.Next();
        var whole = SpoolFile.Encode(Completed(id, 1, "out"), hasResultFile: false);
        for (var bit = 0; bit < whole.Length * 8; bit++)
        {
            whole[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Null(SpoolFile.TryDecode(whole));
            whole[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.NotNull(SpoolFile.TryDecode(whole));
    }

    [Fact]
    public void An_outcome_under_another_name_is_discarded()
    {
        var id = _ids.Next();
        Open().TryKeep(id, 1, Completed(id, 1, "out"));
        var path = Assert.Single(Directory.GetFiles(Folder));
        File.Move(path, path.Replace("_1.", "_2.", StringComparison.Ordinal));
        Assert.Empty(Open().Load());
    }

    [Fact]
    public void No_more_is_kept_than_there_is_room_for()
    {
        var spool = new OutcomeSpool(Folder, 1 << 20, NullLogger<OutcomeSpool>.Instance, maxCount: 2);
        var ids = Enumerable.Range(0, 3).Select(_ => _ids.Next()).ToArray();
        Assert.Equal([true, true, false], ids.Select(id => spool.TryKeep(id, 1, Completed(id, 1, ""))));
        spool.Drop(ids[0], 1);
        Assert.True(spool.TryKeep(ids[2], 1, Completed(ids[2], 1, "")));
    }

    [Fact]
    public void A_result_that_is_too_large_stays_where_it_is()
    {
        var id = _ids.Next();
        var spool = new OutcomeSpool(Folder, 200, NullLogger<OutcomeSpool>.Instance);
        Assert.Null(spool.TryKeepWithResult(id, 1, CompletedWithFile(id, new string('x', 200), out var result), result));
        Assert.True(File.Exists(result));
        Assert.Empty(Directory.GetFiles(Folder));
    }

    [Fact]
    public void What_an_earlier_process_left_counts_for_the_room()
    {
        var (first, second) = (_ids.Next(), _ids.Next());
        Open().TryKeep(first, 1, Completed(first, 1, new string('x', 600)));
        var spool = new OutcomeSpool(Folder, 1000, NullLogger<OutcomeSpool>.Instance);
        Assert.Single(spool.Load());
        Assert.False(spool.TryKeep(second, 1, Completed(second, 1, new string('x', 600))));
    }

    private string Folder => _folder.At("spool");

    private OutcomeSpool Open() => new(Folder, 1 << 20, NullLogger<OutcomeSpool>.Instance);

    private static WorkerMessage Completed(JobId id, int attempt, string result) => new()
    {
        Completed = new AttemptCompleted
        {
            JobId = id.Value,
            Attempt = attempt,
            Outcome = Attempt.Types.Outcome.Succeeded,
            Result = ByteString.CopyFromUtf8(result),
            ResultSize = result.Length,
        },
    };

    private WorkerMessage CompletedWithFile(JobId id, string content, out string path)
    {
        path = _folder.At("large.stdout");
        File.WriteAllText(path, content);
        var ending = Completed(id, 1, "");
        ending.Completed.ResultSize = content.Length;
        ending.Completed.ResultDigest = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
        return ending;
    }
}
