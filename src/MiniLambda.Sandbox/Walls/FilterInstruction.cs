using System.Runtime.InteropServices;

namespace MiniLambda.Sandbox.Walls;

/// <summary>
/// One instruction of a system call filter: <c>struct sock_filter</c> of the kernel's classic BPF. Jumps are forward, counted from the next one.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct FilterInstruction(ushort Code, byte IfTrue, byte IfFalse, uint Operand)
{
    public const ushort LoadCode = 0x20; // BPF_LD | BPF_W | BPF_ABS
    public const ushort AndCode = 0x54; // BPF_ALU | BPF_AND | BPF_K
    public const ushort EqualCode = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
    public const ushort AtLeastCode = 0x35; // BPF_JMP | BPF_JGE | BPF_K
    public const ushort AnyBitCode = 0x45; // BPF_JMP | BPF_JSET | BPF_K
    public const ushort ReturnCode = 0x06; // BPF_RET | BPF_K

    private const uint ArgumentsAt = 16;

    /// <summary>The call's number.</summary>
    public static FilterInstruction LoadNumber { get; } = new(LoadCode, 0, 0, 0);

    /// <summary>The architecture that the call is made for, as <c>AUDIT_ARCH_*</c>.</summary>
    public static FilterInstruction LoadArchitecture { get; } = new(LoadCode, 0, 0, 4);

    /// <summary>The lower 32 bits of an argument: all that the kernel looks at where it wants an <c>int</c>.</summary>
    public static FilterInstruction LoadLow(uint argument) => new(LoadCode, 0, 0, ArgumentsAt + (8 * argument));

    public static FilterInstruction LoadHigh(uint argument) => new(LoadCode, 0, 0, ArgumentsAt + (8 * argument) + 4);

    public static FilterInstruction And(uint mask) => new(AndCode, 0, 0, mask);

    public static FilterInstruction IfEqual(uint value, int then, int otherwise) => new(EqualCode, (byte)then, (byte)otherwise, value);

    public static FilterInstruction IfAtLeast(uint value, int then, int otherwise) => new(AtLeastCode, (byte)then, (byte)otherwise, value);

    public static FilterInstruction IfAnyBit(uint mask, int then, int otherwise) => new(AnyBitCode, (byte)then, (byte)otherwise, mask);

    public static FilterInstruction Return(uint action) => new(ReturnCode, 0, 0, action);
}
