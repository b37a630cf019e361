using System.CommandLine;
using MiniLambda.Client;
using MiniLambda.Client.Contexts;
using MiniLambda.Contracts.V1;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Commands.Contexts;

/// <summary><c>context show</c></summary>
internal static class ShowCommand
{
    public static Command Create(GlobalOptions global, Terminal terminal)
    {
        var command = new Command("show", "The cluster that commands go to now, and whether it answers");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var cluster = global.Connect(parsed, terminal);
            var table = new TextTable();
            table.Add("context", ContextFile.Read(ContextFile.DefaultLocation).Current is { Length: > 0 } current ? current : "-");
            table.Add("server", cluster.Server.ToString().TrimEnd('/'));
            try
            {
                var info = await cluster.Cluster.InfoAsync(new ClusterInfoRequest(), cancellationToken: cancellationToken);
                table.Add("version", info.Version);
                table.Add("up since", $"{info.StartedAt.ToDateTimeOffset():u}");
                table.Add("jobs", $"{info.QueuedJobs} queued, {info.LeasedJobs + info.RunningJobs} at workers");
                return ExitCodes.Done;
            }
            catch (ApiException e)
            {
                table.Add("problem", e.Message);
                return ExitCodes.Of(e, runsGuest: false);
            }
            finally
            {
                table.Write(terminal.Out);
            }
        });
        return command;
    }
}
