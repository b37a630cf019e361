using System.CommandLine;
using Grpc.Core;
using MiniLambda.Client;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Text;
using MiniLambda.Workbench.Commands.Live;
using MiniLambda.Workbench.Screens.Gauges;

namespace MiniLambda.Workbench.Commands.Top;

/// <summary><c>top</c></summary>
internal static class TopCommand
{
    public static Command Create(GlobalOptions global, CommandTerminal terminal)
    {
        var once = new Option<bool>("--once") { Description = "show it once, and end" };
        var live = new LiveFlags();
        var format = new OutputFormat();
        var command = new Command("top", "The cluster at work: rates, nodes and their load, running jobs") { once };
        live.AddTo(command, isAlways: true);
        format.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var target = LiveTarget.Of(parsed, global, terminal);
            if (!parsed.GetValue(once))
            {
                var isFirst = true;
                return await live.RunAsync(
                    AskAsync, target,
                    (snapshot, now) => Print(snapshot, now),
                    format.IsJson(parsed) ? null : (snapshot, now, _) => TopLines.Of(snapshot, Look(isScreen: true), now), cancellationToken);

                void Print(TopSnapshot snapshot, DateTimeOffset now)
                {
                    if (!isFirst && !format.IsJson(parsed))
                        terminal.Out.WriteLine();
                    isFirst = false;
                    Append(snapshot, now);
                }
            }

            using var cluster = target.Cluster.Connect();
            Append(await AskAsync(cluster, new CallOptions(cancellationToken: cancellationToken)), TimeProvider.System.GetUtcNow());
            return ExitCodes.Done;

            void Append(TopSnapshot snapshot, DateTimeOffset now)
            {
                if (format.IsJson(parsed))
                {
                    terminal.Out.WriteLine(snapshot.ToJson(now));
                    return;
                }

                // A block says for itself when and where it was seen.
                terminal.Out.WriteLine(Printable.Line($"{now:u}  {target.Title}"));
                foreach (var line in TopLines.Of(snapshot, Look(terminal.IsOutTerminal), now))
                    terminal.Out.WriteLine(line);
            }

            TopLook Look(bool isScreen) => new(isScreen, GaugeGlyphsChoice.From(terminal.Variable) == GaugeGlyphs.Unicode, format.IsWide(parsed), Coloring.IsWanted(parsed, terminal));
        });
        return command;
    }

    private static async Task<TopSnapshot> AskAsync(ClusterConnection cluster, CallOptions options)
    {
        var info = cluster.Cluster.InfoAsync(new ClusterInfoRequest(), options).ResponseAsync;
        var workers = Workers.ListCommand.AskAsync(cluster, options);
        var jobs = cluster.Jobs.ListAsync(
            new ListJobsRequest { PageSize = TopSnapshot.MaxJobs, States = { Job.Types.State.Running, Job.Types.State.Leased } }, options).ResponseAsync;
        await Task.WhenAll(info, workers, jobs);
        return new TopSnapshot(await info, (await workers).Workers, [.. (await jobs).Jobs.OrderBy(j => j.StartedAt is null).ThenBy(j => j.StartedAt ?? j.CreatedAt)]);
    }
}
