using System.CommandLine;
using MiniLambda.Client.Jobs;
using MiniLambda.Contracts.V1;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Commands.Jobs;

/// <summary><c>job wait ID…</c></summary>
internal static class WaitCommand
{
    public static Command Create(GlobalOptions global, CommandTerminal terminal)
    {
        var ids = new Argument<string[]>("id") { Description = "job ids, at most 1,000", Arity = ArgumentArity.OneOrMore };
        var format = new OutputFormat();
        var command = new Command("wait", "Wait until jobs have their outcome; the exit code is that of the first that failed") { ids };
        format.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var cluster = global.Connect(parsed, terminal);
            var wanted = parsed.GetValue(ids)!;
            var ended = new Dictionary<string, Job>();
            await using var placement = PlacementWatch.Start(cluster, Notices.For(parsed, global, terminal), wanted.Distinct());
            await foreach (var job in cluster.Jobs.WatchAsync(wanted, cancellationToken))
            {
                if (job.FinishedAt is null)
                    continue;
                ended[job.Id] = job;
                if (format.IsJson(parsed))
                    OutputFormat.WriteLine(terminal, job);
                else
                    await terminal.Out.WriteLineAsync($"{job.Id} {JobTables.State(job)}");
                JobOutput.TellOutcome(terminal, job);
            }

            return wanted.Select(id => ended.TryGetValue(id, out var job) ? ExitCodes.Of(job) : ExitCodes.Failed).FirstOrDefault(code => code != 0);
        });
        return command;
    }
}
