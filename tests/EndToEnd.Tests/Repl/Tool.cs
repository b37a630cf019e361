namespace MiniLambda.EndToEnd.Repl;

/// <summary>Runs where a program is installed; elsewhere the test says that it is not.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ToolFactAttribute : FactAttribute
{
    public ToolFactAttribute(string tool)
    {
        if (!Tool.IsInstalled(tool))
            Skip = $"{tool} is not installed here";
    }
}

/// <summary>Runs where a program is installed; elsewhere the test says that it is not.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ToolTheoryAttribute : TheoryAttribute
{
    public ToolTheoryAttribute(string tool)
    {
        if (!Tool.IsInstalled(tool))
            Skip = $"{tool} is not installed here";
    }
}

/// <summary>Programs of this machine.</summary>
internal static class Tool
{
    public static bool IsInstalled(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(f => File.Exists(Path.Combine(f, name)));

    /// <summary>Writes a program <c>minilambda</c> into a folder, which starts the one under test.</summary>
    public static void WriteMinilambda(string folder)
    {
        var program = Programs.Workbench();
        var path = Path.Combine(folder, "minilambda");
        File.WriteAllText(path, $"#!/bin/sh\nexec {program.FileName} '{program.ArgumentList[0]}' \"$@\"\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
