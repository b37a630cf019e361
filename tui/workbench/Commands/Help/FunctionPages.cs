namespace MiniLambda.Workbench.Commands.Help;

/// <summary>Of <c>run</c>, <c>init</c> and <c>function …</c></summary>
internal static class FunctionPages
{
    public static readonly Dictionary<string, HelpPage> All = new()
    {
        ["run"] = new HelpPage
        {
            Details = """
                Runs a module, a manifest or a folder with a minilambda.toml in the sandbox, on this machine and without any cluster. stdin, stdout and stderr are the function's own, and so is the exit code.

                The function can do nothing that its manifest or the flags do not grant: no files but the folders of --dir, no network without --allow-net, no environment but that of --env. What follows -- are its arguments. Secrets that its manifest names come from files (--secret NAME=FILE) or from MINILAMBDA_SECRET_NAME; what it logs is not searched for them.
                """,
            Examples =
            [
                ("minilambda run examples/hello -- Ada", "A folder with a manifest, with an argument"),
                ("minilambda run resize.wasm --stdin photo.png --memory 256MiB > small.png", "A bare module, with more memory than usual"),
                ("minilambda run tool.wasm --dir .::/work:ro --env LEVEL=3 -- /work", "One that may read the current folder as /work"),
                ("minilambda run add.wat --entry add -- 1 2", "An exported function called with numbers"),
            ],
            ExitCodes = Codes.OfGuest,
            SeeAlso = ["init", "invoke", "function push"],
        },
        ["init"] = new HelpPage
        {
            Details = """
                Makes a folder with a function that works: its source, its manifest minilambda.toml and a README that tells how it is built. The function takes the folder's name, in lowercase and with '-' for what a name cannot hold, or the one that --name gives. Nothing is written when one of the files is there already.

                The usual template is WebAssembly text, as it needs no compiler; --list shows the others and what they need.
                """,
            Examples =
            [
                ("minilambda init hello", "A function that runs at once: minilambda run hello"),
                ("minilambda init resize --template rust", "One in Rust"),
                ("minilambda init . --template c --name ocr", "One in C, in this folder"),
                ("minilambda init --list", "What there is to begin with"),
            ],
            SeeAlso = ["run", "function push"],
        },
        ["function push"] = new HelpPage
        {
            Details = """
                Brings a function to the cluster: a manifest, a folder that holds one, or a bare module, which gets its file's name. A module or a manifest that differs from the newest version's makes a new version; where nothing changed, the standing version is answered. Versions never change.

                The manifest is checked whole: every mistake is told with file, line and column. Workers compile the module ahead of need.

                With --sign it is signed: that this module with this manifest is the function of this name. A cluster or a worker may run only what a signer that it knows has signed.
                """,
            Examples =
            [
                ("minilambda function push examples/wordcount", "A folder with minilambda.toml"),
                ("minilambda function push resize.wasm", "A bare module: the function resize"),
                ("minilambda function push resize.wasm --sign alice.pem", "Signed with a key of 'key create'"),
                ("minilambda function push . -o json", "For a script: function.version and created"),
            ],
            SeeAlso = ["function list", "key create", "secret set", "invoke", "init"],
        },
        ["function list"] = new HelpPage
        {
            Details = "One line for each function, with its newest version. A token that is over all tenants lists those of all, with a column that says whose they are; --tenant lists one's. With --watch, a line for each that is pushed or deleted.",
            Examples = [("minilambda function list", "All of them"), ("minilambda function list -o wide", "With whole digests and times"), ("minilambda function list --tenant photos", "Those of one tenant"), ("minilambda function list --watch", "And those that come")],
            SeeAlso = ["function show", "function push"],
        },
        ["function show"] = new HelpPage
        {
            Details = "Digest, size and time of one version, who signed it, and its manifest as it was pushed.",
            Examples = [("minilambda function show wordcount", "The newest version"), ("minilambda function show wordcount@1", "One version")],
            SeeAlso = ["function list", "function delete"],
        },
        ["function pull"] = new HelpPage
        {
            Details = "Writes a version's module and its minilambda.toml to a folder, whole or not at all; what stands there is only replaced with --force.",
            Examples = [("minilambda function pull wordcount", "Into the folder wordcount"), ("minilambda function pull wordcount@1 -o old --force", "One version, over what is there")],
            SeeAlso = ["function show", "function push", "run"],
        },
        ["function delete"] = new HelpPage
        {
            Details = "Takes a function, or one version of it, from the registry. Jobs that were accepted before still run; a failed one of them cannot be retried any more.",
            Examples = [("minilambda function delete primes@1", "One version"), ("minilambda function delete primes", "All of them")],
            SeeAlso = ["function list"],
        },
    };
}

/// <summary>Exit codes that several commands share.</summary>
internal static class Codes
{
    public static readonly IReadOnlyList<(int Code, string Meaning)> OfGuest =
    [
        (0, "the function ended with 0; other codes of its own are passed on"),
        (2, "the command line is wrong"),
        (4, "not allowed: no token, or a wrong one"),
        (124, "it ran past its timeout"),
        (125, "it was not run: no such function, a bad module or manifest, a worker that failed"),
        (130, "Ctrl-C"),
        (134, "it trapped: unreachable, out of bounds, stack overflow"),
        (137, "it ran into a limit: memory, fuel, output, scratch"),
    ];
}
