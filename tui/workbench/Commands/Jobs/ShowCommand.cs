using System.CommandLine;
using MiniLambda.Contracts.V1;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Commands.Jobs;

/// <summary><c>job show ID</c>, <c>status ID</c></summary>
internal static class ShowCommand
{
    public static Command Create(string name, GlobalOptions global, CommandTerminal terminal)
    {
        var id = new Argument<string>("id") { Description = "the job's id" };
        var format = new OutputFormat();
        var command = new Command(name, "One job in full, with its attempts and where the time went") { id };
        format.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var cluster = global.Connect(parsed, terminal);
            var job = await cluster.Jobs.GetAsync(new GetJobRequest { Id = parsed.GetValue(id) }, cancellationToken: cancellationToken);
            format.Write(parsed, terminal, job, _ => JobTables.Show(job, TimeProvider.System.GetUtcNow()));
            return ExitCodes.Done;
        });
        return command;
    }
}
