using MiniLambda.Workbench.Commands;

namespace MiniLambda.Workbench.Repl;

/// <summary>The flag <c>-o</c>, given to commands that print in several formats and do not name one.</summary>
internal static class OutputMode
{
    public static readonly string[] All = ["table", "wide", "json"];

    /// <summary>The arguments with the mode; as they are when the command prints in one format, names one, or is wrong.</summary>
    public static string[] AddTo(string[] args, string mode, CommandTerminal terminal)
    {
        var (parsed, _) = CommandLine.Parse(args, terminal);
        var option = parsed.CommandResult.Command.Options.FirstOrDefault(OutputFormat.Is);
        if (option is null || parsed.Errors.Count > 0 || parsed.GetResult(option) is { Implicit: false })
            return args;
        var end = Array.IndexOf(args, "--");
        return end < 0 ? [.. args, option.Name, mode] : [.. args[..end], option.Name, mode, .. args[end..]];
    }
}
