using System.CommandLine;
using MiniLambda.Workbench.Commands;

namespace MiniLambda.Workbench.Tests.Commands;

public sealed class CommandTreeTests
{
    [Theory]
    [InlineData("run f.wasm --stdin - --dir /a::/b:ro --dir /c --env A=1 --env B= --memory 64MiB --timeout 5s --fuel 0 --max-output 1MiB --entry go -- --x")]
    [InlineData("up --workers 2 --data d --listen http://127.0.0.1:0")]
    [InlineData("demo")]
    [InlineData("bench --function f --jobs 10 --concurrency 2 --mode submit --floor -o json")]
    [InlineData("function push examples/hello -o json")]
    [InlineData("function list -o wide")]
    [InlineData("function show f@2 -o json")]
    [InlineData("function pull f@2 -o folder --force")]
    [InlineData("function delete f@2")]
    [InlineData("events --follow --after 5 --job j-1 --function f --worker w -o json")]
    [InlineData("job list --since 1h --until 2026-05-01T18:30")]
    [InlineData("deadletter list --since 18:30")]
    [InlineData("submit f --input - --wait --follow --priority -5 --timeout 250ms --label room=attic --env A=1 --memory 1GiB -- a b")]
    [InlineData("invoke ./f.wasm --input in --fuel 7 -o json -- a")]
    [InlineData("job list --state queued --state timed-out --function f@1 --limit 5 -o wide")]
    [InlineData("job show j-1 -o json")]
    [InlineData("job logs j-1 -f")]
    [InlineData("job result j-1 -o file")]
    [InlineData("job cancel j-1")]
    [InlineData("job wait j-1 j-2")]
    [InlineData("ps --state failed")]
    [InlineData("status j-1")]
    [InlineData("logs j-1 -f")]
    [InlineData("result j-1 -o file")]
    [InlineData("cancel j-1")]
    [InlineData("worker list -o wide")]
    [InlineData("worker show w -o json")]
    [InlineData("worker drain w --deadline 5m --wait -o json")]
    [InlineData("worker resume w")]
    [InlineData("worker remove w")]
    [InlineData("token create --role submitter --tenant photos --functions img-* --functions thumbs --expires 30d --description x -o json")]
    [InlineData("token list -o wide")]
    [InlineData("token revoke abc -o json")]
    [InlineData("whoami -o json")]
    [InlineData("context list -o json")]
    [InlineData("context use attic")]
    [InlineData("context show -o json")]
    [InlineData("repl -e --dry-run script")]
    [InlineData("completion zsh")]
    [InlineData("version")]
    public void Every_command_is_understood_with_its_flags_and_those_of_all(string line)
    {
        Assert.Empty(Parse(line).Errors);
        var words = line.Split(' ');
        Assert.Empty(Parse(string.Join(' ', [.. words[..1], "--server x --token y --context z --sign --quiet --verbose --no-color", .. words[1..]])).Errors);
    }

    [Fact]
    public void Every_command_and_flag_explains_itself() => Assert.All(
        Within(CommandTree.Create(new GlobalOptions(), CommandTerminal.System())),
        command => Assert.All(
            command.Options.Cast<Symbol>().Concat(command.Arguments).Append(command),
            symbol => Assert.False(string.IsNullOrWhiteSpace(symbol.Description), $"{command.Name} {symbol.Name}")));

    [Theory]
    [InlineData("ps", "list")]
    [InlineData("status", "show")]
    [InlineData("logs", "logs")]
    [InlineData("result", "result")]
    [InlineData("cancel", "cancel")]
    public void A_short_form_takes_what_its_long_form_takes(string brief, string full)
    {
        var root = CommandTree.Create(new GlobalOptions(), CommandTerminal.System());
        var job = root.Subcommands.Single(c => c.Name == "job");
        Assert.Equal(Spelled(job.Subcommands.Single(c => c.Name == full)), Spelled(root.Subcommands.Single(c => c.Name == brief)));
    }

    [Theory]
    [InlineData("--quiet", "'minilambda' takes a command: run, up, ")]
    [InlineData("nonsense", "there is no command 'nonsense' (run, up, ")]
    [InlineData("job", "'minilambda job' takes a command: list, show, logs, result, cancel, retry, explain, trace or wait")]
    [InlineData("nonsense --help", "there is no command 'nonsense' (run, up, ")]
    [InlineData("job nonsense --help", "there is no command 'job nonsense' (list, show, ")]
    [InlineData("job lst", "there is no command 'job lst'; did you mean 'job list'?")]
    [InlineData("functon list", "there is no command 'functon'; did you mean 'function'?")]
    [InlineData("job --all", "there is no flag '--all'")]
    [InlineData("job list --limt 3", "there is no flag '--limt'; did you mean '--limit'?")]
    [InlineData("ps --contxt=home", "there is no flag '--contxt=home'; did you mean '--context'?")]
    [InlineData("job show --wide", "there is no flag '--wide'")]
    [InlineData("job wait j-1 --verbos", "there is no flag '--verbos'; did you mean '--verbose'?")]
    [InlineData("repl --dryrun x", "there is no flag '--dryrun'; did you mean '--dry-run'?")]
    [InlineData("completion tcsh", "there is no script for 'tcsh': it takes bash, zsh, fish or pwsh")]
    [InlineData("job list extra", "Unrecognized command or argument 'extra'.")]
    [InlineData("job list --limit abc", "--limit takes a number from 1, not 'abc'")]
    [InlineData("job list --limit 0", "--limit takes a number from 1, not '0'")]
    [InlineData("job list --limit 99999999999", "--limit takes a number from 1, not '99999999999'")]
    [InlineData("job list --state done", "--state takes queued, leased, running, succeeded, failed, timed-out or cancelled, not 'done'")]
    [InlineData("job list --since soon", "--since takes how long ago, such as 10m or 2h, or a moment such as 18:30, 2026-05-01T18:30 or 2026-05-01T16:30:00Z, not 'soon'")]
    [InlineData("job list -o xml", "--output takes table, wide or json, not 'xml'")]
    [InlineData("job show", "Required argument 'id' missing for command: 'show'.")]
    [InlineData("worker drain w --deadline soon", "--deadline takes a duration such as 250ms, 5s or 2m, not 'soon'")]
    [InlineData("up --workers 65", "--workers takes a number from 1 to 64, not '65'")]
    [InlineData("token create --role king", "--role takes reader, submitter, operator or admin, not 'king'")]
    [InlineData("token create --role reader --expires soon", "--expires takes a duration such as 250ms, 5s or 2m, not 'soon'")]
    [InlineData("bench --mode both", "--mode takes invoke, submit or batch, not 'both'")]
    [InlineData("submit f --priority 101", "--priority takes a number from -100 to 100, not '101'")]
    [InlineData("submit f --label room", "--label takes K=V, not 'room'")]
    [InlineData("submit f --wiat", "there is no flag '--wiat'; did you mean '--wait'? (what is meant for the function goes after --)")]
    [InlineData("submit f a -x -- -y", "there is no flag '-x' (what is meant for the function goes after --)")]
    [InlineData("run f.wasm --env =1", "--env takes K=V, not '=1'")]
    [InlineData("run f.wasm --fuel -1", "--fuel takes a number from 0, not '-1'")]
    [InlineData("run f.wasm --memory lots", "--memory takes a size such as 512, 64KiB or 64MiB, not 'lots'")]
    [InlineData("run f.wasm --timeout soon", "--timeout takes a duration such as 250ms, 5s or 2m, not 'soon'")]
    [InlineData("ps --server ftp://attic", "'ftp://attic' is not a URL such as http://127.0.0.1:7070")]
    public async Task A_wrong_command_line_is_told_in_one_line_and_ends_with_2(string line, string problem)
    {
        using var folder = new TestFolder();
        folder.Write("f.wat", TestFolder.DoesNothing);
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(w => w == "f.wasm" ? folder.At("f.wat") : w);
        var typed = await TypedCommand.RunAsync(
            new Dictionary<string, string> { ["MINILAMBDA_SERVER"] = "127.0.0.1:9", ["MINILAMBDA_TOKEN"] = "x" }, isTerminal: false, [.. words]);
        Assert.Equal((2, ""), (typed.ExitCode, typed.Out));
        Assert.StartsWith($"error: {problem}", typed.Error, StringComparison.Ordinal);
        Assert.Single(typed.Errors, e => e.StartsWith("error: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task All_that_is_wrong_is_told_at_once_with_where_to_read_on() => Assert.Equal(
        [
            "error: --memory takes a size such as 512, 64KiB or 64MiB, not 'x'", "error: --timeout takes a duration such as 250ms, 5s or 2m, not 'y'",
            "error: --fuel takes a number from 0, not 'z'", "try: minilambda submit --help",
        ],
        (await TypedCommand.RunAsync("submit", "f", "--fuel", "z", "--memory", "x", "--timeout", "y")).Errors);

    [Fact]
    public async Task What_was_typed_wrong_cannot_steer_the_terminal() =>
        Assert.Contains(@"'\x1b[2J'", (await TypedCommand.RunAsync("\u001b[2J")).Error, StringComparison.Ordinal);

    [Fact]
    public async Task A_word_with_an_at_sign_reads_no_file()
    {
        var typed = await TypedCommand.RunAsync("function", "push", "@flags");
        Assert.Equal((1, "error: there is no file '@flags'\n"), (typed.ExitCode, typed.Error));
    }

    private static ParseResult Parse(string line) =>
        CommandTree.Create(new GlobalOptions(), CommandTerminal.System()).Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    private static IEnumerable<Command> Within(Command command) => command.Subcommands.SelectMany(Within).Prepend(command);

    private static IEnumerable<string> Spelled(Command command) => command.Options
        .Select(o => string.Join(' ', o.Aliases.Prepend(o.Name)))
        .Concat(command.Arguments.Select(a => $"{a.Name} {a.Arity.MinimumNumberOfValues}"));
}
