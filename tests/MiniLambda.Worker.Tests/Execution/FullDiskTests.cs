using MiniLambda.Worker.Execution;

namespace MiniLambda.Worker.Tests.Execution;

public sealed class FullDiskTests
{
    [Fact]
    public void Each_time_it_is_waited_longer_up_to_half_a_minute_and_anew_once_there_was_space()
    {
        var disk = new FullDisk(new Half());
        Assert.Equal([0.375, 0.75, 1.5, 3, 6, 12, 22.5, 22.5], Enumerable.Range(0, 8).Select(_ => disk.Met().TotalSeconds));
        disk.Over();
        Assert.Equal(0.375, disk.Met().TotalSeconds);
    }

    [Fact]
    public void However_often_it_is_met_the_wait_stays_one()
    {
        var disk = new FullDisk(new Half());
        for (var i = 0; i < 2000; i++)
            disk.Met();
        Assert.Equal(22.5, disk.Met().TotalSeconds);
    }

    private sealed class Half : Random
    {
        public override double NextDouble() => 0.5;
    }
}
