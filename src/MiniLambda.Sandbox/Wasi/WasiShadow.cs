using System.Buffers.Binary;
using System.Security.Cryptography;
using MiniLambda.Sandbox.Execution;
using Wasmtime;

namespace MiniLambda.Sandbox.Wasi;

/// <summary>
/// The WASI preview 1 functions that are ours instead of Wasmtime's, by the layouts of WebAssembly/WASI <c>legacy/preview1/docs.md</c>:
/// waiting, because Wasmtime's cannot be interrupted, clock and random, because they are granted, and exiting, because Wasmtime's takes codes over 125
/// for an error.
/// </summary>
internal static class WasiShadow
{
    private const string Module = "wasi_snapshot_preview1";

    private const int Success = 0;
    private const int Fault = 21;
    private const int Invalid = 28;
    private const int NotCapable = 76;

    private const int RealtimeClock = 0;
    private const int MonotonicClock = 1;

    private const int SubscriptionBytes = 48;
    private const int EventBytes = 32;
    private const byte ClockEvent = 0;
    private const byte LastKindOfEvent = 2;
    private const int MaxSubscriptions = 4096;

    /// <summary>Bytes of random in one piece: filling gigabytes must not outlast a deadline.</summary>
    private const int RandomPieceBytes = 1 << 20;

    public static void Define(Linker linker)
    {
        linker.DefineFunction<int, int, int, int, int>(Module, "poll_oneoff", PollOneoff);
        linker.DefineFunction<int, long, int, int>(Module, "clock_time_get", ClockTimeGet);
        linker.DefineFunction<int, int, int>(Module, "clock_res_get", ClockResGet);
        linker.DefineFunction<int, int, int>(Module, "random_get", RandomGet);
        linker.DefineFunction<int>(Module, "proc_exit", static (caller, code) => Run(caller).Exit(code));
    }

    private static int ClockTimeGet(Caller caller, int clock, long precision, int result)
    {
        var run = Run(caller);
        if (!run.Capabilities.Clock)
            return NotCapable;
        if (Now(run, clock) is not { } now)
            return Invalid;
        return Write(caller, result, now);
    }

    private static int ClockResGet(Caller caller, int clock, int result)
    {
        if (!Run(caller).Capabilities.Clock)
            return NotCapable;
        return clock is RealtimeClock or MonotonicClock ? Write(caller, result, (ulong)TimeSpan.NanosecondsPerTick) : Invalid;
    }

    private static int RandomGet(Caller caller, int buffer, int length)
    {
        var run = Run(caller);
        if (!run.Capabilities.Random)
            return NotCapable;
        if (!TryGetSpan(caller, buffer, (uint)length, out var span))
            return Fault;
        for (; !span.IsEmpty; span = span[Math.Min(span.Length, RandomPieceBytes)..])
        {
            run.ThrowIfStopped();
            RandomNumberGenerator.Fill(span[..Math.Min(span.Length, RandomPieceBytes)]);
        }

        return Success;
    }

    private static int PollOneoff(Caller caller, int subscriptions, int events, int count, int stored)
    {
        var run = Run(caller);
        if (count is <= 0 or > MaxSubscriptions)
            return Invalid;
        if (!TryGetSpan(caller, subscriptions, count * SubscriptionBytes, out var wanted)
            || !TryGetSpan(caller, events, count * EventBytes, out var told)
            || !TryGetSpan(caller, stored, sizeof(int), out var toldCount))
            return Fault;

        // Streams and files never keep a guest waiting here, so those events are ready at once; else the earliest clock decides. When each is due is
        // fixed before the sleep: afterwards a clock that counts from now would seem to be as far away as before.
        var now = run.Elapsed;
        var dues = new TimeSpan[count];
        var earliest = TimeSpan.MaxValue;
        for (var i = 0; i < count; i++)
        {
            var one = wanted.Slice(i * SubscriptionBytes, SubscriptionBytes);
            if (one[8] > LastKindOfEvent)
                return Invalid;
            if (one[8] != ClockEvent)
                dues[i] = TimeSpan.Zero;
            else if (!run.Capabilities.Clock)
                return NotCapable;
            else if (Until(run, one) is { } until)
                dues[i] = until < TimeSpan.MaxValue - now ? now + until : TimeSpan.MaxValue;
            else
                return Invalid;
            earliest = dues[i] < earliest ? dues[i] : earliest;
        }

        if (earliest > now)
            run.Sleep(earliest - now);

        // The spans still hold: the guest's only thread is here, so its memory has not moved.
        var happened = 0;
        now = run.Elapsed;
        for (var i = 0; i < count; i++)
        {
            var one = wanted.Slice(i * SubscriptionBytes, SubscriptionBytes);
            var isClock = one[8] == ClockEvent;
            if (dues[i] > now)
                continue;
            var slot = told.Slice(happened++ * EventBytes, EventBytes);
            slot.Clear();
            one[..8].CopyTo(slot);
            slot[10] = one[8];
            if (!isClock)
                BinaryPrimitives.WriteUInt64LittleEndian(slot[16..], 1);
        }

        BinaryPrimitives.WriteInt32LittleEndian(toldCount, happened);
        return Success;
    }

    /// <summary>How long until a clock subscription is due; null when its clock is not known.</summary>
    private static TimeSpan? Until(GuestRun run, ReadOnlySpan<byte> subscription)
    {
        var clock = BinaryPrimitives.ReadInt32LittleEndian(subscription[16..]);
        var timeout = BinaryPrimitives.ReadUInt64LittleEndian(subscription[24..]);
        var isAbsolute = (BinaryPrimitives.ReadUInt16LittleEndian(subscription[40..]) & 1) != 0;
        if (Now(run, clock) is not { } now)
            return null;
        if (isAbsolute)
            timeout = timeout > now ? timeout - now : 0;
        return TimeSpan.FromTicks((long)Math.Min(timeout / TimeSpan.NanosecondsPerTick, (ulong)TimeSpan.MaxValue.Ticks));
    }

    /// <summary>A clock in nanoseconds; null when it is not one of those that a guest gets.</summary>
    private static ulong? Now(GuestRun run, int clock) => clock switch
    {
        RealtimeClock => (ulong)(run.Clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick,
        MonotonicClock => (ulong)run.Elapsed.Ticks * TimeSpan.NanosecondsPerTick,
        _ => null,
    };

    private static GuestRun Run(Caller caller) => (GuestRun)caller.GetData()!;

    private static int Write(Caller caller, int address, ulong value)
    {
        if (!TryGetSpan(caller, address, sizeof(ulong), out var span))
            return Fault;
        BinaryPrimitives.WriteUInt64LittleEndian(span, value);
        return Success;
    }

    // Caller.TryGetMemorySpan throws where the guest's pointer is wrong.
    private static bool TryGetSpan(Caller caller, int address, long length, out Span<byte> span)
    {
        span = default;
        if (length > int.MaxValue || caller.GetMemory("memory") is not { } memory || (uint)address + length > memory.GetLength())
            return false;
        span = memory.GetSpan<byte>((uint)address, (int)length);
        return true;
    }
}
