namespace MiniLambda.Workbench.Commands.Help;

/// <summary>Of how people and machines get to know a cluster.</summary>
internal static class JoiningPages
{
    public static readonly Dictionary<string, HelpPage> All = new()
    {
        ["login"] = new HelpPage
        {
            Details = """
                Fetches the certificate of the cluster's authority, shows its fingerprint and asks whether it is what 'minilambda-orchestrator fingerprint --data DIR' prints there; then asks for the token, checks it, and keeps both as a context. From then on nobody else is taken for that cluster. Until the fingerprint is confirmed, or found to be the one that --fingerprint names, nothing secret is sent.

                Without a terminal --fingerprint is needed, and the token comes through --token-stdin or MINILAMBDA_TOKEN. A server whose certificate this system trusts already needs no fingerprint; over http:// there is none.

                --discover lists the orchestrators that were started with --announce and are on the same network, with the fingerprints that they claim; the one that is chosen is then asked, and compared, as if it had been named.
                """,
            Examples =
            [
                ("minilambda login https://attic.lan:7070", "Compare the fingerprint, type the token"),
                ("minilambda login https://attic.lan:7070 --name attic --fingerprint 3f4c78dba9aeed2ca3a96406854ddd86c92c26fa0ffe7a4a038cc1fe9b5df5ac --token-stdin", "From a script"),
                ("minilambda login --discover", "See who is there first"),
            ],
            ExitCodes = [(1, "not the authority that was expected or confirmed, or no answer"), (4, "it does not take the token")],
            SeeAlso = ["context list", "join-token"],
        },
        ["join-token"] = new HelpPage
        {
            Details = """
                Prints the command that has a machine join the cluster as a worker. The token in it says where the orchestrator is and what its authority's fingerprint is, and holds a secret that serves --uses times within --ttl. The worker checks the fingerprint before it says anything, proves that it has the secret without sending it, and gets a certificate of its own that it renews by itself.

                The token names the URL that this command goes to: where workers dial another, such as a name or a forwarded port, tell with --advertise. Only over https://.
                """,
            Examples =
            [
                ("minilambda join-token", "One worker, within an hour"),
                ("minilambda join-token --ttl 15m --uses 3 --label room=office --advertise https://attic.lan:7070", "Three workers, which all bear a label"),
                ("minilambda join-token -o json", "For a script"),
            ],
            SeeAlso = ["join-token list", "worker remove"],
        },
        ["join-token list"] = new HelpPage
        {
            Details = "The join tokens that still serve: not those that are spent, over or revoked. Their secrets are not kept and cannot be shown again.",
            Examples = [("minilambda join-token list", "All of them")],
            SeeAlso = ["join-token revoke"],
        },
        ["join-token revoke"] = new HelpPage
        {
            Details = "No worker joins with it any more. Workers that joined with it before stay; 'minilambda worker remove' is for those.",
            Examples = [("minilambda join-token revoke 5f0c2ab91d3e4477", "One of 'minilambda join-token list'")],
            SeeAlso = ["join-token list", "worker remove"],
        },
    };
}
