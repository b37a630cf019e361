namespace MiniLambda.Workbench.Commands.Help;

/// <summary>Of tokens.</summary>
internal static class AccessPages
{
    public static readonly Dictionary<string, HelpPage> All = new()
    {
        ["token create"] = new HelpPage
        {
            Details = """
                The token is the one line on stdout, and is shown this once: the orchestrator keeps only a hash of it. Each role may do what the one before may: a reader sees functions, jobs, logs, results and nodes; a submitter also submits and cancels jobs; an operator also pushes and deletes functions, keeps secrets, retries, removes and redrives jobs, and over all tenants drains and removes workers; an admin also makes tokens and reads the audit log.

                A token makes none that could do more than itself: no stronger role, no other tenant, no other functions, and none that outlives it.
                """,
            Examples =
            [
                ("minilambda token create --role submitter --tenant photos --expires 30d --description gallery", "For a program, good for thirty days"),
                ("minilambda token create --role operator --functions 'img-*' --functions thumbs", "Only for some functions"),
                ("minilambda token create --role reader -o json", "With its id, for a script"),
            ],
            ExitCodes = [(4, "the token in use may not make such a one")],
            SeeAlso = ["token list", "token revoke", "whoami"],
        },
        ["token list"] = new HelpPage
        {
            Details = "Tokens that the one in use could have made, also those that expired or were revoked in the last thirty days. Those of the orchestrator's own files come first: they end when their file is replaced. Last use is told to the minute. -o wide adds functions, when and by which token each was made.",
            Examples = [("minilambda token list", "All of them"), ("minilambda token list -o wide", "With what they are limited to")],
            SeeAlso = ["token create", "token revoke"],
        },
        ["token revoke"] = new HelpPage
        {
            Details = "From now on the token is refused, and what it has open, such as a log that is followed, ends. Tokens that it made stay. One of the orchestrator's own files is not ended here: replace the file and start the orchestrator anew.",
            Examples = [("minilambda token revoke k3v9xw2pmd4q", "By its id")],
            SeeAlso = ["token list"],
        },
        ["whoami"] = new HelpPage
        {
            Details = "Which token commands go with now, after flags, environment and contexts: its id, role, tenant, the functions that it is for, and when it expires.",
            Examples = [("minilambda whoami", "The one in use"), ("minilambda whoami --context local -o json", "Of another context")],
            ExitCodes = [(4, "the token is wrong, expired or revoked, or there is none")],
            SeeAlso = ["token list", "context show"],
        },
    };
}
