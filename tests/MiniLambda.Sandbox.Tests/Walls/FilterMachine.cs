using MiniLambda.Sandbox.Walls;

namespace MiniLambda.Sandbox.Tests.Walls;

/// <summary>Runs a filter on one call as the kernel would (classic BPF over <c>struct seccomp_data</c>).</summary>
internal static class FilterMachine
{
    public static uint Run(FilterInstruction[] filter, uint architecture, uint call, params ulong[] arguments)
    {
        var data = new byte[64];
        BitConverter.TryWriteBytes(data.AsSpan(0), call);
        BitConverter.TryWriteBytes(data.AsSpan(4), architecture);
        for (var i = 0; i < arguments.Length; i++)
            BitConverter.TryWriteBytes(data.AsSpan(16 + (8 * i)), arguments[i]);

        var accumulator = 0u;
        for (var at = 0; ; at++)
        {
            var instruction = filter[at];
            switch (instruction.Code)
            {
                case FilterInstruction.LoadCode:
                    accumulator = BitConverter.ToUInt32(data, (int)instruction.Operand);
                    break;
                case FilterInstruction.AndCode:
                    accumulator &= instruction.Operand;
                    break;
                case FilterInstruction.EqualCode:
                    at += Jump(accumulator == instruction.Operand);
                    break;
                case FilterInstruction.AtLeastCode:
                    at += Jump(accumulator >= instruction.Operand);
                    break;
                case FilterInstruction.AnyBitCode:
                    at += Jump((accumulator & instruction.Operand) != 0);
                    break;
                case FilterInstruction.ReturnCode:
                    return instruction.Operand;
                default:
                    throw new InvalidOperationException($"the kernel would refuse instruction {at}");
            }

            int Jump(bool condition) => condition ? instruction.IfTrue : instruction.IfFalse;
        }
    }
}
