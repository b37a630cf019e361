using System.CommandLine;
using MiniLambda.Contracts.V1;
using MiniLambda.Workbench.Commands.Jobs;

namespace MiniLambda.Workbench.Commands.DeadLetters;

/// <summary><c>deadletter list|show|redrive|purge</c>: what failed for good.</summary>
internal static class DeadLetterCommand
{
    public static Command Create(GlobalOptions global, CommandTerminal terminal) => new("deadletter", "List, redrive and purge what failed for good")
    {
        ListCommand.Create("list", global, terminal, deadLettered: true),
        ShowCommand.Create("show", global, terminal),
        Redrive(global, terminal),
        Purge(global, terminal),
    };

    private static Command Redrive(GlobalOptions global, CommandTerminal terminal)
    {
        var selection = new JobSelection(global, hasStates: false);
        var command = new Command("redrive", "Run dead letters once more, their failures forgotten");
        selection.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var cluster = global.Connect(parsed, terminal);
            return await selection.ApplyAsync(
                parsed, terminal, "queued again", async id => await cluster.Jobs.RetryAsync(new RetryJobRequest { Id = id }, cancellationToken: cancellationToken),
                request => cluster.Jobs.RedriveMatchingAsync(request, cancellationToken: cancellationToken).ResponseAsync, cancellationToken);
        });
        return command;
    }

    private static Command Purge(GlobalOptions global, CommandTerminal terminal)
    {
        var selection = new JobSelection(global, hasStates: false);
        var command = new Command("purge", "Remove dead letters, with all that is known of them");
        selection.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var cluster = global.Connect(parsed, terminal);
            return await selection.ApplyAsync(
                parsed, terminal, "removed", async id => await cluster.Jobs.RemoveAsync(new RemoveJobRequest { Id = id }, cancellationToken: cancellationToken),
                request => cluster.Jobs.PurgeMatchingAsync(request, cancellationToken: cancellationToken).ResponseAsync, cancellationToken);
        });
        return command;
    }
}
