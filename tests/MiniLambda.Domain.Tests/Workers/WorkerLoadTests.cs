using MiniLambda.Domain.Workers;

namespace MiniLambda.Domain.Tests.Workers;

public sealed class WorkerLoadTests
{
    [Fact]
    public void A_load_that_can_be_is_taken_as_told()
    {
        var power = new WorkerPower(PowerSource.Battery, 40, false);
        Assert.Equal(
            new WorkerLoad(0.5, 1 << 30) { Running = 2, Slots = 4, Power = power }, WorkerLoad.Bounded(0.5, 1 << 30, 2, 4, power));
    }

    [Theory]
    [InlineData(double.NaN, 0)]
    [InlineData(double.NegativeInfinity, 0)]
    [InlineData(double.PositiveInfinity, 1)]
    [InlineData(17, 1)]
    public void A_share_of_the_processor_is_between_nothing_and_all(double told, double taken) =>
        Assert.Equal(taken, WorkerLoad.Bounded(told, 0, 0, 0, null).CpuFraction);

    [Fact]
    public void Numbers_that_cannot_be_are_brought_into_bounds()
    {
        var load = WorkerLoad.Bounded(0, -1, int.MaxValue, 4, new WorkerPower((PowerSource)77, 300, true));
        Assert.Equal(new WorkerLoad(0, 0) { Running = 4, Slots = 4, Power = new WorkerPower(PowerSource.Unknown, 100, true) }, load);
        Assert.Equal(default, WorkerLoad.Bounded(0, 0, 5, -1, null));
    }
}
