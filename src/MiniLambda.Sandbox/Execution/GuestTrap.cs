using MiniLambda.Domain.Text;
using Wasmtime;

namespace MiniLambda.Sandbox.Execution;

/// <summary>A trap, in words.</summary>
/// <param name="Place">Where it happened, to follow the words; empty when the function has no name.</param>
internal readonly record struct GuestTrap(TrapCode Code, string Words, string Place)
{
    private const string Announcement = "wasm trap: ";

    /// <summary>Code, Wasmtime's own words (<c>crates/environ/src/trap_encoding.rs</c>) and ours.</summary>
    private static readonly (TrapCode Code, string Theirs, string Ours)[] Known =
    [
        (TrapCode.StackOverflow, "call stack exhausted", "stack overflow"),
        (TrapCode.MemoryOutOfBounds, "out of bounds memory access", "memory access out of bounds"),
        (TrapCode.HeapMisaligned, "unaligned atomic", "misaligned atomic access"),
        (TrapCode.TableOutOfBounds, "undefined element: out of bounds table access", "table access out of bounds"),
        (TrapCode.IndirectCallToNull, "uninitialized element", "indirect call to null"),
        (TrapCode.BadSignature, "indirect call type mismatch", "indirect call with the wrong signature"),
        (TrapCode.IntegerOverflow, "integer overflow", "integer overflow"),
        (TrapCode.IntegerDivisionByZero, "integer divide by zero", "division by zero"),
        (TrapCode.BadConversionToInteger, "invalid conversion to integer", "conversion to integer out of range"),
        (TrapCode.Unreachable, "wasm `unreachable` instruction executed", "unreachable code"),
        (TrapCode.AtomicWaitNonSharedMemory, "atomic wait on non-shared memory", "atomic wait in memory that is not shared"),
        (TrapCode.NullReference, "null reference", "null reference"),
        (TrapCode.ArrayOutOfBounds, "out of bounds array access", "array access out of bounds"),
        (TrapCode.AllocationTooLarge, "allocation size too large", "allocation too large"),
        (TrapCode.CastFailure, "cast failure", "reference of another type than it was cast to"),
        (TrapCode.Undefined, "", "a reason that the engine does not name"),
        (TrapCode.OutOfFuel, "all fuel consumed by WebAssembly", "out of fuel"),
    ];

    /// <summary>Null when the guest ended some other way than by a trap. The binding tells codes for core modules only; components say it in words.</summary>
    public static GuestTrap? Read(WasmtimeException e)
    {
        if (e is TrapException trap)
            return new GuestTrap(trap.Type, Known.FirstOrDefault(k => k.Code == trap.Type).Ours ?? trap.Type.ToString(), PlaceOf(e));
        var cause = GuestRunner.OneLine(e.Message);
        if (!cause.StartsWith(Announcement, StringComparison.Ordinal))
            return null;
        var words = cause[Announcement.Length..];
        var known = Known.FirstOrDefault(k => k.Theirs == words);
        return known.Ours is null ? new GuestTrap(TrapCode.Undefined, words, PlaceOf(e)) : new GuestTrap(known.Code, known.Ours, PlaceOf(e));
    }

    private static string PlaceOf(WasmtimeException e)
    {
        var name = e.Frames is [var innermost, ..] ? innermost.FunctionName : null;
        return string.IsNullOrEmpty(name) ? "" : $" in {Printable.Of(name)}";
    }
}
