using System.CommandLine;
using MiniLambda.Workbench.Commands.Progress;

namespace MiniLambda.Workbench.Commands.Jobs;

/// <summary><c>job result ID [-o FILE]</c></summary>
internal static class ResultCommand
{
    public static Command Create(GlobalOptions global, CommandTerminal terminal)
    {
        var id = new Argument<string>("id") { Description = "the job's id" };
        var file = new Option<string?>("--output", "-o") { Description = "write to this file instead of stdout", HelpName = "file" };
        var command = new Command("result", "What a finished job wrote to stdout, byte for byte") { id, file };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var path = parsed.GetValue(file);
            if (Problem(path) is { } problem)
                throw new CommandException(ExitCodes.Failed, problem);
            using var cluster = global.Connect(parsed, terminal);
            if (path is null)
            {
                await JobOutput.CopyResultAsync(cluster, parsed.GetValue(id)!, terminal.OutStream, cancellationToken);
                return ExitCodes.Done;
            }

            // The file appears when it is whole: a broken download leaves an older one as it was.
            var draft = $"{path}.{Environment.ProcessId}.part";
            try
            {
                await using (var target = File.Create(draft))
                {
                    var line = Notices.For(parsed, global, terminal).Progress;
                    using var progress = new TransferProgress(line, $"writing {path}", TimeProvider.System);
                    await JobOutput.CopyResultAsync(cluster, parsed.GetValue(id)!, target, cancellationToken, progress);
                }

                File.Move(draft, path, overwrite: true);
            }
            finally
            {
                File.Delete(draft);
            }

            return ExitCodes.Done;
        });
        return command;
    }

    private static string? Problem(string? path)
    {
        if (path is null)
            return null;
        if (Directory.Exists(path))
            return $"'{path}' is a folder";
        var folder = Path.GetDirectoryName(Path.GetFullPath(path));
        return Directory.Exists(folder) ? null : $"there is no folder '{folder}'";
    }
}
