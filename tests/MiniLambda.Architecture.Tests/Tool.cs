using System.Diagnostics;

namespace MiniLambda.Architecture;

/// <summary>Programs of others that check what is written for them.</summary>
internal static class Tool
{
    /// <summary>Where a program is; null when it is not installed.</summary>
    public static string? Find(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>Fails with what the program says when it does not end with 0.</summary>
    public static void Check(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {said}{error.GetAwaiter().GetResult()}");
    }
}
