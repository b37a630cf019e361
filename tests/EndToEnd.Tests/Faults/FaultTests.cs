using System.Globalization;
using Xunit.Abstractions;

namespace MiniLambda.EndToEnd.Faults;

/// <summary>Seeded runs of <see cref="FaultRun"/>: a short one with every test run, many by <c>just faults</c>, a long one by <c>just soak</c>.</summary>
public sealed class FaultTests(ITestOutputHelper output)
{
    [Fact]
    public Task No_promise_is_broken_under_faults() => RunAsync(Environment.TickCount & 0xffff, TimeSpan.FromSeconds(10));

    [Fact]
    [Trait("Category", "Long")]
    public async Task No_promise_is_broken_under_faults_of_many_seeds()
    {
        var first = Number("FAULT_SEED", 1);
        for (var seed = first; seed < first + Number("FAULT_SEEDS", 50); seed++)
            await RunAsync(seed, TimeSpan.FromSeconds(Number("FAULT_SECONDS", 8)));
    }

    [Fact]
    [Trait("Category", "Soak")]
    public Task No_promise_is_broken_in_a_long_time() => RunAsync(Number("FAULT_SEED", 1), TimeSpan.FromMinutes(Number("SOAK_MINUTES", 10)));

    private async Task RunAsync(int seed, TimeSpan time)
    {
        using var limit = new CancellationTokenSource(time + TimeSpan.FromMinutes(5));
        await using var run = await FaultRun.StartAsync(seed);
        var violations = await run.RunAsync(time, limit.Token);
        var summary = $"seed {seed}: {run.Jobs} jobs, {run.Faults}; {violations.Count} violations";
        output.WriteLine(summary);
        Console.WriteLine(summary);
        Assert.True(violations.Count == 0, $"{summary}\n{string.Join('\n', violations.Take(50))}");
        Assert.True(run.Jobs > 0, summary);
    }

    private static int Number(string variable, int usual) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : usual;
}
