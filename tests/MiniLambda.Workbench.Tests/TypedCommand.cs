using System.Text;
using MiniLambda.Workbench.Commands;

namespace MiniLambda.Workbench.Tests;

/// <summary>What a command line printed and ended with.</summary>
public sealed record TypedCommand(int ExitCode, string Out, string Error)
{
    public string[] Errors => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public static Task<TypedCommand> RunAsync(params string[] args) => RunAsync(new Dictionary<string, string>(), isTerminal: false, args);

    /// <param name="isTerminal">Whether a person sees what is printed.</param>
    public static Task<TypedCommand> RunAsync(IReadOnlyDictionary<string, string> variables, bool isTerminal, params string[] args) =>
        RunAsync(variables, isTerminal, "", args);

    /// <param name="input">What comes through stdin.</param>
    public static async Task<TypedCommand> RunAsync(IReadOnlyDictionary<string, string> variables, bool isTerminal, string input, string[] args)
    {
        using var output = new MemoryStream();
        using var error = new MemoryStream();
        var terminal = new CommandTerminal
        {
            Out = Writer(output),
            Error = Writer(error),
            OutStream = output,
            ErrorStream = error,
            OpenInput = () => new MemoryStream(Encoding.UTF8.GetBytes(input)),
            IsOutTerminal = isTerminal,
            IsErrorTerminal = isTerminal,
            Variable = name => variables.GetValueOrDefault(name) ?? Nowhere(name),
        };
        var code = await CommandLine.RunAsync(args, terminal);
        return new TypedCommand(code, Encoding.UTF8.GetString(output.ToArray()), Encoding.UTF8.GetString(error.ToArray()));
    }

    private static StreamWriter Writer(Stream target) => new(target, new UTF8Encoding(false)) { AutoFlush = true, NewLine = "\n" };

    // What this machine's user keeps is neither read nor written.
    private static string? Nowhere(string name) =>
        name.StartsWith("XDG_", StringComparison.Ordinal) ? Path.Combine(Path.GetTempPath(), "minilambda-tests-nowhere") : null;
}
