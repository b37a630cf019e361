using System.CommandLine;
using MiniLambda.Contracts.V1;

namespace MiniLambda.Workbench.Commands.Audit;

/// <summary><c>audit verify</c></summary>
internal static class VerifyCommand
{
    public static Command Create(GlobalOptions global, CommandTerminal terminal)
    {
        var head = new Option<string?>("--head") { Description = "hash of an entry that was noted earlier, and must still be in the log", HelpName = "hash" };
        var format = new OutputFormat();
        var command = new Command("verify", "Check that the audit log is as it was written") { head };
        format.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var cluster = global.Connect(parsed, terminal);
            var verdict = await cluster.Audit.VerifyAsync(new VerifyAuditRequest { Head = parsed.GetValue(head) ?? "" }, cancellationToken: cancellationToken);
            if (format.IsJson(parsed))
                format.Write(parsed, terminal, verdict, static _ => new Rendering.TextTable());
            else if (verdict.Intact)
                await terminal.Out.WriteLineAsync($"intact: {verdict.Entries} {(verdict.Entries == 1 ? "entry" : "entries")}, head {verdict.Head}");
            if (verdict.Intact)
                return ExitCodes.Done;
            throw new CommandException(ExitCodes.Failed, $"the audit log is broken at entry {verdict.BrokenAt}: {verdict.Problem}");
        });
        return command;
    }
}
