using Grpc.Core;
using MiniLambda.Client;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Workbench.Commands;

/// <summary>The one table of exit codes.</summary>
public static class ExitCodes
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int Usage = 2;

    /// <summary>A script was stopped by <c>-e</c>.</summary>
    public const int Stopped = 3;

    public const int NotAllowed = 4;
    public const int NoPlace = 5;
    public const int TimedOut = 124;
    public const int NotRun = 125;
    public const int Interrupted = 130;
    public const int Trapped = 134;
    public const int OverLimit = 137;

    /// <summary>What a shell sees of a program that SIGPIPE ended (128 + 13): nobody reads what is written.</summary>
    public const int ReaderGone = 141;

    /// <summary>For a job that has its outcome.</summary>
    public static int Of(Job job) => Of(job.Outcome, job.HasExitCode ? job.ExitCode : null);

    /// <summary>For how a guest ended: its own code when it exited by itself.</summary>
    public static int Of(Attempt.Types.Outcome outcome, int? exitCode) => outcome switch
    {
        Attempt.Types.Outcome.Succeeded => Done,
        Attempt.Types.Outcome.Exit => exitCode is { } code && !ReadsAsZero(code) ? code : Failed,
        Attempt.Types.Outcome.Timeout => TimedOut,
        Attempt.Types.Outcome.Trap => Trapped,
        Attempt.Types.Outcome.MemoryLimit or Attempt.Types.Outcome.FuelLimit or Attempt.Types.Outcome.OutputLimit
            or Attempt.Types.Outcome.ScratchLimit or Attempt.Types.Outcome.OpenFilesLimit => OverLimit,
        Attempt.Types.Outcome.BadModule or Attempt.Types.Outcome.WorkerLost or Attempt.Types.Outcome.WorkerFailed or Attempt.Types.Outcome.HostDied => NotRun,
        _ => Failed,
    };

    /// <summary>For a refused call.</summary>
    /// <param name="runsGuest">Whether the command's other codes are those of a guest, so that MiniLambda's own failure is 125.</param>
    public static int Of(ApiException failure, bool runsGuest) => failure.Status switch
    {
        StatusCode.Unauthenticated or StatusCode.PermissionDenied => NotAllowed,
        _ when failure.Reason == "TOO_MANY_ATTEMPTS" => NotAllowed,
        _ when runsGuest && failure.Reason is "FUNCTION_NOT_FOUND" or "MODULE_INVALID" or "MANIFEST_INVALID" or "INPUT_TOO_LARGE" or "BLOB_TOO_LARGE"
            or "SETTING_OUT_OF_RANGE" or "IDEMPOTENCY_KEY_TAKEN" or "SECRET_NOT_FOUND" => NotRun,
        _ => Failed,
    };

    // A process ends with the low byte of its code alone (POSIX wait): 256 would read as a success.
    private static bool ReadsAsZero(int code) => (code & 0xff) == 0;
}

/// <summary>Ends a command with a line for people and an exit code.</summary>
public sealed class CommandException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
