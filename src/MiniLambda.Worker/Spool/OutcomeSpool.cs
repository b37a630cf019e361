using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Folders;
using MiniLambda.Domain.Jobs;

namespace MiniLambda.Worker.Spool;

/// <summary>
/// Ends of attempts that could not be delivered, on disk: they outlive this process. Bounded in number and bytes; what finds no room stays in memory
/// alone. Used by one thread at a time.
/// </summary>
internal sealed partial class OutcomeSpool
{
    /// <summary>Outcomes kept at most.</summary>
    public const int MaxCount = 10_000;

    /// <summary>What no message on the wire exceeds.</summary>
    private const int MaxOutcomeBytes = 8 << 20;

    private const string OutcomeSuffix = ".outcome";
    private const string ResultSuffix = ".stdout";

    private readonly string _folder;
    private readonly long _maxBytes;
    private readonly int _maxCount;
    private readonly ILogger<OutcomeSpool> _logger;
    private readonly Dictionary<string, long> _kept = new(StringComparer.Ordinal);
    private long _bytes;
    private bool _toldFull;

    /// <param name="maxBytes">Of all outcomes with their results.</param>
    public OutcomeSpool(string folder, long maxBytes, ILogger<OutcomeSpool> logger, int maxCount = MaxCount)
    {
        (_folder, _maxBytes, _maxCount, _logger) = (folder, maxBytes, maxCount, logger);
        PrivateFolder.Create(folder);
    }

    /// <summary>What an earlier process left, checked byte for byte; whatever is damaged is discarded.</summary>
    public List<SpooledOutcome> Load()
    {
        var outcomes = new List<SpooledOutcome>();
        foreach (var path in Directory.GetFiles(_folder, $"*{OutcomeSuffix}"))
        {
            if (Read(path) is { } outcome)
                outcomes.Add(outcome);
            else
                LogDamaged(path);
        }

        // Results whose outcome was never written, files half written, and what is damaged.
        foreach (var path in Directory.GetFiles(_folder).Where(path => !_kept.ContainsKey(Path.GetFileNameWithoutExtension(path)) || path.EndsWith(".part", StringComparison.Ordinal)))
            File.Delete(path);
        return outcomes;
    }

    /// <summary>Writes an end to disk; false when there is no room or the disk refuses.</summary>
    public bool TryKeep(JobId id, int attempt, WorkerMessage ending) => TryStore(id, attempt, ending, null);

    /// <summary>Writes an end to disk together with the file that holds its result, which is moved there; returns where it is now, null when there is no room.</summary>
    public string? TryKeepWithResult(JobId id, int attempt, WorkerMessage ending, string result) =>
        TryStore(id, attempt, ending, result) ? PathOf(Name(id, attempt), ResultSuffix) : null;

    /// <summary>An end was settled, or is of no use to anybody: nothing of it stays.</summary>
    public void Drop(JobId id, int attempt)
    {
        var name = Name(id, attempt);
        if (!_kept.Remove(name, out var bytes))
            return;
        _bytes -= bytes;
        _toldFull = false;
        // The outcome first: a result alone means nothing.
        File.Delete(PathOf(name, OutcomeSuffix));
        File.Delete(PathOf(name, ResultSuffix));
    }

    private bool TryStore(JobId id, int attempt, WorkerMessage ending, string? result)
    {
        var name = Name(id, attempt);
        if (_kept.ContainsKey(name))
            return result is null;
        var resultPath = PathOf(name, ResultSuffix);
        try
        {
            var file = SpoolFile.Encode(ending, result is not null);
            var bytes = file.Length + (result is null ? 0 : new FileInfo(result).Length);
            if (_kept.Count >= _maxCount || _bytes + bytes > _maxBytes)
            {
                TellFull();
                return false;
            }

            if (result is not null)
            {
                Flush(result);
                File.Move(result, resultPath, overwrite: true);
            }

            try
            {
                Write(PathOf(name, OutcomeSuffix), file);
            }
            catch when (result is not null && File.Exists(resultPath))
            {
                File.Move(resultPath, result);
                throw;
            }

            _kept[name] = bytes;
            _bytes += bytes;
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNotKept(id, attempt, e.Message);
            return false;
        }
    }

    private void Write(string path, byte[] file)
    {
        var part = $"{path}.part";
        try
        {
            using (var handle = File.OpenHandle(part, FileMode.Create, FileAccess.Write, FileShare.None, preallocationSize: file.Length))
            {
                RandomAccess.Write(handle, file, 0);
                RandomAccess.FlushToDisk(handle);
            }

            File.Move(part, path, overwrite: true);
            DurableFolder.Flush(_folder);
        }
        catch
        {
            File.Delete(part);
            throw;
        }
    }

    private SpooledOutcome? Read(string path)
    {
        try
        {
            var name = Path.GetFileNameWithoutExtension(path);
            var size = new FileInfo(path).Length;
            if (size > MaxOutcomeBytes || SpoolFile.TryDecode(File.ReadAllBytes(path)) is not var (ending, hasResultFile))
                return null;
            var (job, attempt) = ending.Completed is { } completed ? (completed.JobId, completed.Attempt) : (ending.Returned.JobId, ending.Returned.Attempt);
            if (!JobId.TryParse(job, out var id) || Name(id, attempt) != name)
                return null;
            var result = hasResultFile ? PathOf(name, ResultSuffix) : null;
            if (result is not null && !IsIntact(result, ending.Completed))
                return null;
            _kept[name] = size + (result is null ? 0 : new FileInfo(result).Length);
            _bytes += _kept[name];
            return new SpooledOutcome(id, attempt, ending, result);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static bool IsIntact(string result, AttemptCompleted completed)
    {
        if (!File.Exists(result))
            return false;
        using var file = File.OpenRead(result);
        return file.Length == completed.ResultSize && Convert.ToHexStringLower(SHA256.HashData(file)) == completed.ResultDigest;
    }

    private static void Flush(string path)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.FlushToDisk(file);
    }

    private void TellFull()
    {
        if (_toldFull)
            return;
        _toldFull = true;
        LogFull(_kept.Count, _bytes);
    }

    private string PathOf(string name, string suffix) => Path.Combine(_folder, name + suffix);

    // A job's id is letters, digits and a dash.
    private static string Name(JobId id, int attempt) => $"{id.Value}_{attempt}";

    [LoggerMessage(3401, LogLevel.Warning, "'{Path}' is damaged and discarded: the outcome that it held is lost, and its job runs again")]
    private partial void LogDamaged(string path);

    [LoggerMessage(3402, LogLevel.Warning, "the spool is full with {Count} outcomes of {Bytes} bytes: more are kept in memory alone until the orchestrator is back")]
    private partial void LogFull(int count, long bytes);

    [LoggerMessage(3403, LogLevel.Warning, "job {Job} attempt {Attempt}: its outcome could not be written to disk and is kept in memory alone: {Reason}")]
    private partial void LogNotKept(JobId job, int attempt, string reason);
}

/// <summary>An end that an earlier process left.</summary>
/// <param name="Result">The file with its result, which is to be uploaded first; null when there is none.</param>
internal sealed record SpooledOutcome(JobId Id, int Attempt, WorkerMessage Ending, string? Result);
