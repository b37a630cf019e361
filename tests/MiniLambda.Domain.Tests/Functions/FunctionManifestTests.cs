using MiniLambda.Domain.Functions;

namespace MiniLambda.Domain.Tests.Functions;

public sealed class FunctionManifestTests
{
    private static readonly FunctionManifest Manifest = new() { Name = FunctionName.Parse("f") };

    [Fact]
    public void The_defaults_are_sound()
    {
        Assert.Empty(Manifest.ArgumentProblems());
        Assert.Empty(Manifest.Limits.Problems());
        Assert.Equal(CapabilityGrants.None, Manifest.Capabilities);
        Assert.False(CapabilityGrants.None.Network);
        Assert.Null(CapabilityGrants.None.ScratchBytes);
        Assert.Empty(CapabilityGrants.None.Mounts);
    }

    [Fact]
    public void As_many_arguments_and_variables_as_are_passed_are_allowed() => Assert.Empty(
        (Manifest with { Args = Repeat("", 1024), Env = Variables(1024) }).ArgumentProblems());

    [Fact]
    public void Too_many_arguments_or_variables_are_told() => Assert.Equal(
        [
            ("args", "there are 1025 arguments; at most 1024 are passed"),
            ("env", "the environment has 1025 entries; at most 1024 are passed"),
        ],
        (Manifest with { Args = Repeat("", 1025), Env = Variables(1025) }).ArgumentProblems());

    [Theory]
    [InlineData("", "x", "''")]
    [InlineData("A=B", "x", "'A=B'")]
    [InlineData("A\0", "x", @"'A\x00'")]
    [InlineData("A", "x\0y", "'A'")]
    public void What_cannot_be_an_environment_variable_is_told(string key, string value, string shown) => Assert.Equal(
        [("env", $"{shown} cannot be an environment variable")],
        (Manifest with { Env = new Dictionary<string, string> { [key] = value } }).ArgumentProblems());

    [Fact]
    public void An_argument_with_a_nul_is_told_once() => Assert.Equal(
        [("args", "an argument contains a NUL character")],
        (Manifest with { Args = ["a\0", "ok", "\0"] }).ArgumentProblems());

    [Fact]
    public void A_variable_may_have_an_equals_sign_in_its_value() => Assert.Empty(
        (Manifest with { Env = new Dictionary<string, string> { ["A"] = "b=c" } }).ArgumentProblems());

    [Fact]
    public void Sizes_are_counted_in_bytes_over_arguments_and_environment_together()
    {
        var half = new string('ü', 1 << 15);
        var full = Manifest with { Args = [half], Env = new Dictionary<string, string> { ["A"] = half[1..] + "x" } };
        Assert.Empty(full.ArgumentProblems());
        Assert.Equal(
            [("args", "arguments and environment have 131073 bytes together; at most 131072 are passed")],
            (full with { Args = [half, "x"] }).ArgumentProblems());
    }

    public static TheoryData<ExecutionLimits, string> OutOfRange => new()
    {
        { new ExecutionLimits { MemoryBytes = (64 << 10) - 1 }, "memory is 65535; it must be between 64KiB and 4GiB" },
        { new ExecutionLimits { MemoryBytes = (4L << 30) + 1 }, "memory is 4294967297; it must be between 64KiB and 4GiB" },
        { new ExecutionLimits { MemoryBytes = -1 }, "memory is -1; it must be between 64KiB and 4GiB" },
        { new ExecutionLimits { Timeout = TimeSpan.Zero }, "timeout is 0s; it must be between 1ms and 1d" },
        { new ExecutionLimits { Timeout = TimeSpan.FromHours(25) }, "timeout is 25h; it must be between 1ms and 1d" },
        { new ExecutionLimits { Timeout = TimeSpan.FromSeconds(-1) }, "timeout is -1s; it must be between 1ms and 1d" },
        { new ExecutionLimits { Fuel = -1 }, "fuel is -1; it cannot be negative" },
        { new ExecutionLimits { OutputBytes = -1 }, "output is -1; it must be between 0 and 1GiB" },
        { new ExecutionLimits { OutputBytes = (1 << 30) + 1 }, "output is 1073741825; it must be between 0 and 1GiB" },
        { new ExecutionLimits { LogBytes = long.MaxValue }, "logs is 9223372036854775807; it must be between 0 and 1GiB" },
    };

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public void A_limit_out_of_range_is_told(ExecutionLimits limits, string told) => Assert.Equal([told], limits.Problems());

    [Fact]
    public void The_bounds_themselves_are_allowed()
    {
        Assert.Empty(new ExecutionLimits
        {
            MemoryBytes = 64 << 10,
            Timeout = TimeSpan.FromMilliseconds(1),
            OutputBytes = 0,
            LogBytes = 0,
        }.Problems());
        Assert.Empty(new ExecutionLimits
        {
            MemoryBytes = 4L << 30,
            Timeout = TimeSpan.FromDays(1),
            Fuel = long.MaxValue,
            OutputBytes = 1 << 30,
            LogBytes = 1 << 30,
        }.Problems());
    }

    [Fact]
    public void All_limits_out_of_range_are_told_at_once() => Assert.Equal(
        5, new ExecutionLimits { MemoryBytes = 0, Timeout = TimeSpan.Zero, Fuel = -1, OutputBytes = -1, LogBytes = -1 }.Problems().Count());

    private static string[] Repeat(string text, int count) => [.. Enumerable.Repeat(text, count)];

    private static Dictionary<string, string> Variables(int count) => Enumerable.Range(0, count).ToDictionary(i => $"V{i}", _ => "");
}
