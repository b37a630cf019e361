using System.CommandLine;

namespace MiniLambda.Workbench.Commands.Completion;

/// <summary><c>completion SHELL</c></summary>
internal static class CompletionCommand
{
    private static readonly Dictionary<string, string> Scripts = new()
    {
        ["bash"] = "minilambda.bash",
        ["zsh"] = "minilambda.zsh",
        ["fish"] = "minilambda.fish",
        ["pwsh"] = "minilambda.ps1",
    };

    /// <summary>The shells that there are scripts for.</summary>
    public static IReadOnlyCollection<string> Shells => Scripts.Keys;

    public static Command Create(CommandTerminal terminal)
    {
        var shell = ShellArgument();
        var command = new Command("completion", "A script that lets a shell complete commands, flags and the names of functions, jobs and workers; it says where it goes")
        {
            shell,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var script = typeof(CompletionCommand).Assembly.GetManifestResourceStream(Scripts[parsed.GetValue(shell)!])!;
            using var reader = new StreamReader(script);
            await terminal.Out.WriteAsync(await reader.ReadToEndAsync(cancellationToken));
            return ExitCodes.Done;
        });
        return command;
    }

    public static Argument<string> ShellArgument()
    {
        var shell = new Argument<string>("shell") { Description = Flags.Listed(Shells, "or") };
        shell.CompletionSources.Add([.. Shells]);
        shell.Validators.Add(static result =>
        {
            foreach (var token in result.Tokens.Where(t => !Shells.Contains(t.Value)))
                result.AddError($"there is no script for '{token.Value}': it takes {Flags.Listed(Shells, "or")}");
        });
        return shell;
    }
}
