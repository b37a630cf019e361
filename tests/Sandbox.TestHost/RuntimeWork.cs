using System.Runtime;

namespace MiniLambda.Sandbox.TestHost;

/// <summary>What .NET itself must still be able to do behind the walls.</summary>
internal static class RuntimeWork
{
    public static string Do(string folder)
    {
        var threads = Enumerable.Range(0, 32).Select(i => new Thread(() => Churn(i)) { Priority = i % 2 == 0 ? ThreadPriority.AboveNormal : ThreadPriority.Normal }).ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GCSettings.LatencyMode = GCLatencyMode.SustainedLowLatency;
        GC.Collect(2, GCCollectionMode.Default, blocking: false);

        var file = Path.Combine(folder, "file");
        File.WriteAllText(file, "text");
        File.Copy(file, file + ".copy");
        File.Move(file + ".copy", file + ".moved");
        var text = File.ReadAllTextAsync(file + ".moved").GetAwaiter().GetResult();
        var pooled = Parallel.For(0, 1000, i => Churn(i)).IsCompleted;
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        var ticked = timer.WaitForNextTickAsync().AsTask().GetAwaiter().GetResult();
        return $"{threads.Count} threads, {text}, {pooled}, {ticked}";
    }

    // Hot enough to be compiled a second time, and leaves garbage.
    private static void Churn(int seed)
    {
        var list = new List<string>();
        for (var i = 0; i < 2000; i++)
            list.Add($"{seed}.{i}");
        list.Sort(StringComparer.Ordinal);
    }
}
