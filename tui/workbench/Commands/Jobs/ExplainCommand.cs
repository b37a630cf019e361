using System.CommandLine;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Text;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Commands.Jobs;

/// <summary><c>job explain ID</c>, <c>explain ID</c></summary>
internal static class ExplainCommand
{
    public static Command Create(GlobalOptions global, CommandTerminal terminal)
    {
        var id = new Argument<string>("id") { Description = "the job's id" };
        var format = new OutputFormat();
        var command = new Command("explain", "Why a job waits, or why it ran where it ran") { id };
        format.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var cluster = global.Connect(parsed, terminal);
            var job = await cluster.Jobs.GetAsync(new GetJobRequest { Id = parsed.GetValue(id) }, cancellationToken: cancellationToken);
            if (format.IsJson(parsed))
            {
                format.Write(parsed, terminal, job.Explanation, _ => new TextTable());
            }
            else
            {
                await terminal.Out.WriteLineAsync(Printable.Line($"{job.Id} is {JobTables.State(job)}: {job.Explanation.Summary}"));
                foreach (var detail in job.Explanation.Details)
                    await terminal.Out.WriteLineAsync(Printable.Line($"  {detail}"));
                if (job.Explanation.Candidates.Count > 0)
                    Candidates(job.Explanation).Write(terminal.Out);
            }

            return job.Unplaceable.Length > 0 ? ExitCodes.NoPlace : ExitCodes.Done;
        });
        return command;
    }

    private static TextTable Candidates(Explanation explanation)
    {
        var table = new TextTable("", "WORKER", "SCORE", "FREE", "MODULE", "WHY NOT");
        foreach (var candidate in explanation.Candidates)
        {
            table.Add(
                candidate.Chosen ? "*" : "", candidate.Worker, candidate.HasScore ? $"{candidate.Score:0.00}" : "-", $"{candidate.FreeSlots}",
                candidate.HasModule ? "compiled" : "-", candidate.Refusal.Length > 0 ? candidate.Refusal : "-");
        }

        return table;
    }
}
