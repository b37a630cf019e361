using Google.Protobuf;
using MiniLambda.Contracts.V1;
using MiniLambda.Workbench.Live;

namespace MiniLambda.Workbench.Tests.Live;

public sealed class LogTailTests
{
    [Fact]
    public void What_came_is_taken_once()
    {
        var tail = new LogTail();
        tail.Begin("j-1");
        tail.Add("j-1", Piece("a"));

        var (isNew, pieces, isEnded) = tail.Take();

        Assert.True(isNew);
        Assert.Single(pieces);
        Assert.False(isEnded);
        Assert.False(tail.HasNews);
    }

    [Fact]
    public void What_nobody_takes_is_bounded()
    {
        var tail = new LogTail();
        tail.Begin("j-1");
        var piece = Piece(new string('x', 1 << 20));
        for (var i = 0; i < 40; i++)
            tail.Add("j-1", piece);

        Assert.Equal(LogTail.MaxWaiting >> 20, tail.Take().Pieces.Count);
    }

    [Fact]
    public void What_comes_late_of_another_log_is_dropped()
    {
        var tail = new LogTail();
        tail.Begin("j-1");
        tail.Begin("j-2");
        tail.Add("j-1", Piece("a"));
        tail.End("j-1");
        tail.BeginAgain("j-1");

        var (_, pieces, isEnded) = tail.Take();

        Assert.Empty(pieces);
        Assert.False(isEnded);
        Assert.Equal("j-2", tail.Job);
    }

    private static TailPiece Piece(string text) => new("nas", new JobLogChunk { Attempt = 1, Data = ByteString.CopyFromUtf8(text) });
}
