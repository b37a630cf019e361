using System.CommandLine;
using MiniLambda.Client;
using MiniLambda.Client.Blobs;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Text;

namespace MiniLambda.Workbench.Commands.Functions;

/// <summary><c>function pull NAME[@V] [-o DIR]</c></summary>
internal static class PullCommand
{
    public static Command Create(GlobalOptions global, CommandTerminal terminal)
    {
        var name = new Argument<string>("name") { Description = "NAME for the newest version, or NAME@VERSION" };
        var folder = new Option<string?>("--output", "-o") { Description = "folder to write to, made when missing; else one of the function's name", HelpName = "folder" };
        var force = new Option<bool>("--force") { Description = "overwrite what is there" };
        var command = new Command("pull", "Write a function's module and manifest to a folder, from which it can be run and pushed") { name, folder, force };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (function, version) = FunctionNames.Parse(parsed.GetValue(name)!, ExitCodes.Failed);
            using var cluster = global.Connect(parsed, terminal);
            var found = await cluster.Functions.GetAsync(new GetFunctionRequest { Name = function, Version = version }, cancellationToken: cancellationToken);
            var target = parsed.GetValue(folder) ?? found.Name;
            var (manifest, module) = PulledManifest.Of(found.Manifest, found.Name);
            await WriteAsync(cluster, found.ModuleDigest, manifest, new PulledFiles(target, module), parsed.GetValue(force), cancellationToken);
            await terminal.Out.WriteLineAsync(Printable.Line(
                $"{found.Name}@{found.Version} in {target} ({ManifestToml.FileName}, {module})"));
            return ExitCodes.Done;
        });
        return command;
    }

    private static async Task WriteAsync(
        ClusterConnection cluster, string digest, string manifest, PulledFiles files, bool overwrite, CancellationToken cancellationToken)
    {
        files.Refuse(overwrite);
        files.Begin();
        try
        {
            await using (var draft = File.Create(files.ModuleDraft))
                await cluster.Blobs.DownloadAsync(digest, draft, cancellationToken);
            await File.WriteAllTextAsync(files.ManifestDraft, manifest, cancellationToken);
            files.Finish(overwrite);
        }
        finally
        {
            files.Abandon();
        }
    }
}
