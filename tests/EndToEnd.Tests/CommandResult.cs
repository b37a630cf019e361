using System.Diagnostics;

namespace MiniLambda.EndToEnd;

/// <summary>What a command printed and ended with.</summary>
internal sealed record CommandResult(int ExitCode, string Out, string Error)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <param name="home">Stands in for the user's folders.</param>
    public static async Task<CommandResult> OfAsync(ProcessStartInfo program, string home)
    {
        program.Environment["HOME"] = home;
        foreach (var kind in (string[])["config", "cache", "state", "data"])
            program.Environment[$"XDG_{kind.ToUpperInvariant()}_HOME"] = Path.Combine(home, kind);
        return await OfAsync(program);
    }

    /// <summary>Runs a program with an empty input.</summary>
    public static async Task<CommandResult> OfAsync(ProcessStartInfo program)
    {
        using var process = Process.Start(program)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        process.StandardInput.Close();
        try
        {
            await process.WaitForExitAsync().WaitAsync(Limit);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{program.FileName} {string.Join(' ', program.ArgumentList)} did not end:\n{await output}\n{await error}");
        }

        return new CommandResult(process.ExitCode, await output, await error);
    }
}
