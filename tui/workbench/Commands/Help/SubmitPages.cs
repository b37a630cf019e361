namespace MiniLambda.Workbench.Commands.Help;

/// <summary>Of <c>submit</c> and <c>invoke</c></summary>
internal static class SubmitPages
{
    private const string Target = """
        TARGET is a function of the cluster (NAME for its newest version, NAME@VERSION), or something on this disk: a manifest, its folder, or a module. What lies on the disk is pushed first, and makes a new version when it changed. A word that can be a function's name always is one: what lies here under that name is meant by ./NAME.

        The other flags change the manifest's settings for this one job. What follows -- are the function's arguments, in place of the manifest's.
        """;

    public static readonly Dictionary<string, HelpPage> All = new()
    {
        ["submit"] = new HelpPage
        {
            Details = $"""
                Hands in a job and prints its id once it is on disk: from then on it will be run, whatever happens to this program, the orchestrator or a worker.

                {Target}

                Submitting the same request again with the same --idempotency-key makes no second job. A priority is a head start of ten seconds for each point. Without --wait the exit code only says whether the job was accepted.
                """,
            Examples =
            [
                ("minilambda submit wordcount --input README.md", "A job; prints its id"),
                ("minilambda submit examples/sleepy --follow -- 20 200", "From the disk, with its log until it ends"),
                ("minilambda submit report --at 18:30 --priority 10 --label room=attic", "Later, before others, on certain workers"),
                ("minilambda submit mail --idempotency-key mail-42 --ttl 1h -- ada@example.org", "Once, however often it is said, and not after an hour"),
                ("minilambda submit --batch jobs.ndjson --wait", "Many, a JSON object a line, until all have ended"),
            ],
            ExitCodes = Codes.OfGuest,
            SeeAlso = ["invoke", "job wait", "job logs", "job explain"],
        },
        ["invoke"] = new HelpPage
        {
            Details = $"""
                Submits a job and waits for it: stdout is what the function wrote to stdout, byte for byte, stderr is its log, and the exit code is its own. The job is as durable as any: it goes on when this program is stopped, and says how to cancel it.

                {Target}
                """,
            Examples =
            [
                ("minilambda invoke wordcount --input README.md", "A function of the cluster, with an input"),
                ("minilambda invoke ./hello -- Ada", "One from this disk, with an argument"),
                ("cat photo.png | minilambda invoke resize --input - > small.png", "In a pipe"),
                ("minilambda invoke resize@2 --timeout 1m --memory 1GiB -o json", "A version with other limits; how it went as JSON"),
            ],
            ExitCodes = Codes.OfGuest,
            SeeAlso = ["submit", "run", "job result"],
        },
    };
}
