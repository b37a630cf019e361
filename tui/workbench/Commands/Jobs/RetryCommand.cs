using System.CommandLine;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Workbench.Commands.Jobs;

/// <summary><c>job retry ID…</c></summary>
internal static class RetryCommand
{
    public static Command Create(GlobalOptions global, CommandTerminal terminal)
    {
        var ids = new Argument<string[]>("id") { Description = "the jobs' ids", Arity = ArgumentArity.OneOrMore };
        var format = new OutputFormat();
        var command = new Command("retry", "Run jobs once more that failed, timed out or were cancelled") { ids };
        format.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var cluster = global.Connect(parsed, terminal);
            return await JobSelection.ApplyToEachAsync(
                parsed.GetValue(ids)!, parsed, terminal, format, "queued again",
                async id => await cluster.Jobs.RetryAsync(new RetryJobRequest { Id = id }, cancellationToken: cancellationToken));
        });
        return command;
    }
}
