using System.CommandLine;
using MiniLambda.Domain.Text;
using MiniLambda.Workbench.Repl.Language;

namespace MiniLambda.Workbench.Commands.Completion;

/// <summary>
/// <c>complete SHELL -- …</c>: what the scripts of <c>completion</c> call. It prints what the last word may be, a line each, with a tab and a description
/// for shells that show one; and <c>:files</c> or <c>:folders</c> where the shell is to add those itself.
/// </summary>
internal static class CompleteCommand
{
    public static Command Create(GlobalOptions global, CommandTerminal terminal)
    {
        var shell = CompletionCommand.ShellArgument();
        var words = new Argument<string[]>("words")
        {
            Description = "after --: for bash the line up to the cursor, and the word as bash sees it; for the others the words, without the program's name",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new Command("complete", "Called by the scripts of 'completion'") { shell, words };
        command.Hidden = true;
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var given = parsed.GetValue(words) ?? [];
            var isBash = parsed.GetValue(shell) == "bash";
            // Bash gives the whole line, program and all.
            string[] line = isBash ? [.. given.Take(1).SelectMany(TypedWords.Of).Skip(1)] : given;
            if (line.Length == 0)
                return ExitCodes.Done;
            var word = WordCompletion.Of(CommandTree.Create(new GlobalOptions(), terminal), line[..^1], line[^1]);
            var names = await new ClusterNames(terminal, TimeProvider.System).FindAsync(word, line[..^1], cancellationToken);
            // Bash replaces what stands behind the last of its word breaks, such as '=' or '@', and knows nothing of the rest.
            var known = isBash && given.Length > 1 && line[^1].EndsWith(given[1], StringComparison.Ordinal) ? line[^1].Length - given[1].Length : 0;
            foreach (var suggestion in word.Words.Concat(names))
            {
                var value = (word.Prefix + suggestion.Value)[known..];
                await terminal.Out.WriteLineAsync(isBash ? ShellQuote.Escape(value)
                    : suggestion.Description.Length == 0 ? value
                    : $"{value}\t{Printable.Line(suggestion.Description)}");
            }

            if (word.Sources.HasFlag(NameSource.Files))
                await terminal.Out.WriteLineAsync(":files");
            if (word.Sources.HasFlag(NameSource.Folders))
                await terminal.Out.WriteLineAsync(":folders");
            return ExitCodes.Done;
        });
        return command;
    }
}
