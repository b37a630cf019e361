using MiniLambda.Storage;
using MiniLambda.Storage.Checks;

namespace MiniLambda.Orchestrator.Tests.Faults;

/// <summary>What a check of the store says after a fault.</summary>
internal static class Soundness
{
    public static async Task<List<string>> FindingsAsync(StoreFolder store)
    {
        var findings = new List<string>();
        await StoreCheck.RunAsync(store, TimeProvider.System, finding => findings.Add(finding.ToString()), default);
        return findings;
    }

    public static async Task AssertSoundAsync(StoreFolder store) => Assert.Empty(await FindingsAsync(store));
}
