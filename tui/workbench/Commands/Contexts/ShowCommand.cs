using System.CommandLine;
using System.Text.Json;
using MiniLambda.Client;
using MiniLambda.Contracts.V1;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Commands.Contexts;

/// <summary><c>context show</c></summary>
internal static class ShowCommand
{
    public static Command Create(GlobalOptions global, CommandTerminal terminal)
    {
        var format = new OutputFormat();
        var command = new Command("show", "The cluster that commands go to now, and whether it answers");
        format.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var target = global.Target(parsed, terminal);
            using var cluster = target.Connect();
            try
            {
                Show(await cluster.Cluster.InfoAsync(new ClusterInfoRequest(), cancellationToken: cancellationToken));
                return ExitCodes.Done;
            }
            catch (ApiException)
            {
                // Where it would have gone is told all the same; why it does not answer is the command's error.
                Show(null);
                throw;
            }

            void Show(ClusterInfo? info) => format.Write(parsed, terminal, () => Json(target, info), wide => Table(target, info, wide));
        });
        return command;
    }

    private static string Json(ClusterTarget target, ClusterInfo? info)
    {
        JsonElement? cluster = info is null ? null : JsonElement.Parse(OutputFormat.Format(info));
        return new ContextShowJson(target.Context, Text(target.Server), Authority(target), cluster).Write();
    }

    private static TextTable Table(ClusterTarget target, ClusterInfo? info, bool wide)
    {
        var table = new TextTable();
        table.Add("context", target.Context.Length > 0 ? target.Context : "-");
        table.Add("server", Text(target.Server));
        if (Authority(target) is { Length: > 0 } authority)
            table.Add("authority", authority);
        if (info is null)
            return table;
        table.Add("version", info.Version);
        table.Add("up since", $"{info.StartedAt.ToDateTimeOffset():u}");
        table.Add("jobs", $"{info.QueuedJobs} queued, {info.LeasedJobs + info.RunningJobs} at workers");
        if (wide)
        {
            table.Add("largest module", Domain.Quantities.ByteSize.Format(info.MaxModuleSize));
            table.Add("largest input", Domain.Quantities.ByteSize.Format(info.MaxInputSize));
        }

        return table;
    }

    private static string Authority(ClusterTarget target) => $"{target.Trust.Authority?.Fingerprint ?? target.Trust.Fingerprint}";

    private static string Text(Uri server) => server.ToString().TrimEnd('/');
}
