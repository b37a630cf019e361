using System.Globalization;
using MiniLambda.Domain.Quantities;
using MiniLambda.Storage;
using MiniLambda.Storage.Backup;
using MiniLambda.Storage.Checks;

namespace MiniLambda.Orchestrator.Maintenance;

/// <summary>What is done with an orchestrator's data folder from outside, whether one works in it or not. Each answers an exit code and says what it did.</summary>
public static class StoreMaintenance
{
    private const int Done = 0;
    private const int Lacking = 1;

    /// <summary>Copies the store of a data folder into one file.</summary>
    /// <returns>0; 1 when the file was made without blobs that are missing or damaged.</returns>
    /// <exception cref="IOException">No file was made; the message says why.</exception>
    public static async Task<int> BackupAsync(string data, string file, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var summary = await StoreBackup.WriteAsync(new StoreFolder(data), file, TimeProvider.System, error.WriteLine, cancellationToken);
        await output.WriteLineAsync($"{file}: {Describe(summary)}, {ByteSize.Format(summary.Bytes)}");
        if (summary.Lacking.Count == 0)
            return Done;
        await error.WriteLineAsync($"error: the backup lacks {Count(summary.Lacking.Count, "blob")} that could not be copied");
        return Lacking;
    }

    /// <summary>Makes a data folder's store of a backup.</summary>
    /// <param name="replace">Whether a store that stands there gives way.</param>
    /// <exception cref="IOException">Nothing was restored; the message says why.</exception>
    public static async Task<int> RestoreAsync(
        string data, string file, bool replace, TextWriter output, TextWriter error, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var summary = await StoreRestore.ReadAsync(
            file, new StoreFolder(data), replace, TimeProvider.System, loggers.CreateLogger(typeof(StoreMaintenance)), cancellationToken);
        await output.WriteLineAsync($"{data}: {Describe(summary)}, as of {summary.MadeAt.UtcDateTime.ToString("u", CultureInfo.InvariantCulture)}");
        foreach (var blob in summary.Lacking)
            await error.WriteLineAsync($"blob {blob} was missing or damaged already when the backup was made");
        if (!File.Exists(Path.Combine(data, "token")))
            await error.WriteLineAsync($"there is no token in a backup: put the one that the workers have into {Path.Combine(data, "token")} (mode 0600), or a new one is made");
        foreach (var secret in await SecretMaintenance.LostAsync(data, loggers, cancellationToken))
            await error.WriteLineAsync($"secret {secret} cannot be read: put the secret.key of the time of the backup into {data} (mode 0600), or set it anew");
        return Done;
    }

    /// <summary>Looks at everything in the store of a data folder; changes nothing.</summary>
    /// <param name="isJson">One document instead of a line for each finding and one that sums up.</param>
    /// <returns>0 when there are no findings, 1 when there are.</returns>
    /// <exception cref="IOException">There is no store that could be looked at.</exception>
    public static async Task<int> CheckAsync(string data, bool isJson, TextWriter output, CancellationToken cancellationToken)
    {
        await using ICheckReport report = isJson ? new JsonCheckReport(output) : new TextCheckReport(output);
        var totals = await StoreCheck.RunAsync(new StoreFolder(data), TimeProvider.System, report.Found, cancellationToken);
        report.End(totals);
        return totals.Findings == 0 ? Done : Lacking;
    }

    /// <summary>A number with its noun, for people.</summary>
    internal static string Count(long number, string noun) => $"{number.ToString(CultureInfo.InvariantCulture)} {noun}{(number == 1 ? "" : "s")}";

    private static string Describe(BackupSummary summary) =>
        $"{Count(summary.Jobs, "job")}, {Count(summary.Functions, "function version")}, {Count(summary.Blobs, "blob")}";
}
