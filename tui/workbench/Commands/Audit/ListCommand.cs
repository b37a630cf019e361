using System.CommandLine;
using MiniLambda.Client.Audit;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Text;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Commands.Audit;

/// <summary><c>audit list [--last N] [-f]</c></summary>
internal static class ListCommand
{
    private const int Usual = 50;

    public static Command Create(GlobalOptions global, CommandTerminal terminal)
    {
        var last = Flags.Number("--last", "only the last so many entries; 0 for all that are kept", Usual, 0, int.MaxValue);
        var follow = new Option<bool>("--follow", "-f") { Description = "go on with what is written later" };
        var format = new OutputFormat();
        var command = new Command("list", "Who did what, from where, and what was refused; the oldest first") { last, follow };
        format.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var cluster = global.Connect(parsed, terminal);
            var isEmpty = true;
            await foreach (var entry in cluster.Audit.FollowAsync(parsed.GetValue(last), parsed.GetValue(follow), cancellationToken))
            {
                isEmpty = false;
                if (format.IsJson(parsed))
                    OutputFormat.WriteLine(terminal, entry);
                else
                    await terminal.Out.WriteLineAsync(Line(entry, format.IsWide(parsed)));
            }

            if (isEmpty && !format.IsJson(parsed))
                await terminal.Out.WriteLineAsync("no entries");
            return ExitCodes.Done;
        });
        return command;
    }

    private static string Line(AuditEntry entry, bool isWide)
    {
        var outcome = entry.Outcome == AuditEntry.Types.Outcome.Denied ? "DENIED" : "done  ";
        var who = entry.Tenant.Length > 0 ? $"{entry.Actor} ({entry.Tenant})" : entry.Actor;
        var from = entry.Peer.Length > 0 ? $" from {entry.Peer}" : "";
        var detail = entry.Detail.Length > 0 ? $": {entry.Detail}" : "";
        return Printable.Line(
            $"{entry.Number,6}  {JobTables.Moment(entry.At)}  {outcome}  {entry.Action,-16}  {entry.Target}  by {who}{from}{detail}{(isWide ? $"  {entry.Hash}" : "")}");
    }
}
