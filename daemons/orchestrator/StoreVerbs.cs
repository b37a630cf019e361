using System.CommandLine;
using Microsoft.Extensions.Logging;
using MiniLambda.Hosting;
using MiniLambda.Hosting.Logs;
using MiniLambda.Orchestrator;
using MiniLambda.Orchestrator.Certificates;
using MiniLambda.Orchestrator.Maintenance;

namespace MiniLambda.Daemons;

/// <summary>What the orchestrator's program does with a data folder beside serving from it.</summary>
internal static class StoreVerbs
{
    private const string Json = "json";

    public static DaemonVerb<OrchestratorOptions>[] All => [Backup(), Restore(), Check(), VerifyAudit(), RotateSecretKey(), Fingerprint()];

    private static DaemonVerb<OrchestratorOptions> Backup()
    {
        var file = new Argument<string>("file") { Description = "where to; what stands there is replaced once the new file is whole" };
        return Verb(
            new Command(
                "backup",
                "Copy the whole store into one file (tar), also while an orchestrator works in it. Not in it: the tokens (DATA/token, DATA/tenants), the "
                + "authority (DATA/authority), the key that secrets are encrypted under (DATA/secret.key), the audit log (DATA/audit) and the configuration; keep "
                + "those elsewhere. The file is readable by its owner alone; it holds all inputs and results, and what tokens are checked by, which requests can "
                + "be signed with. While it is written, the database stands in that folder twice.")
            {
                file,
            },
            (options, flags, stop) => StoreMaintenance.BackupAsync(
                options.Data, flags.GetRequiredValue(file), flags.InvocationConfiguration.Output, flags.InvocationConfiguration.Error, stop));
    }

    private static DaemonVerb<OrchestratorOptions> Restore()
    {
        var file = new Argument<string>("file") { Description = "what 'backup' wrote" };
        var replace = new Option<bool>("--replace") { Description = "let the store that stands in the data folder give way; its tokens stay" };
        return Verb(
            new Command(
                "restore",
                "Make a store of a backup, in a data folder that is new or empty (but for token files) and that no orchestrator uses. Every byte is checked "
                + "before; it is restored whole or not at all. Jobs that were running are taken up again: by the workers that still hold them, else anew.")
            {
                file, replace,
            },
            async (options, flags, stop) =>
            {
                using var loggers = LoggerFactory.Create(logging => logging.AddDaemonLog(options));
                return await StoreMaintenance.RestoreAsync(
                    options.Data, flags.GetRequiredValue(file), flags.GetValue(replace), flags.InvocationConfiguration.Output, flags.InvocationConfiguration.Error,
                    loggers, stop);
            });
    }

    private static DaemonVerb<OrchestratorOptions> Check()
    {
        var format = new Option<string>("--output", "-o") { Description = "how to tell it", DefaultValueFactory = static _ => "text" };
        format.AcceptOnlyFromAmong("text", Json);
        return Verb(
            new Command(
                "check",
                "Look at the whole store, also while an orchestrator works in it, and change nothing: the database's structure and schema, every row, the digest "
                + "of every blob, and that what rows name is there. A line for each finding; exit code 0 without findings, 1 with some.")
            {
                format,
            },
            (options, flags, stop) => StoreMaintenance.CheckAsync(options.Data, flags.GetValue(format) == Json, flags.InvocationConfiguration.Output, stop));
    }

    private static DaemonVerb<OrchestratorOptions> Fingerprint() => new(
        new Command(
            "fingerprint",
            "Print the fingerprint of this cluster's authority, by which workers and people know the orchestrator: 'minilambda login' shows it for comparison. It is "
            + "no secret."),
        [nameof(OrchestratorOptions.Data), nameof(OrchestratorOptions.TlsCert)],
        (options, flags, _) => AuthorityFingerprint.PrintAsync(options, flags.InvocationConfiguration.Output, flags.InvocationConfiguration.Error));

    private static DaemonVerb<OrchestratorOptions> VerifyAudit()
    {
        var head = new Option<string>("--head") { Description = "hash of an entry that was noted earlier, and must still be in the log", HelpName = "hash" };
        return Verb(
            new Command("verify", "Check that the audit log is as it was written; exit code 1 when it is not, with the first entry that was changed") { head },
            (options, flags, _) => Task.FromResult(AuditMaintenance.Verify(
                options.Data, flags.GetValue(head) ?? "", flags.InvocationConfiguration.Output, flags.InvocationConfiguration.Error))) with
        {
            Group = "audit",
        };
    }

    private static DaemonVerb<OrchestratorOptions> RotateSecretKey() => Verb(
        new Command(
            "rotate-secret-key",
            "Make a new DATA/secret.key and encrypt all secrets under it, while no orchestrator uses the data folder. Backups from before need the old key: "
            + "keep a copy of it as long as them."),
        async (options, flags, stop) =>
        {
            using var loggers = LoggerFactory.Create(logging => logging.AddDaemonLog(options));
            return await SecretMaintenance.RotateAsync(options.Data, flags.InvocationConfiguration.Output, flags.InvocationConfiguration.Error, loggers, stop);
        });

    private static DaemonVerb<OrchestratorOptions> Verb(Command command, Func<OrchestratorOptions, ParseResult, CancellationToken, Task<int>> run) =>
        new(command, [nameof(OrchestratorOptions.Data)], run);
}
