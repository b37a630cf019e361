namespace MiniLambda.Workbench.Commands.Help;

/// <summary>Of the audit log, of secrets, and of keys.</summary>
internal static class TrustPages
{
    public static readonly Dictionary<string, HelpPage> All = new()
    {
        ["audit list"] = new HelpPage
        {
            Details = "Functions pushed and deleted, workers drained and removed, jobs cancelled in bulk, secrets set, tokens made and used, and every attempt that was refused: when, by whom, from where. Many refused attempts of one address are told as one entry with their number. Entries are kept for the orchestrator's --keep-audit.",
            Examples =
            [
                ("minilambda audit list", "The last 50 entries"),
                ("minilambda audit list --last 0 -o json", "All that are kept, as JSON, an entry a line"),
                ("minilambda audit list --last 10 --follow", "And those that come"),
            ],
            SeeAlso = ["audit verify", "events"],
        },
        ["audit verify"] = new HelpPage
        {
            Details = """
                Each entry bears the hash of the one before, so that one which was removed, altered, inserted or moved is found; the first such is named. The newest entry is also noted apart, which shows that some were cut off at the end.

                Whoever can write the orchestrator's files could make the whole log anew. Note the head that this prints somewhere else from time to time, and give it back with --head: it must still be in the log. 'minilambda-orchestrator audit verify --data DIR' does the same without a running orchestrator.
                """,
            Examples =
            [
                ("minilambda audit verify", "The log as it stands"),
                ("minilambda audit verify --head 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "And that this entry is still in it"),
            ],
            ExitCodes = [(0, "it is as it was written"), (1, "it is not: the first entry that was changed is named")],
            SeeAlso = ["audit list"],
        },
        ["secret set"] = new HelpPage
        {
            Details = """
                Keeps a value that functions get as an environment variable, by their manifest: [secrets] API_KEY = "stripe-key". It is read from stdin, or asked for without being shown; one line end at its end is not part of it. It is never an argument: others on the machine could read that.

                The orchestrator keeps it encrypted under DATA/secret.key, which no backup holds: keep that file elsewhere. Nobody reads the value back. A worker gets it with each job that needs it, for its time and in memory alone. In the job's log it is replaced by [secret API_KEY], if it has at least 4 characters; what the function writes to stdout is its result, and is not touched. Jobs with secrets are not given to workers that are connected in plain text over a network.
                """,
            Examples =
            [
                ("pass show stripe | minilambda secret set stripe-key", "From a program; '< FILE' takes it from a file"),
                ("minilambda secret set stripe-key", "Asked for, without being shown"),
            ],
            SeeAlso = ["secret list", "secret delete", "function push"],
        },
        ["secret list"] = new HelpPage
        {
            Details = "Names, when they were set, and the functions whose newest version asks for them. Values are never shown.",
            Examples = [("minilambda secret list", "All of them"), ("minilambda secret list -o json", "For a script")],
            SeeAlso = ["secret set"],
        },
        ["secret delete"] = new HelpPage
        {
            Details = "Forgets the value. Jobs of functions that ask for it are refused, and those that wait fail when their turn comes; what runs keeps it to its end.",
            Examples = [("minilambda secret delete stripe-key", "One secret")],
            SeeAlso = ["secret list"],
        },
        ["key create"] = new HelpPage
        {
            Details = "Makes a key (ECDSA, P-256) to sign functions with, in a file that only you may read (PEM, PKCS #8). Give what it prints to the owners of clusters and workers: they put it in their configuration, [trust] signers = { alice = \"...\" }.",
            Examples = [("minilambda key create alice.pem", "A key of your own")],
            SeeAlso = ["key show", "function push"],
        },
        ["key show"] = new HelpPage
        {
            Details = "The id and the public half of a key; nothing of it is secret.",
            Examples = [("minilambda key show alice.pem", "One key"), ("minilambda key show alice.pem -o json", "For a script")],
            SeeAlso = ["key create"],
        },
    };
}
