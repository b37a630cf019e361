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

    /// <summary>Instances, tables and memories that a store may hold.</summary>
    private const int MaxInstances = 1, MaxTables = 4, MaxMemories = 1;

    // Static, so that no run allocates one; the run is found through the store.
    private static readonly Store.EpochDeadlineCallback OnEpoch = static store =>
    {
        ((GuestRun)store.GetData()!).ThrowIfStopped();
        return 1;
    };

    public static ExecutionResult Run(
        LoadedModule loaded, ExecutionRequest request, IGuestOutput output, TimeProvider clock, CancellationToken cancellationToken)
    {
        var begun = clock.GetTimestamp();
        var cpu = ThreadCpuClock.Now();
        var limits = request.Limits;
        var run = new GuestRun(request, output, clock, cancellationToken);
        using var store = new Store(loaded.Engine.Engine, run);
        store.SetLimits(limits.MemoryBytes, Engines.EngineVariant.MaxTableElements, MaxInstances, MaxTables, MaxMemories);
        store.SetEpochDeadlineCallback(OnEpoch);
        store.SetEpochDeadline(1);
        if (loaded.Engine.IsMetered)
            store.Fuel = (ulong)limits.Fuel;

        Instance instance;
        Action entry;
        try
        {
            WasiSetup.Apply(store, request, run);
            instance = loaded.Engine.Linker.Instantiate(store, loaded.Module);
            entry = instance.GetAction(request.Entry) ?? throw new BadModuleException(
                $"the module has no export '{request.Entry}' that is a function without parameters and results");
        }
        catch (BadModuleException e)
        {
            return new ExecutionResult { Outcome = AttemptOutcome.BadModule, Message = e.Message };
        }
        catch (WasmtimeException e)
        {
            run.ThrowIfFaulted();
            return Refused(e, run, loaded, limits);
        }

        var start = clock.GetElapsedTime(begun);
        output.Started();
        var running = clock.GetTimestamp();
        ExecutionResult ended;
        try
        {
            entry();
            ended = Exited(0, run, new Room(loaded, instance, limits));
        }
        catch (WasmtimeException e)
        {
            ended = Ended(e, run, new Room(loaded, instance, limits));
        }

        run.ThrowIfFaulted();
        return ended with
        {
            LogsTruncated = run.LogsTruncated,
            Usage = new AttemptUsage
            {
                Start = start,
                Run = clock.GetElapsedTime(running),
                Cpu = ThreadCpuClock.Now() - cpu,
                Fuel = loaded.Engine.IsMetered ? limits.Fuel - (long)store.Fuel : 0,
                PeakMemoryBytes = Room.MemoryBytes(instance),
                Artifact = loaded.Source,
            },
        };
    }

    /// <summary>The first line of a message of Wasmtime's, whose others are a trace.</summary>
    public static string OneLine(string message)
    {
        var lines = message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        // "failed to …" is followed by its causes, numbered; the last of them is what a person needs.
        var cause = lines.LastOrDefault(l => l.IndexOf(": ", StringComparison.Ordinal) is > 0 and var colon && l[..colon].All(char.IsAsciiDigit));
        var text = cause is null ? lines.FirstOrDefault() ?? "" : cause[(cause.IndexOf(": ", StringComparison.Ordinal) + 2)..];
        // It may bear names that the module chose.
        return Printable.Line(text.StartsWith("Caused by:", StringComparison.Ordinal) ? lines.Last() : text, Printable.MaxLineLength);
    }

    private static ExecutionResult Refused(WasmtimeException e, GuestRun run, LoadedModule loaded, ExecutionLimits limits)
    {
        // The start function of a module runs while it is instantiated and can end like any other code.
        if (run.StopReason is not null || e is TrapException || run.ExitCode is not null)
            return Ended(e, run, new Room(loaded, null, limits));
        var declared = Room.DeclaredBytes(loaded);
        if (declared > limits.MemoryBytes || e.Message.Contains("memory minimum size", StringComparison.Ordinal))
        {
            return new ExecutionResult
            {
                Outcome = AttemptOutcome.MemoryLimit,
                Message = declared > limits.MemoryBytes
                    ? $"the module needs {ByteSize.Format(declared)} of memory to start; {ByteSize.Format(limits.MemoryBytes)} are granted"
                    : $"the module needs more memory to start than the {ByteSize.Format(limits.MemoryBytes)} that are granted",
            };
        }

        if (e.Message.Contains("maximum concurrent", StringComparison.Ordinal))
            throw new InvalidOperationException("more guests run at once than the sandbox has places for", e);
        return new ExecutionResult { Outcome = AttemptOutcome.BadModule, Message = $"the module cannot be started: {OneLine(e.Message)}" };
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
                    AttemptOutcome.Timeout => $"the function ran past its timeout of {DurationText.Format(limits.Timeout)}",
                    AttemptOutcome.OutputLimit => OutputMessage(limits),
                    _ => "cancelled",
                },
            };
        }

        if (run.ExitCode is { } code)
            return Exited(code, run, room);
        if (e is not TrapException trap)
            return new ExecutionResult { Outcome = AttemptOutcome.Trap, Message = $"the function failed: {OneLine(e.Message)}" };
        if (trap.Type == TrapCode.OutOfFuel)
            return new ExecutionResult { Outcome = AttemptOutcome.FuelLimit, Message = $"the function used up its fuel of {limits.Fuel}" };
        var what = $"the function trapped: {Words(trap.Type)}{Place(trap)}";
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

    private static string Words(TrapCode code) => code switch
    {
        TrapCode.StackOverflow => "stack overflow",
        TrapCode.MemoryOutOfBounds => "memory access out of bounds",
        TrapCode.HeapMisaligned => "misaligned atomic access",
        TrapCode.TableOutOfBounds => "table access out of bounds",
        TrapCode.IndirectCallToNull => "indirect call to null",
        TrapCode.BadSignature => "indirect call with the wrong signature",
        TrapCode.IntegerOverflow => "integer overflow",
        TrapCode.IntegerDivisionByZero => "division by zero",
        TrapCode.BadConversionToInteger => "conversion to integer out of range",
        TrapCode.Unreachable => "unreachable code",
        _ => code.ToString(),
    };

    private static string Place(TrapException trap)
    {
        var name = trap.Frames is [var innermost, ..] ? innermost.FunctionName : null;
        return string.IsNullOrEmpty(name) ? "" : $" in {Printable.Of(name)}";
    }

    /// <summary>The memory of a guest that ended; without an instance it did not get any.</summary>
    private readonly record struct Room(LoadedModule Loaded, Instance? Instance, ExecutionLimits Limits)
    {
        /// <summary>
        /// Whether it grew until no page was left. One that began at its limit says nothing: it may never have asked for more, and Wasmtime does not
        /// tell that it did.
        /// </summary>
        public bool IsUsedUp => Instance is not null && MemoryBytes(Instance) is var bytes && Limits.MemoryBytes - bytes < PageBytes && bytes > DeclaredBytes(Loaded);

        public string Remark => IsUsedUp ? $", with its memory at the limit of {ByteSize.Format(Limits.MemoryBytes)}" : "";

        public static long MemoryBytes(Instance instance) => instance.GetMemory("memory")?.GetLength() ?? 0;

        /// <summary>What the module begins with.</summary>
        public static long DeclaredBytes(LoadedModule loaded) =>
            loaded.Module.Exports.OfType<MemoryExport>().Select(m => m.Minimum * PageBytes).DefaultIfEmpty(0).Max();
    }
}
