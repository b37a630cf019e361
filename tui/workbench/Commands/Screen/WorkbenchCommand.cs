using System.CommandLine;
using MiniLambda.Contracts.V1;
using MiniLambda.Workbench.Live;
using MiniLambda.Workbench.Screens;
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
            await using var feed = new ClusterFeed(cluster, place, TimeProvider.System, new Random());
            feed.Start();
            WorkbenchApp.Run(new Desk
            {
                Feed = feed,
                Run = (args, input, token) => CapturedCommand.RunAsync(args, input, target, terminal, token),
                Theme = new ActiveTheme(parsed.GetValue(theme) is { } wanted ? Themes.Find(wanted)! : choice.Theme),
                Clock = TimeProvider.System,
                IsReadOnly = parsed.GetValue(readOnly),
                KeepTheme = chosen => ThemeFile.Save(kept, chosen),
                Notice = choice.Problem ?? "",
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
}
