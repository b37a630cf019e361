using System.CommandLine;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Text;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Commands.Jobs;

/// <summary><c>job trace ID</c>, <c>trace ID</c></summary>
internal static class TraceCommand
{
    public static Command Create(GlobalOptions global, CommandTerminal terminal)
    {
        var id = new Argument<string>("id") { Description = "the job's id" };
        var format = new OutputFormat();
        var command = new Command("trace", "Where a job's time went, step by step") { id };
        format.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var cluster = global.Connect(parsed, terminal);
            var job = await cluster.Jobs.GetAsync(new GetJobRequest { Id = parsed.GetValue(id) }, cancellationToken: cancellationToken);
            var trace = JobTrace.Of(job);
            if (format.IsJson(parsed))
            {
                await terminal.Out.WriteLineAsync(trace.ToJson());
                return ExitCodes.Done;
            }

            foreach (var line in trace.Lines())
                await terminal.Out.WriteLineAsync(Printable.Line(line));
            return ExitCodes.Done;
        });
        return command;
    }
}
