using System.CommandLine;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Workbench.Commands.Jobs;

/// <summary><c>job cancel ID…</c></summary>
internal static class CancelCommand
{
    public static Command Create(GlobalOptions global, CommandTerminal terminal)
    {
        var selection = new JobSelection(global, hasStates: true);
        var command = new Command("cancel", "Cancel jobs that have no outcome yet; a running guest is stopped");
        selection.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var cluster = global.Connect(parsed, terminal);
            return await selection.ApplyAsync(
                parsed, terminal, "cancelled", async id => await cluster.Jobs.CancelAsync(new CancelJobRequest { Id = id }, cancellationToken: cancellationToken),
                request => cluster.Jobs.CancelMatchingAsync(request, cancellationToken: cancellationToken).ResponseAsync, cancellationToken);
        });
        return command;
    }
}
