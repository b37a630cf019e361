namespace MiniLambda.Workbench.Commands.Help;

/// <summary>Of clusters, workers, contexts, and of the program itself.</summary>
internal static class ClusterPages
{
    public static readonly Dictionary<string, HelpPage> All = new()
    {
        [""] = new HelpPage
        {
            Details = "Functions run in a sandbox that grants nothing by default; an orchestrator queues each job durably, and workers that dial in run them. Begin with 'minilambda demo', or with 'minilambda up' in one terminal and the rest in another.\n\nFunctions, jobs, logs and results belong to tenants, and names are each tenant's own. A token is of one tenant, or over all; with one that is over all, --tenant says which tenant a command works in and sees. Without it lists show all tenants, and names are those of the tenant 'default'.",
            Examples =
            [
                ("minilambda init hello", "A function to begin with"),
                ("minilambda run hello -- Ada", "Run it here"),
                ("minilambda up", "A cluster on this machine"),
                ("minilambda invoke ./hello -- Ada", "Run it there"),
            ],
        },
        ["up"] = new HelpPage
        {
            Details = "Starts an orchestrator and workers in this process, writes the context 'local' and uses it: the other commands then go there. It serves TLS with an authority of its own, which the context pins, and its workers join with certificates; plain text is served where --listen names an http:// URL, with a warning. All of it is kept in the data folder, also over restarts. The URL is the one line on stdout. Ctrl-C or SIGTERM stops it cleanly.",
            Examples =
            [
                ("minilambda up", "With its data in ~/.local/share/minilambda"),
                ("minilambda up --workers 4 --data /tmp/try --listen https://127.0.0.1:0", "A fresh one, on any free port"),
                ("minilambda up --data /tmp/try --listen http://127.0.0.1:0", "In plain text, on this machine alone"),
                ("minilambda up --verbose --log-format json --otlp-endpoint http://127.0.0.1:4317 --trace-sample 1", "Its log as JSON, its metrics and every trace sent to a collector"),
            ],
            SeeAlso = ["demo", "context use", "worker list"],
        },
        ["demo"] = new HelpPage
        {
            Details = "Starts a cluster on a free port and in a temporary folder, pushes the examples, runs each twice, prints what came out and where the time went, and stops. Nothing is left behind, and no context is touched.",
            Examples = [("minilambda demo", "About half a minute")],
            ExitCodes = [(0, "every output was the expected one"), (1, "one was not")],
            SeeAlso = ["up", "bench"],
        },
        ["bench"] = new HelpPage
        {
            Details = "Loads a cluster and prints rates and the percentiles of queue, start, run and whole: of the cluster that flags, environment or the context name, else of one of its own. A cluster of its own speaks plain text within this process, so that the figures of many versions can be compared; --tls measures it that way and over mutual TLS, one after the other, and prints the ratio. --floor adds the parts it is made of, measured bare in the same run, and the ratios. --observed compares clusters of its own, one after the other: with neither metrics nor traces, and with both and a log of JSON lines.",
            Examples =
            [
                ("minilambda bench", "Invocations one by one, then submissions 64 at a time, then in one streamed call"),
                ("minilambda bench --floor --jobs 20000", "With the bare parts"),
                ("minilambda bench --tls --mode submit", "What mutual TLS costs"),
                ("minilambda bench --mode invoke --concurrency 16 -o json", "One kind, for a script"),
                ("minilambda bench --observed", "What watching costs"),
            ],
            SeeAlso = ["top", "demo"],
        },
        ["worker list"] = new HelpPage
        {
            Details = "The workers that are here, that went away since the orchestrator started, and that are drained. -o wide adds what their machines are and run on. With --watch, a line for each whose status or slots change; that loads go up and down is no change.",
            Examples = [("minilambda worker list", "All of them"), ("minilambda worker list -o wide", "With power, engine and labels"), ("minilambda worker list --watch", "Kept up to date")],
            SeeAlso = ["worker show", "top"],
        },
        ["worker show"] = new HelpPage
        {
            Details = "One worker: its machine, load and labels, the folders it exports, which walls around functions are in force there, and what its artifact cache holds.",
            Examples = [("minilambda worker show attic", "One worker")],
            SeeAlso = ["worker list", "worker drain"],
        },
        ["worker drain"] = new HelpPage
        {
            Details = "The worker finishes what it runs and gets nothing new until it is resumed, also over restarts of worker and orchestrator. With --deadline, what still runs then goes back to the queue, which is not held against the jobs. Draining it again sets the deadline anew.",
            Examples = [("minilambda worker drain attic", "As long as it takes"), ("minilambda worker drain attic --deadline 10m --wait", "Until it holds nothing, ten minutes at most")],
            SeeAlso = ["worker resume", "worker remove"],
        },
        ["worker resume"] = new HelpPage
        {
            Details = "Ends a drain. Does nothing to a worker that is not drained.",
            Examples = [("minilambda worker resume attic", "One worker")],
            SeeAlso = ["worker drain"],
        },
        ["worker remove"] = new HelpPage
        {
            Details = "Cuts a worker off at once: what it holds goes to others, as far as retries allow, and what it still reports is refused. Its process ends. One that joined is revoked: its certificate and key are refused from now on, and it comes back only with a new join token. One with the cluster's token may come back when it is started anew. To let it finish first, drain it.",
            Examples = [("minilambda worker remove attic", "One worker")],
            SeeAlso = ["worker drain", "join-token"],
        },
        ["top"] = new HelpPage
        {
            Details = """
                The cluster at work: how many nodes are here, jobs that run and wait, rates over the last seconds and the 95th percentile of how long jobs took, each node's load, and what runs on it.

                On a terminal it is drawn over in place until q or Ctrl-C; what does not fit is counted. Elsewhere a block is appended each time, and a JSON object with -o json. When the orchestrator does not answer, what was last known stays, with since when; it is tried again until it is back.
                """,
            Examples =
            [
                ("minilambda top", "Every two seconds"),
                ("minilambda top --interval 500ms -o wide", "Faster, and with more columns"),
                ("minilambda top --once -o json", "One look, for a script"),
            ],
            SeeAlso = ["worker list", "job list"],
        },
        ["events"] = new HelpPage
        {
            Details = "The log of the cluster: jobs accepted, leased, ended, retried; workers that joined, left, were lost or drained. Each event has an offset; a reader that was away goes on with --after and the last one it saw. --follow goes on with what happens and survives a lost connection.",
            Examples =
            [
                ("minilambda events", "All that is kept"),
                ("minilambda events --follow", "What happens from now on"),
                ("minilambda events --follow --function resize -o json", "As JSON, an event a line, for a program"),
            ],
            SeeAlso = ["job list", "logs", "top"],
        },
        ["workbench"] = new HelpPage
        {
            Details = "Functions, jobs, nodes and logs on one screen, kept up to date; what opens when 'minilambda' is typed in a terminal without a command. '?' in it tells every key, and ':' takes every command.",
            Examples = [("minilambda workbench", "The cluster in use"), ("minilambda workbench --readonly --theme light", "Only to look at")],
            SeeAlso = ["top", "repl"],
        },
        ["repl"] = new HelpPage
        {
            Details = "Commands one after the other, as they are typed in a shell, with a history, completion and variables. From a pipe or a file it runs a script: # comments, a backslash at a line's end, let NAME = COMMAND, $NAME, $? and $_. .help in it tells more. Without -e a script ends with the code of its last command.",
            Examples =
            [
                ("minilambda repl", "Type away"),
                ("minilambda repl nightly.ml", "Run a script"),
                ("minilambda repl -e --dry-run nightly.ml", "Look what it would run"),
            ],
            ExitCodes = [(3, "a script was stopped by -e")],
            SeeAlso = ["workbench", "completion"],
        },
        ["completion"] = new HelpPage
        {
            Details = "Prints a script for a shell; its first lines say where it goes. Names of functions, jobs and workers are asked of the cluster in use; when it does not answer within 300 ms there are none.",
            Examples = [("minilambda completion bash", "For bash"), ("minilambda completion zsh", "For zsh")],
            SeeAlso = ["repl"],
        },
        ["context list"] = new HelpPage
        {
            Details = "The clusters that are known by a name, with a star at the one in use. They stand in $XDG_CONFIG_HOME/minilambda/config.toml, else ~/.config/minilambda/config.toml, which is yours alone to read as it holds tokens.",
            Examples = [("minilambda context list", "All of them"), ("minilambda context list -o json", "Without their tokens, as JSON")],
            SeeAlso = ["context use", "context show"],
        },
        ["context use"] = new HelpPage
        {
            Details = "Commands go to that cluster from now on, unless a flag or MINILAMBDA_SERVER names another.",
            Examples = [("minilambda context use local", "The one that 'minilambda up' made")],
            SeeAlso = ["context list", "context show"],
        },
        ["context show"] = new HelpPage
        {
            Details = "Where commands go now, after flags, environment and contexts, the fingerprint of the authority that is trusted there, and what that cluster says of itself; fails when it does not answer.",
            Examples = [("minilambda context show", "The one in use"), ("minilambda context show --context local -o wide", "Another, with its limits")],
            ExitCodes = [(0, "it answers"), (1, "it does not"), (4, "it does not take the token")],
            SeeAlso = ["context list", "top"],
        },
        ["version"] = new HelpPage
        {
            Details = "The version of this program. That of a cluster is told by 'minilambda context show', that of workers by 'minilambda worker list -o wide'.",
            Examples = [("minilambda version", "One line"), ("minilambda version -o json", "For a script")],
            SeeAlso = ["context show"],
        },
        ["help"] = new HelpPage
        {
            Details = "The same as --help after the command.",
            Examples = [("minilambda help", "What there is"), ("minilambda help job wait", "One command")],
        },
    };
}
