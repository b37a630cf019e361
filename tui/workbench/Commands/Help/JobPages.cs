namespace MiniLambda.Workbench.Commands.Help;

/// <summary>Of <c>job …</c> and <c>deadletter …</c></summary>
internal static class JobPages
{
    private const string Selection = "Jobs are named by their ids, or by what they have in common: the flags narrow it down, --all takes all that is left. A person is asked before many are changed; --yes answers that.";

    public static readonly Dictionary<string, HelpPage> All = new()
    {
        ["job list"] = new HelpPage
        {
            Details = """
                Jobs, newest first. RUN is how long the newest attempt ran, or has been running. With a token that is over all tenants they are those of all, and TENANT says whose; --tenant shows one's. -o wide also says why jobs wait, and how those that failed ended.

                With --watch the list stays: it is drawn over on a terminal; elsewhere a line is appended for each job that is new or changed (with -o json as JSON). It goes on when the orchestrator was away for a while.
                """,
            Examples =
            [
                ("minilambda ps", "The newest 100"),
                ("minilambda ps --state failed --state timed-out --function resize", "What failed of one function"),
                ("minilambda ps --state running --watch", "What runs, kept up to date"),
                ("minilambda ps --tenant photos", "Those of one tenant"),
                ("minilambda ps --worker attic -o json --limit 1000", "For a script"),
            ],
            SeeAlso = ["job show", "top", "deadletter list"],
        },
        ["job show"] = new HelpPage
        {
            Details = "State, outcome, every attempt, and where the time went: queued, fetch, compile, start, run. Of a job that waits it says what for.",
            Examples = [("minilambda status j-06yp3h98cc7te", "One job"), ("minilambda status j-06yp3h98cc7te -o json", "With attempts and overrides as JSON")],
            SeeAlso = ["job explain", "job logs", "job result"],
        },
        ["job logs"] = new HelpPage
        {
            Details = "What the function wrote to stderr. With --follow it goes on until the job has its outcome, and where it was after a broken connection. What could steer a terminal is made visible there; piped, a log is byte for byte what was written.",
            Examples = [("minilambda logs j-06yp3h98cc7te", "What there is now"), ("minilambda logs -f j-06yp3h98cc7te", "Until it ends"), ("minilambda logs j-06yp3h98cc7te -o json", "With times and attempts, a line a piece")],
            SeeAlso = ["job result", "job wait"],
        },
        ["job result"] = new HelpPage
        {
            Details = "What the function wrote to stdout. A file that --output names is whole or not there: it is written beside its place and then put there. A job that has not ended has no result.",
            Examples = [("minilambda result j-06yp3h98cc7te", "To stdout"), ("minilambda result j-06yp3h98cc7te -o small.png", "To a file")],
            SeeAlso = ["job logs", "job wait", "invoke"],
        },
        ["job cancel"] = new HelpPage
        {
            Details = $"Cancels jobs that wait or run; the outcome stands when this command ends. A guest that runs is stopped.\n\n{Selection}",
            Examples =
            [
                ("minilambda cancel j-06yp3h98cc7te j-06yx2yd66mqyn", "Two jobs"),
                ("minilambda cancel --function hello --state queued", "Those of a function that have not begun"),
                ("minilambda cancel --all --yes", "Everything, without a question"),
            ],
            SeeAlso = ["job list", "job retry"],
        },
        ["job retry"] = new HelpPage
        {
            Details = "Jobs that failed, timed out or were cancelled are queued again with their input, their failures forgotten. Those of the dead-letter list leave it.",
            Examples = [("minilambda job retry j-06yx2xemty13t", "One job")],
            SeeAlso = ["deadletter redrive", "job show"],
        },
        ["job trace"] = new HelpPage
        {
            Details = "The steps of a job as a tree, each with when it began after the submission and how long it took: queued, each attempt with fetch, compile, start and run, back-offs between attempts, and the commit of the outcome. It is made of what the orchestrator keeps of every job, and needs no collector of traces; where the job's trace was kept for one, its id is told.",
            Examples = [("minilambda trace j-06yx2yd66mqyn", "One job"), ("minilambda trace j-06yx2yd66mqyn -o json", "For a script: times in ms")],
            SeeAlso = ["job show", "job explain", "job logs"],
        },
        ["job explain"] = new HelpPage
        {
            Details = "Of a job that waits: what for, how many come before it, and why each worker does not take it. Of one that ran or runs: why that worker got it. Workers are compared by SCORE; the one that was chosen has a star.",
            Examples = [("minilambda explain j-06yx2yd66mqyn", "One job"), ("minilambda explain j-06yx2yd66mqyn -o json", "For a script: position, wait, candidates")],
            ExitCodes = [(0, "it is told"), (1, "there is no such job"), (5, "no worker could ever take the job")],
            SeeAlso = ["job show", "worker list"],
        },
        ["job wait"] = new HelpPage
        {
            Details = "Waits until all of the jobs have their outcome, and prints a line for each when it has. The exit code is that of the first, in the order they are named, that did not succeed. It goes on when the orchestrator was away for a while.",
            Examples =
            [
                ("minilambda job wait j-06yp3h98cc7te j-06yx2yd66mqyn", "Two jobs"),
                ("minilambda submit --batch jobs.ndjson | xargs minilambda job wait", "All that were submitted"),
                ("minilambda job wait j-06yp3h98cc7te -o json", "The jobs as JSON, a line each"),
            ],
            ExitCodes = Codes.OfGuest,
            SeeAlso = ["submit", "job logs"],
        },
        ["deadletter list"] = new HelpPage
        {
            Details = "Jobs whose attempts are spent, newest first. They are kept, with the reason and their input, until they are redriven or purged, or their time is over. With --watch, those that come.",
            Examples = [("minilambda deadletter list -o wide", "With the reasons"), ("minilambda deadletter list --watch", "And those that come")],
            SeeAlso = ["deadletter redrive", "deadletter purge", "job show"],
        },
        ["deadletter show"] = new HelpPage
        {
            Details = "One of them with every attempt and how it failed.",
            Examples = [("minilambda deadletter show j-06yx2xemty13t", "One job")],
            SeeAlso = ["job logs", "deadletter redrive"],
        },
        ["deadletter redrive"] = new HelpPage
        {
            Details = $"Queues them again, with their input and all their attempts.\n\n{Selection}",
            Examples = [("minilambda deadletter redrive j-06yx2xemty13t", "One"), ("minilambda deadletter redrive --function resize", "Those of a function"), ("minilambda deadletter redrive --all --yes", "All, without a question")],
            SeeAlso = ["deadletter list", "job retry"],
        },
        ["deadletter purge"] = new HelpPage
        {
            Details = $"Removes them with their attempts, logs and results, for good.\n\n{Selection}",
            Examples = [("minilambda deadletter purge j-06yx2xemty13t", "One"), ("minilambda deadletter purge --all", "All, after a question")],
            SeeAlso = ["deadletter list"],
        },
    };
}
