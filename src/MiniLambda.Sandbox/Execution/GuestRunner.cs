using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Quantities;
using MiniLambda.Domain.Text;
using MiniLambda.Sandbox.Wasi;
using Wasmtime;

namespace MiniLambda.Sandbox.Execution;

/// <summary>Runs one guest in a store of its own and says how it ended.</summary>
internal static class GuestRunner
{
    private const int PageBytes = 64 << 10;

    // Static, so that no run allocates one; the run is found through the store.
    private static readonly Store.EpochDeadlineCallback OnEpoch = static store =>
    {
        ((GuestRun)store.GetData()!).ThrowIfStoppedNow();
        return 1;
    };

    public static ExecutionResult Run(
        LoadedModule loaded, ExecutionRequest request, IGuestOutput output, TimeProvider clock, CancellationToken cancellationToken)
    {
        var begun = clock.GetTimestamp();
        var cpu = ThreadCpuClock.Now();
        var limits = request.Limits;
        using var run = new GuestRun(request, output, clock, cancellationToken);
        using var store = new Store(loaded.Engine.Engine, run);
        store.SetEpochDeadlineCallback(OnEpoch);
        store.SetEpochDeadline(1);
        if (loaded.Engine.IsMetered)
            store.Fuel = (ulong)limits.Fuel;

        Guest guest;
        try
        {
            loaded.Limit(store, limits.MemoryBytes);
            WasiSetup.Apply(store, request, run);
            guest = loaded.Instantiate(store, request, run);
        }
        catch (BadModuleException e)
        {
            return new ExecutionResult { Outcome = AttemptOutcome.BadModule, Message = e.Message };
        }
        catch (WasmtimeException e)
        {
            run.ThrowIfFaulted();
            return run.JudgeFiles(Refused(e, run, loaded, limits));
        }

        var start = clock.GetElapsedTime(begun);
        output.Started();
        var running = clock.GetTimestamp();
        ExecutionResult ended;
        try
        {
            ended = Exited(guest.Call(), run, new Room(loaded, guest, limits));
        }
        catch (WasmtimeException e)
        {
            ended = Ended(e, run, new Room(loaded, guest, limits));
        }

        run.CloseStreams();
        run.ThrowIfFaulted();
        return run.WithStdout(run.JudgeFiles(ended)) with
        {
            LogsTruncated = run.LogsTruncated,
            Usage = new AttemptUsage
            {
                Start = start,
                Run = clock.GetElapsedTime(running),
                Cpu = ThreadCpuClock.Now() - cpu,
                Fuel = loaded.Engine.IsMetered ? limits.Fuel - (long)store.Fuel : 0,
                PeakMemoryBytes = guest.MemoryBytes,
            },
        };
    }

    public static string TimeoutMessage(ExecutionLimits limits) => $"the function ran past its timeout of {DurationText.Format(limits.Timeout)}";

    /// <summary>What a message of Wasmtime's comes down to; the rest is a trace.</summary>
    public static string OneLine(string message)
    {
        var lines = message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        // What it is about may be followed by a trace, and by its causes, numbered if there are several; the last of them is what a person needs.
        var causes = lines.SkipWhile(l => !l.StartsWith("Caused by:", StringComparison.Ordinal)).Skip(1).ToList();
        var text = causes.LastOrDefault(IsNumbered) is { } cause
            ? cause[(cause.IndexOf(": ", StringComparison.Ordinal) + 2)..]
            : causes.FirstOrDefault() ?? lines.FirstOrDefault() ?? "";
        // It may bear names that the module chose.
        return Printable.Line(text, Printable.MaxLineLength);
    }

    // What cannot be linked is named in the first line; the cause alone would not tell it.
    private static string WithHeadline(string message)
    {
        var headline = message.Split('\n')[0].Trim();
        var cause = OneLine(message);
        return Printable.Line(headline == cause || cause.Length == 0 ? headline : $"{headline}: {cause}", Printable.MaxLineLength);
    }

    private static bool IsNumbered(string line) =>
        line.IndexOf(": ", StringComparison.Ordinal) is > 0 and var colon && line[..colon].All(char.IsAsciiDigit);

    private static ExecutionResult Refused(WasmtimeException e, GuestRun run, LoadedModule loaded, ExecutionLimits limits)
    {
        // The start function of a module runs while it is instantiated and can end like any other code.
        if (run.StopReason is not null || (run.ExitCode ?? e.ExitCode) is not null || GuestTrap.Read(e) is not null
            || e.InnerException is CapabilityDeniedException)
            return Ended(e, run, new Room(loaded, null, limits));
        var declared = loaded.Shape.MemoryBytes;
        if (declared > limits.MemoryBytes || e.Message.Contains("memory minimum size", StringComparison.Ordinal))
        {
            return new ExecutionResult
            {
                Outcome = AttemptOutcome.MemoryLimit,
                Message = declared > limits.MemoryBytes
                    ? $"the module needs {ByteSize.Format(declared)} of memory to start; {ByteSize.Format(limits.MemoryBytes)} are granted"
                    : $"the module needs more memory to start than the {ByteSize.Format(limits.MemoryBytes)} that are granted{Parts(loaded)}",
            };
        }

        if (e.Message.Contains("maximum concurrent", StringComparison.Ordinal))
            throw new InvalidOperationException("more guests run at once than the sandbox has places for", e);
        return new ExecutionResult { Outcome = AttemptOutcome.BadModule, Message = $"the module cannot be started: {WithHeadline(e.Message)}" };
    }

    private static ExecutionResult Ended(WasmtimeException e, GuestRun run, Room room)
    {
        var limits = room.Limits;
        // What MiniLambda did to the guest comes before what the guest made of it.
        if (run.StopReason is { } reason && run.ExitCode is null)
        {
            return new ExecutionResult
            {
                Outcome = reason,
                Message = reason switch
                {
                    AttemptOutcome.Timeout => TimeoutMessage(limits),
                    AttemptOutcome.OutputLimit => OutputMessage(limits),
                    _ => "cancelled",
                },
            };
        }

        if ((run.ExitCode ?? e.ExitCode) is { } code)
            return Exited(code, run, room);
        if (e.InnerException is CapabilityDeniedException denied)
            return new ExecutionResult { Outcome = AttemptOutcome.Trap, Message = denied.Message };
        if (GuestTrap.Read(e) is not { } trap)
        {
            // Of arrays and structures, which the engine keeps and collects.
            var isMemory = e.Message.Contains("GC heap out of memory", StringComparison.Ordinal);
            return new ExecutionResult
            {
                Outcome = isMemory ? AttemptOutcome.MemoryLimit : AttemptOutcome.Trap,
                Message = $"the function failed: {OneLine(e.Message)}",
            };
        }

        if (trap.Code == TrapCode.OutOfFuel)
            return new ExecutionResult { Outcome = AttemptOutcome.FuelLimit, Message = $"the function used up its fuel of {limits.Fuel}" };
        var what = $"the function trapped: {trap.Words}{trap.Place}";
        // A guest that cannot get memory mostly traps right after: say so, where it has grown to its limit.
        return new ExecutionResult
        {
            Outcome = room.IsUsedUp ? AttemptOutcome.MemoryLimit : AttemptOutcome.Trap,
            Message = $"{what}{room.Remark}",
        };
    }

    private static ExecutionResult Exited(int code, GuestRun run, Room room)
    {
        if (run.StopReason == AttemptOutcome.OutputLimit)
            return new ExecutionResult { Outcome = AttemptOutcome.OutputLimit, ExitCode = code, Message = OutputMessage(room.Limits) };
        if (code == 0)
            return new ExecutionResult { Outcome = AttemptOutcome.Succeeded, ExitCode = 0 };
        return new ExecutionResult { Outcome = AttemptOutcome.Exit, ExitCode = code, Message = $"the function exited with code {code}{room.Remark}" };
    }

    private static string OutputMessage(ExecutionLimits limits) => $"the function wrote more than {ByteSize.Format(limits.OutputBytes)} to stdout";

    private static string Parts(LoadedModule loaded) =>
        loaded.Shape.Memories > 1 ? $" to its {loaded.Shape.Memories} memories in equal parts" : "";

    /// <summary>The memory of a guest that ended; without an instance it did not get any.</summary>
    private readonly record struct Room(LoadedModule Loaded, Guest? Guest, ExecutionLimits Limits)
    {
        /// <summary>
        /// Whether it grew until no page was left. One that began at its limit says nothing: it may never have asked for more, and Wasmtime does not
        /// tell that it did.
        /// </summary>
        public bool IsUsedUp => Guest is { MemoryBytes: var bytes } && Limits.MemoryBytes - bytes < PageBytes && bytes > Loaded.Shape.MemoryBytes;

        public string Remark => IsUsedUp ? $", with its memory at the limit of {ByteSize.Format(Limits.MemoryBytes)}" : "";
    }
}
