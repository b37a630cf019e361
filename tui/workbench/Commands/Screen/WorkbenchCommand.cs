using System.CommandLine;
using MiniLambda.Contracts.V1;
using MiniLambda.Workbench.Live;
using MiniLambda.Workbench.Repl.Language;
using MiniLambda.Workbench.Repl.Prompting;
using MiniLambda.Workbench.Screens;
using MiniLambda.Workbench.Screens.Gauges;
using MiniLambda.Workbench.Screens.Theming;

namespace MiniLambda.Workbench.Commands.Screen;

/// <summary><c>workbench</c></summary>
internal static class WorkbenchCommand
{
    public const string Name = "workbench";

    public static Command Create(GlobalOptions global, CommandTerminal terminal)
    {
        var readOnly = new Option<bool>("--readonly") { Description = "look only: nothing can be changed from it" };
        var theme = new Option<string?>("--theme") { Description = $"how it looks: {string.Join(", ", Themes.All.Select(t => t.Name))}", HelpName = "name" };
        Flags.AcceptOnly(theme, [.. Themes.All.Select(t => t.Name)]);
        var command = new Command(Name, "Everything on one screen: functions, jobs, nodes, logs") { readOnly, theme };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (!terminal.IsInputTerminal || !terminal.IsOutTerminal)
                throw new CommandException(ExitCodes.Usage, "the workbench needs a terminal; 'minilambda repl' takes commands from a pipe");
            if (!global.IsClusterNamed(parsed, terminal))
            {
                throw new CommandException(
                    ExitCodes.Failed,
                    "no cluster is known yet\nfor one on this machine, run 'minilambda up' in another terminal, then 'minilambda' again\n"
                    + "for one elsewhere, name it with --server, or MINILAMBDA_SERVER and MINILAMBDA_TOKEN");
            }

            var target = global.Target(parsed, terminal);
            using var cluster = target.Connect();
            var kept = ThemeFile.UsualLocation(terminal.Variable);
            var choice = ThemeFile.Read(kept, parsed.GetValue(global.NoColor) || terminal.Variable("NO_COLOR") is not null);
            var place = target.Context.Length > 0 ? target.Context : target.Server.Authority;
            var problem = choice.Problem ?? "";
            var history = KeptHistory.Of(HistoryFile.Usual(terminal), told => problem = problem.Length > 0 ? problem : told);
            await using var feed = new ClusterFeed(cluster, place, TimeProvider.System, new Random());
            feed.Start();
            WorkbenchApp.Run(new Desk
            {
                Feed = feed,
                Run = (args, input, printed, token) => CapturedCommand.RunAsync(args, input, printed, target, terminal, token),
                ClusterFlags = ClusterFlags(parsed, global),
                Theme = new ActiveTheme(parsed.GetValue(theme) is { } wanted ? Themes.Find(wanted)! : choice.Theme),
                Glyphs = GaugeGlyphsChoice.From(terminal.Variable),
                Clock = TimeProvider.System,
                IsReadOnly = parsed.GetValue(readOnly),
                KeepTheme = chosen => ThemeFile.Save(kept, chosen),
                Notice = problem,
                History = history,
                PushManifest = async (manifest, digest, token) =>
                {
                    var request = new PushFunctionRequest { Manifest = manifest, ModuleDigest = digest };
                    return (await cluster.Functions.PushAsync(request, cancellationToken: token)).Function.Version;
                },
                EditOutside = text => OutsideEditor.Edit(text, terminal.Variable),
                Complete = line => LineCompletion.Of(line, feed.Current),
                Stopping = cancellationToken,
            });
            return ExitCodes.Done;
        });
        return command;
    }

    // A token is not among them: what is shown is copied, and read over shoulders.
    internal static string ClusterFlags(ParseResult parsed, GlobalOptions global) => ShellQuote.Of(
        from option in (Option<string?>[])[global.Context, global.Server]
        let value = parsed.GetValue(option)
        where value is not null
        from word in (string[])[option.Name, value]
        select word);
}
