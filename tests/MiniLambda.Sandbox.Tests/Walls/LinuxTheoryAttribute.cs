namespace MiniLambda.Sandbox.Tests.Walls;

/// <summary>A test of what only Linux has, with several data; elsewhere it says so.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LinuxTheoryAttribute : TheoryAttribute
{
    public LinuxTheoryAttribute() => Skip = OperatingSystem.IsLinux() ? null : "the walls are of Linux alone";
}
