using System.CommandLine;
using Google.Protobuf;
using Microsoft.Extensions.Logging;
using MiniLambda.Client;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Quantities;
using MiniLambda.Domain.Text;
using MiniLambda.Workbench.Commands.Functions;
using MiniLambda.Workbench.Commands.Jobs;
using MiniLambda.Workbench.Commands.Up;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Commands.Demo;

/// <summary><c>demo</c></summary>
internal static class DemoCommand
{
    private const int ShownLines = 6;

    public static Command Create(GlobalOptions global, CommandTerminal terminal)
    {
        var command = new Command("demo", "Run every example on a cluster of its own and show what came out and where the time went");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var examples = Example.FindAll();
            using var folder = new TemporaryFolder();
            await using var cluster = await EmbeddedCluster.StartAsync(
                "https://127.0.0.1:0", folder.Path, workers: 2, token: null,
                parsed.GetValue(global.Verbose) ? LogLevel.Information : LogLevel.Warning, cancellationToken);
            await terminal.Out.WriteLineAsync($"cluster at {cluster.Url.ToString().TrimEnd('/')} with workers {string.Join(", ", cluster.Workers)}\n");
            using var connection = cluster.Connect();
            var times = new TextTable("EXAMPLE", "WORKER", "MODULE", "QUEUE", "COMPILE", "START", "RUN", "WHOLE", "OUTPUT");
            var wrong = 0;
            foreach (var example in examples)
            {
                var local = LocalFunction.Load(example.Folder, ExitCodes.Failed);
                var pushed = await FunctionPush.PushAsync(connection, local, new Notices(terminal, quiet: true), cancellationToken);
                await terminal.Out.WriteLineAsync($"$ minilambda invoke {example.Name}{(example.InputPath is null ? "" : " --input input")}");
                // Twice: the first run compiles (or another worker did), the second starts from what was compiled.
                for (var round = 0; round < 2; round++)
                {
                    var (job, output) = await InvokeAsync(connection, pushed.Function, example, cancellationToken);
                    if (round == 0)
                        await ShowAsync(terminal, job, output);
                    var isRight = job.State == Job.Types.State.Succeeded && output.AsSpan().SequenceEqual(example.Expected);
                    wrong += isRight ? 0 : 1;
                    AddTimes(times, example, job, isRight);
                }
            }

            times.Write(terminal.Out);
            await terminal.Out.WriteLineAsync(
                wrong == 0 ? $"\nall {examples.Count} examples gave the expected output, twice" : $"\n{wrong} runs did not give the expected output");
            return wrong == 0 ? ExitCodes.Done : ExitCodes.Failed;
        });
        return command;
    }

    private static async Task<(Job Job, byte[] Output)> InvokeAsync(
        ClusterConnection cluster, Function function, Example example, CancellationToken cancellationToken)
    {
        var request = new SubmitJobRequest { Function = function.Name, Version = function.Version };
        if (example.InputPath is { } path)
            request.Input = ByteString.CopyFrom(await File.ReadAllBytesAsync(path, cancellationToken));
        var answer = await cluster.Jobs.InvokeAsync(request, cancellationToken: cancellationToken);
        if (answer.Result.Length == answer.Job.ResultSize)
            return (answer.Job, answer.Result.ToByteArray());
        using var output = new MemoryStream();
        await JobOutput.CopyResultAsync(cluster, answer.Job.Id, output, cancellationToken);
        return (answer.Job, output.ToArray());
    }

    private static async Task ShowAsync(CommandTerminal terminal, Job job, byte[] output)
    {
        var lines = LogText.Escape(output).TrimEnd('\n').Split('\n');
        foreach (var line in lines.Take(ShownLines))
            await terminal.Out.WriteLineAsync(line);
        if (lines.Length > ShownLines)
            await terminal.Out.WriteLineAsync($"… {lines.Length - ShownLines} more lines");
        if (job.State != Job.Types.State.Succeeded)
            await terminal.Out.WriteLineAsync(Printable.Line($"{JobTables.State(job)}: {job.Message}"));
        await terminal.Out.WriteLineAsync();
    }

    private static void AddTimes(TextTable table, Example example, Job job, bool isRight)
    {
        var whole = job.FinishedAt.ToDateTimeOffset() - job.CreatedAt.ToDateTimeOffset();
        table.Add(
            example.Name, job.Worker, job.Usage is null ? "-" : JobTables.Artifact(job.Usage), JobTables.Time(job.QueuedFor), JobTables.Time(job.Usage?.Compile),
            JobTables.Time(job.Usage?.Start), JobTables.Time(job.Usage?.Run), DurationText.Humanize(whole), isRight ? "as expected" : "WRONG");
    }
}
