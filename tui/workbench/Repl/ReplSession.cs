using System.Text;
using MiniLambda.Domain.Quantities;
using MiniLambda.Domain.Text;
using MiniLambda.Workbench.Commands;
using MiniLambda.Workbench.Repl.Language;

namespace MiniLambda.Workbench.Repl;

/// <summary>What lasts from one line to the next, and how a line is run: by the same code, with the same arguments, as the shell would have it run.</summary>
internal sealed class ReplSession : IDisposable
{
    private readonly CommandTerminal _terminal;
    private readonly ReplOptions _options;
    private readonly TimeProvider _clock;
    private readonly Directives _directives;
    private Stream? _outputFile;

    public ReplSession(CommandTerminal terminal, ReplOptions options, TimeProvider clock)
    {
        (_terminal, _options, _clock) = (terminal, options, clock);
        Variables = new Variables(terminal.Variable);
        Variables.Set(Variables.LastCode, "0");
        Variables.Set(Variables.LastOutput, "");
        Flags = options.Flags;
        Scripts = new ScriptRunner(this, options);
        _directives = new Directives(this, terminal);
    }

    public Variables Variables { get; }

    public ScriptRunner Scripts { get; }

    /// <summary>What goes with every command.</summary>
    public SessionFlags Flags { get; set; }

    /// <summary>The format that commands print in when they do not name one.</summary>
    public string Mode { get; set; } = "table";

    /// <summary>Whether the time that commands take is told.</summary>
    public bool IsTimed { get; set; }

    /// <summary>Whether nothing more is to be run.</summary>
    public bool IsLeaving { get; private set; }

    /// <summary>The exit code of what was run last.</summary>
    public int LastCode { get; private set; }

    public bool IsDryRun => _options.DryRun;

    /// <summary>Runs what words say.</summary>
    /// <param name="place">The file and line they stand in; empty when a person has typed them.</param>
    public async Task<int> ExecuteAsync(IReadOnlyList<Word> words, string place, CancellationToken cancellationToken)
    {
        var code = Statement.Parse(words, out var problem) switch
        {
            null => Fail(place, problem),
            Statement.Empty => LastCode,
            Statement.Assignment let => Assign(let, place),
            Statement.Capture let => await CaptureAsync(let, place),
            Statement.Directive directive => await DirectAsync(directive, place, cancellationToken),
            Statement.Command command => await RunAsync(command.Words, place),
            var other => throw new InvalidOperationException($"{other} cannot be run"),
        };
        return End(code);
    }

    /// <summary>Tells what is wrong with a line.</summary>
    public int Fail(string place, string problem, int code = ExitCodes.Usage)
    {
        _terminal.Error.WriteLine(Printable.Line(place.Length > 0 ? $"{place}: {problem}" : $"error: {problem}"));
        return End(code);
    }

    /// <summary>Notes that what ran was given up.</summary>
    public void Interrupted() => End(ExitCodes.Interrupted);

    public void Leave() => IsLeaving = true;

    /// <summary>Sends what commands print to a file, which is made anew; or back to where it went, when it is null.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public void SendOutput(string? path)
    {
        // The one before stays in place when there is none to take it.
        var file = path is null ? null : new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read);
        _outputFile?.Dispose();
        _outputFile = file;
    }

    public void Dispose() => _outputFile?.Dispose();

    private int End(int code)
    {
        LastCode = code;
        Variables.Set(Variables.LastCode, $"{code}");
        return code;
    }

    private int Assign(Statement.Assignment let, string place)
    {
        // In quotes it is one text; a bare variable's value is kept whole as well.
        Word[] whole = [let.Text with { Parts = [.. let.Text.Parts.Select(p => p with { IsQuoted = true })] }];
        if (Expansion.Of(whole, Find, out var problem) is not [var text])
            return Fail(place, problem);
        Variables.Set(let.Name, text);
        return ExitCodes.Done;
    }

    private async Task<int> CaptureAsync(Statement.Capture let, string place)
    {
        if (Expand(let.Words, place) is not { } args)
        {
            Variables.Clear(let.Name, $"'{let.Name}' has no value: its command{At(place)} could not be run");
            return ExitCodes.Usage;
        }

        if (IsDryRun)
        {
            Variables.Clear(let.Name, UnknownYet);
            return DryRun.Print(_terminal, $"let {let.Name} = ", Flags.AddTo(args), args, place);
        }

        using var tap = new OutputTap(null);
        var code = await RunAsync(args, place, tap, isShown: false);
        if (code == ExitCodes.Usage && let.Words is [{ IsPlain: true }])
            _terminal.Error.WriteLine($"{Prefix(place)}try: let {let.Name} = \"{Printable.Of(args[0])}\"");
        if (code != ExitCodes.Done)
            Variables.Clear(let.Name, $"'{let.Name}' has no value: its command{At(place)} ended with exit code {code}");
        else if (tap.IsTooLong)
            code = Fail(place, $"'{let.Name}' gets no value: the command printed more than {ByteSize.Format(OutputTap.MaxKept)}", ExitCodes.Failed);
        else
            Variables.Set(let.Name, tap.Text);
        if (tap.IsTooLong)
            Variables.Clear(let.Name, $"'{let.Name}' has no value: its command{At(place)} printed too much");
        return code;
    }

    private async Task<int> DirectAsync(Statement.Directive directive, string place, CancellationToken cancellationToken) =>
        Expand(directive.Words, place) is { } args ? await _directives.RunAsync(directive.Name, args, place, cancellationToken) : ExitCodes.Usage;

    private async Task<int> RunAsync(IReadOnlyList<Word> words, string place)
    {
        if (Expand(words, place) is not { } args)
            return ExitCodes.Usage;
        // A variable may have been empty.
        if (args.Count == 0)
            return ExitCodes.Done;
        if (Directives.OfWord(args) is { } directive)
            return await _directives.RunAsync(directive, args[1..], place, CancellationToken.None);
        if (IsDryRun)
            return DryRun.Print(_terminal, "", Flags.AddTo(args), args, place);
        using var tap = new OutputTap(_outputFile ?? _terminal.OutStream);
        return await RunAsync(args, place, tap, isShown: true);
    }

    private async Task<int> RunAsync(List<string> args, string place, OutputTap tap, bool isShown)
    {
        if (args[0] == ReplCommand.Name)
            return Fail(place, "this is the REPL already; .read FILE runs a script in it");
        await using var output = new StreamWriter(tap, new UTF8Encoding(false), leaveOpen: true) { AutoFlush = true, NewLine = _terminal.Out.NewLine };
        await using var error = place.Length > 0 ? new PlacedWriter(_terminal.Error, place) : null;
        var terminal = _terminal with
        {
            Out = TextWriter.Synchronized(output),
            OutStream = tap,
            IsOutTerminal = isShown && _outputFile is null && _terminal.IsOutTerminal,
            Error = error is null ? _terminal.Error : TextWriter.Synchronized(error),
        };
        var started = _clock.GetTimestamp();
        var line = Flags.AddTo(args);
        var code = await CommandLine.RunAsync(isShown && Mode != "table" ? OutputMode.AddTo(line, Mode, terminal) : line, terminal);
        if (IsTimed)
            _terminal.Error.WriteLine($"took {DurationText.Humanize(_clock.GetElapsedTime(started))}");
        if (tap.IsTooLong)
            Variables.Clear(Variables.LastOutput, $"'$_' has no value: the last command printed more than {ByteSize.Format(OutputTap.MaxKept)}");
        else
            Variables.Set(Variables.LastOutput, tap.Text);
        return code;
    }

    private const string UnknownYet = "is known when it runs";

    private List<string>? Expand(IReadOnlyList<Word> words, string place)
    {
        if (Expansion.Of(words, Find, out var problem) is { } args)
            return args;
        Fail(place, problem);
        return null;
    }

    private (string? Value, string Reason) Find(string name)
    {
        if (IsDryRun && name is Variables.LastCode or Variables.LastOutput)
            return ($"${name}", "");
        var found = Variables.Find(name);
        return found.Reason == UnknownYet ? ($"${name}", "") : found;
    }

    private static string At(string place) => place.Length > 0 ? $" at {place}" : "";

    private static string Prefix(string place) => place.Length > 0 ? $"{place}: " : "";
}
