using MiniLambda.Domain.Functions;

namespace MiniLambda.Domain.Tests.Functions;

public sealed class ManifestTomlTests
{
    [Fact]
    public void A_name_alone_is_a_manifest_with_every_default()
    {
        var manifest = Read("name = \"f\"");
        Assert.Equal(("f", "", "", "_start"), (manifest.Name.Value, manifest.Module, manifest.Description, manifest.Entry));
        Assert.Empty(manifest.Args);
        Assert.Empty(manifest.Env);
        Assert.Equal(ExecutionLimits.Default, manifest.Limits);
        Assert.Equal((false, true, true), (manifest.Capabilities.Network, manifest.Capabilities.Clock, manifest.Capabilities.Random));
        Assert.Null(manifest.Capabilities.ScratchBytes);
        var retry = manifest.Retry;
        Assert.Equal((3, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1)), (retry.Attempts, retry.Backoff, retry.MaxBackoff));
        Assert.Equal([RetryCause.WorkerLost], manifest.Retry.On);
        Assert.Empty(manifest.Placement.Arch);
        Assert.Equal("name = \"f\"\n", ManifestToml.Write(manifest));
    }

    [Fact]
    public void Every_key_is_read()
    {
        var manifest = Read("""
            name = "resize"
            module = "bin/resize.wasm"
            description = "Resizes pictures"
            entry = "main"
            args = ["--fast", ""]

            [env]
            LEVEL = "3"

            [limits]
            memory = "16MiB"
            timeout = "1.5s"
            fuel = 1_000
            output = 2048
            logs = "0"

            [capabilities]
            network = true
            scratch = "64MiB"
            mounts = { "/photos" = "photos:ro", "/in box" = "inbox:rw", "/" = "all" }
            clock = false
            random = false

            [retry]
            attempts = 5
            backoff = "250ms"
            max_backoff = "2h"
            on = ["trap", "exit", "timeout", "worker_lost", "trap"]

            [placement]
            arch = ["x86_64", "aarch64"]
            labels = { gpu = "false" }
            prefer = { room = "office" }
            """);
        Assert.Equal(
            ("resize", "bin/resize.wasm", "Resizes pictures", "main"),
            (manifest.Name.Value, manifest.Module, manifest.Description, manifest.Entry));
        Assert.Equal(["--fast", ""], manifest.Args);
        Assert.Equal("3", Assert.Single(manifest.Env).Value);
        Assert.Equal(
            new ExecutionLimits { MemoryBytes = 16 << 20, Timeout = TimeSpan.FromMilliseconds(1500), Fuel = 1000, OutputBytes = 2048, LogBytes = 0 },
            manifest.Limits);
        Assert.Equal(64 << 20, manifest.Capabilities.ScratchBytes);
        Assert.Equal(
            [("/", new MountGrant("all", true)), ("/in box", new MountGrant("inbox", false)), ("/photos", new MountGrant("photos", true))],
            manifest.Capabilities.Mounts.OrderBy(mount => mount.Key, StringComparer.Ordinal).Select(mount => (mount.Key, mount.Value)));
        Assert.Equal((true, false, false), (manifest.Capabilities.Network, manifest.Capabilities.Clock, manifest.Capabilities.Random));
        var retry = manifest.Retry;
        Assert.Equal((5, TimeSpan.FromMilliseconds(250), TimeSpan.FromHours(2)), (retry.Attempts, retry.Backoff, retry.MaxBackoff));
        Assert.Equal([RetryCause.Trap, RetryCause.Exit, RetryCause.Timeout, RetryCause.WorkerLost], manifest.Retry.On);
        Assert.Equal(["x86_64", "aarch64"], manifest.Placement.Arch);
        Assert.Equal("false", manifest.Placement.Labels["gpu"]);
        Assert.Equal("office", manifest.Placement.Prefer["room"]);
    }

    [Fact]
    public void Everything_wrong_is_told_at_once_in_the_order_of_the_file()
    {
        var reading = ManifestToml.Read(
            """
            name = "Resize!"
            modul = "resize.wasm"
            args = ["a", 1, true]
            entry = 3

            [env]
            LEVEL = 3
            "A=B" = "x"

            [limits]
            memory = "63KiB"
            timeout = "25h"
            fuel = -1
            output = "1GiBB"
            logs = 1073741825
            memroy = 3

            [retry]
            attempts = 0
            backoff = 5
            on = ["crash", 7]

            [placement]
            arch = "x86_64"
            labels = ["gpu"]

            [limit]
            """,
            "minilambda.toml");
        Assert.Null(reading.Manifest);
        Assert.Equal(
            [
                $"minilambda.toml:1:8: 'Resize!' is not a function name ({FunctionName.Rule})",
                "minilambda.toml:2:1: unknown key 'modul'; did you mean 'module'?",
                "minilambda.toml:3:14: 'args' must be a string, not an integer",
                "minilambda.toml:3:17: 'args' must be a string, not a boolean",
                "minilambda.toml:4:9: 'entry' must be a string, not an integer",
                "minilambda.toml:6:1: 'A=B' cannot be an environment variable",
                "minilambda.toml:7:9: 'env.LEVEL' must be a string, not an integer",
                "minilambda.toml:11:10: 'limits.memory' is 63KiB; it must be between 64KiB and 4GiB",
                "minilambda.toml:12:11: 'limits.timeout' is 25h; it must be between 1ms and 1d",
                "minilambda.toml:13:8: 'limits.fuel' is -1; it must be between 0 and 9223372036854775807",
                "minilambda.toml:14:10: 'limits.output' must be a size such as 512, 64KiB or 64MiB, not \"1GiBB\"",
                "minilambda.toml:15:8: 'limits.logs' is 1073741825; it must be between 0B and 1GiB",
                "minilambda.toml:16:1: unknown key 'limits.memroy'; did you mean 'limits.memory'?",
                "minilambda.toml:19:12: 'retry.attempts' is 0; it must be between 1 and 100",
                "minilambda.toml:20:11: 'retry.backoff' must be a duration such as 250ms, 5s or 2m, not an integer",
                "minilambda.toml:21:7: 'retry.on' must be one of exit, trap, timeout, worker_lost, not \"crash\"",
                "minilambda.toml:21:16: 'retry.on' must be one of exit, trap, timeout, worker_lost, not an integer",
                "minilambda.toml:24:8: 'placement.arch' must be an array, not \"x86_64\"",
                "minilambda.toml:25:10: 'placement.labels' must be a table, not an array",
                "minilambda.toml:27:1: unknown key 'limit'; did you mean 'limits'?",
            ],
            reading.Errors.Select(error => error.ToString()));
    }

    [Theory]
    [InlineData("", "1:1: 'name' is missing")]
    [InlineData("name = 3", "1:8: 'name' must be a string, not an integer")]
    [InlineData("name = \"\"", "1:8: '' is not a function name")]
    [InlineData("name = \"a\\u001b[2J\"", @"1:8: 'a\x1b[2J' is not a function name")]
    [InlineData("name = \"f\"\nlimits = 3", "2:10: 'limits' must be a table, not an integer")]
    [InlineData("name = \"f\"\n[[limits]]", "2:1: arrays of tables have no meaning here")]
    [InlineData("name = \"f\"\n[capabilities]\nscratch = \"5GiB\"", "3:11: 'capabilities.scratch' is 5GiB; it must be between 0B and 4GiB")]
    [InlineData("name = \"f\"\n[capabilities]\nscratch = true", "3:11: 'capabilities.scratch' must be a size")]
    [InlineData("name = \"f\"\n[capabilities.mounts]\n\"/photos\" = \"photos:rx\"", "3:13: 'capabilities.mounts./photos' must be an export and a mode")]
    [InlineData("name = \"f\"\n[capabilities.mounts]\n\"/photos\" = \":ro\"", "3:13: 'capabilities.mounts./photos' must be an export and a mode")]
    [InlineData("name = \"f\"\n[capabilities.mounts]\nphotos = \"photos\"", "2:1: 'photos' is not a path to mount at; it must be like '/photos'")]
    [InlineData("name = \"f\"\n[capabilities.mounts]\n\"/a/../b\" = \"photos\"", "2:1: '/a/../b' is not a path to mount at")]
    [InlineData("name = \"f\"\n[capabilities.mounts]\n\"/a/\" = \"photos\"", "2:1: '/a/' is not a path to mount at")]
    [InlineData(
        "name = \"f\"\n[capabilities]\nscratch = \"1MiB\"\nmounts = { \"/tmp/a\" = \"photos\" }",
        "4:10: '/tmp/a' is in the scratch folder, which stands at '/tmp'")]
    [InlineData("name = \"f\"\nwhen = 1979-05-27", "2:1: unknown key 'when'")]
    [InlineData("name = 1979-05-27", "1:8: 'name' must be a string, not a date or time")]
    [InlineData("name = \"f\"\nargs = [\"a\\u0000\"]", "2:8: an argument contains a NUL character")]
    [InlineData("name = \"f\"\n\"two\\nlines\" = 1", @"2:1: unknown key 'two\x0alines'")]
    public void One_thing_wrong_is_told_once(string toml, string told)
    {
        var reading = ManifestToml.Read(toml, "f.toml");
        Assert.Null(reading.Manifest);
        Assert.StartsWith($"f.toml:{told}", Assert.Single(reading.Errors).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("memory = \"64KiB\"")]
    [InlineData("memory = \"4GiB\"")]
    [InlineData("timeout = \"1ms\"")]
    [InlineData("timeout = \"24h\"")]
    [InlineData("fuel = 9223372036854775807")]
    [InlineData("output = 0")]
    [InlineData("output = \"1GiB\"")]
    public void The_bounds_themselves_are_allowed(string limit) => Read($"name = \"f\"\n[limits]\n{limit}");

    [Fact]
    public void A_file_of_garbage_is_told_within_reason()
    {
        var reading = ManifestToml.Read(string.Concat(Enumerable.Repeat("= ", 10_000)), "f.toml");
        Assert.Equal(ManifestToml.MaxErrors, reading.Errors.Count);
        Assert.Equal("f.toml:1:199: and 9901 more errors from here on", reading.Errors[^1].ToString());
    }

    public static TheoryData<string> Examples =>
        [.. Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "examples"), "minilambda.toml", SearchOption.AllDirectories)
            .Select(path => Path.GetFileName(Path.GetDirectoryName(path)!))];

    [Theory]
    [MemberData(nameof(Examples))]
    public void The_examples_manifests_are_sound(string example)
    {
        var text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "examples", example, "minilambda.toml"));
        Assert.Equal(example, Read(text).Name.Value);
    }

    private static FunctionManifest Read(string toml)
    {
        var reading = ManifestToml.Read(toml, "f.toml");
        Assert.Empty(reading.Errors);
        return reading.Manifest!;
    }
}
