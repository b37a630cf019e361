using CsCheck;
using Microsoft.Extensions.Time.Testing;
using MiniLambda.Domain.Jobs;

namespace MiniLambda.Domain.Tests.Jobs;

public sealed class JobIdTests
{
    private static readonly DateTimeOffset T0 = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void An_id_reads_back_and_compares_by_its_text()
    {
        var id = Generator(new FakeTimeProvider(T0)).Next();
        Assert.StartsWith(JobId.Prefix, id.Value, StringComparison.Ordinal);
        Assert.Equal(15, id.Value.Length);
        Assert.Equal(id, JobId.Parse(id.ToString()));
        Assert.True(JobId.TryParse(id.Value, out var same));
        Assert.Equal(id, same);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("j-")]
    [InlineData("j-0123456789abc ")]
    [InlineData("j-0123456789ab")]
    [InlineData("j-0123456789abcd")]
    [InlineData("J-0123456789abc")]
    [InlineData("k-0123456789abc")]
    [InlineData("j-0123456789abC")]
    [InlineData("j-0123456789abi")]
    [InlineData("j-0123456789abl")]
    [InlineData("j-0123456789abo")]
    [InlineData("j-0123456789abu")]
    [InlineData("j-0123456789ab\n")]
    [InlineData("j-0123456789ab٣")]
    public void What_is_not_an_id_is_refused(string? text)
    {
        Assert.False(JobId.TryParse(text, out var id));
        Assert.Equal(default, id);
        if (text is not null)
            Assert.Contains(text, Assert.Throws<FormatException>(() => JobId.Parse(text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_text_whatever_throws() => Gen.String.Sample(text => JobId.TryParse(text, out var id) ? id.Value == text : id == default);

    [Fact]
    public void The_default_id_names_nothing() => Assert.Equal(("", ""), (default(JobId).Value, default(JobId).ToString()));

    [Fact]
    public void Ids_of_one_moment_are_unique_and_in_order()
    {
        var generator = Generator(new FakeTimeProvider(T0));
        AssertGrowing([.. Enumerable.Range(0, 20_000).Select(_ => generator.Next())]);
    }

    [Fact]
    public void Ids_sort_by_age_whichever_generator_made_them()
    {
        var clock = new FakeTimeProvider(T0);
        var ids = new List<JobId>();
        for (var seed = 1; seed <= 100; seed++)
        {
            ids.Add(new JobIdGenerator(clock, new Random(seed)).Next());
            clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        AssertGrowing(ids);
    }

    [Fact]
    public void Ids_go_on_growing_however_the_clock_jumps() => Gen.Long[-TimeSpan.TicksPerDay, TimeSpan.TicksPerDay].Array[1, 50].Sample(jumps =>
    {
        var clock = new FakeTimeProvider(T0);
        var generator = Generator(clock);
        var ids = new List<JobId> { generator.Next() };
        foreach (var jump in jumps)
        {
            clock.AdjustTime(clock.GetUtcNow().AddTicks(jump));
            ids.Add(generator.Next());
        }

        AssertGrowing(ids);
    });

    [Fact]
    public void A_clock_before_the_epoch_still_gives_ids()
    {
        var generator = Generator(new FakeTimeProvider(DateTimeOffset.UnixEpoch));
        AssertGrowing([generator.Next(), generator.Next()]);
    }

    [Fact]
    public void Many_threads_never_get_the_same_id()
    {
        var generator = Generator(new FakeTimeProvider(T0));
        var ids = new JobId[20_000];
        Parallel.For(0, ids.Length, i => ids[i] = generator.Next());
        Assert.Equal(ids.Length, ids.Distinct().Count());
    }

    private static JobIdGenerator Generator(TimeProvider clock) => new(clock, new Random(7));

    private static void AssertGrowing(IReadOnlyList<JobId> ids) => Assert.All(
        ids.Zip(ids.Skip(1)),
        pair => Assert.True(string.CompareOrdinal(pair.First.Value, pair.Second.Value) < 0, $"{pair.First} then {pair.Second}"));
}
