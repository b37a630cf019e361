namespace MiniLambda.Sandbox.Tests.Walls;

/// <summary>A test of what only Linux has; elsewhere it says so.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute() => Skip = OperatingSystem.IsLinux() ? null : "the walls are of Linux alone";
}
