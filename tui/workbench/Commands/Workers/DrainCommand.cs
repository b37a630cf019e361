using System.CommandLine;
using Google.Protobuf.WellKnownTypes;
using MiniLambda.Contracts.V1;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Commands.Workers;

/// <summary><c>worker drain NAME</c></summary>
internal static class DrainCommand
{
    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(250);

    public static Command Create(GlobalOptions global, CommandTerminal terminal)
    {
        var name = new Argument<string>("name") { Description = "the worker's name" };
        var deadline = Flags.Duration("--deadline", "after so long, what still runs goes back to the queue; 0s: at once; without it, whatever runs may finish");
        var wait = new Option<bool>("--wait") { Description = "wait until the worker holds nothing any more" };
        var format = new OutputFormat();
        var command = new Command("drain", "Let a worker finish what it runs and give it nothing new, until it is resumed") { name, deadline, wait };
        format.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var cluster = global.Connect(parsed, terminal);
            var notices = Notices.For(parsed, global, terminal);
            var request = new DrainWorkerRequest { Name = parsed.GetValue(name), Deadline = parsed.GetValue(deadline)?.ToDuration() };
            var worker = await cluster.Cluster.DrainWorkerAsync(request, cancellationToken: cancellationToken);
            while (parsed.GetValue(wait) && worker.HeldJobs > 0)
            {
                notices.Progress.Show($"{worker.Name} still holds {Held(worker.HeldJobs)}");
                await Task.Delay(AskEvery, cancellationToken);
                worker = await cluster.Cluster.GetWorkerAsync(new GetWorkerRequest { Name = worker.Name }, cancellationToken: cancellationToken);
                if (worker.DrainedAt is null)
                    throw new CommandException(ExitCodes.Failed, $"worker {worker.Name} was resumed meanwhile");
            }

            notices.Progress.Erase();
            if (format.IsJson(parsed))
                format.Write(parsed, terminal, worker, _ => new TextTable());
            else
                await terminal.Out.WriteLineAsync(worker.HeldJobs == 0 ? $"{worker.Name} is drained" : $"{worker.Name} drains: it holds {Held(worker.HeldJobs)}");
            return ExitCodes.Done;
        });
        return command;
    }

    private static string Held(int jobs) => jobs == 1 ? "1 job" : $"{jobs} jobs";
}
