using System.CommandLine;
using MiniLambda.Client.Jobs;
using MiniLambda.Contracts.V1;
using MiniLambda.Workbench.Commands.Progress;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Commands.Jobs;

/// <summary><c>job wait ID…</c></summary>
internal static class WaitCommand
{
    public static Command Create(GlobalOptions global, CommandTerminal terminal)
    {
        var ids = new Argument<string[]>("id") { Description = "the jobs' ids", Arity = ArgumentArity.OneOrMore };
        var format = new OutputFormat();
        var command = new Command("wait", "Wait until jobs have their outcome") { ids };
        format.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var cluster = global.Connect(parsed, terminal);
            var wanted = parsed.GetValue(ids)!;
            var ended = new Dictionary<string, Job>();
            var notices = Notices.For(parsed, global, terminal);
            await using var placement = PlacementWatch.Start(cluster, notices, wanted.Distinct());
            await using var progress = JobProgress.Start(cluster, notices, wanted);
            await foreach (var job in cluster.Jobs.WatchAsync(wanted, cancellationToken))
            {
                if (job.FinishedAt is null)
                    continue;
                ended[job.Id] = job;
                progress.Ended(job.Id, () => Tell(job, format.IsJson(parsed)));
            }

            return wanted.Select(id => ended.TryGetValue(id, out var job) ? ExitCodes.Of(job) : ExitCodes.Failed).FirstOrDefault(code => code != 0);
        });
        return command;

        void Tell(Job job, bool isJson)
        {
            if (isJson)
                OutputFormat.WriteLine(terminal, job);
            else
                terminal.Out.WriteLine($"{job.Id} {JobTables.State(job)}");
            JobOutput.TellOutcome(terminal, job);
        }
    }
}
