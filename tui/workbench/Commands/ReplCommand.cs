using System.CommandLine;
using MiniLambda.Workbench.Repl;

namespace MiniLambda.Workbench.Commands;

/// <summary><c>repl [FILE]</c></summary>
internal static class ReplCommand
{
    public const string Name = "repl";

    public static Command Create(GlobalOptions global, CommandTerminal terminal)
    {
        var file = new Argument<string?>("file") { Description = "a script to run; - for stdin", Arity = ArgumentArity.ZeroOrOne };
        var failFast = new Option<bool>("--fail-fast", "-e") { Description = "stop a script at the first command that fails, with exit code 3" };
        var dryRun = new Option<bool>("--dry-run") { Description = "print what a script would run, with all that is wrong in it, and run nothing" };
        var command = new Command(Name, "Type commands one after the other, or run them from a script; .help in it tells more") { file, failFast, dryRun };
        command.SetAction(async (parsed, _) =>
        {
            var options = new ReplOptions
            {
                FailFast = parsed.GetValue(failFast),
                DryRun = parsed.GetValue(dryRun),
                Flags = SessionFlags.Of(parsed, global),
                NoColor = parsed.GetValue(global.NoColor) || terminal.Variable("NO_COLOR") is not null,
            };
            return await ReplHost.RunAsync(parsed.GetValue(file), options, terminal, TimeProvider.System);
        });
        return command;
    }
}
