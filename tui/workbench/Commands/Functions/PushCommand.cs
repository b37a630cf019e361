using System.CommandLine;
using MiniLambda.Workbench.Commands.Keys;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Commands.Functions;

/// <summary><c>function push PATH</c></summary>
internal static class PushCommand
{
    public static Command Create(GlobalOptions global, CommandTerminal terminal)
    {
        var path = new Argument<string>("path") { Description = "a manifest, a folder with minilambda.toml, or a module (.wasm, .wat)" };
        var sign = new Option<string?>("--sign") { Description = "file with the key that signs it; see 'key create'", HelpName = "file" };
        var format = new OutputFormat();
        var command = new Command("push", "Make a new version of a function, or find that nothing changed") { path, sign };
        format.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var function = LocalFunction.Load(parsed.GetValue(path)!, ExitCodes.Failed);
            using var signer = parsed.GetValue(sign) is { } file ? KeyFile.Read(file) : null;
            using var cluster = global.Connect(parsed, terminal);
            var pushed = await FunctionPush.PushAsync(cluster, function, Notices.For(parsed, global, terminal), cancellationToken, signer);
            format.Write(parsed, terminal, pushed, _ =>
            {
                var table = new TextTable();
                table.Add($"{pushed.Function.Name}@{pushed.Function.Version}{(pushed.Created ? "" : " (unchanged)")}");
                return table;
            });
            return ExitCodes.Done;
        });
        return command;
    }
}
