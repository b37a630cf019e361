using System.CommandLine;
using System.CommandLine.Parsing;
using Google.Protobuf.WellKnownTypes;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Quantities;
using Wire = MiniLambda.Contracts.V1;

namespace MiniLambda.Workbench.Commands;

/// <summary>The manifest's settings as flags, for <c>run</c>, <c>submit</c> and <c>invoke</c>.</summary>
public sealed class ManifestFlags
{
    private readonly Option<string[]> _env = new("--env") { Description = "environment variable of the guest; repeatable", HelpName = "K=V" };
    private readonly Option<string?> _entry = new("--entry") { Description = "export to call", HelpName = "name" };
    private readonly Option<long?> _memory = Size("--memory", "linear memory");
    private readonly Option<TimeSpan?> _timeout = new("--timeout") { Description = "wall-clock time of the guest's run", HelpName = "duration", CustomParser = Duration };
    private readonly Option<long?> _fuel = new("--fuel") { Description = "instructions, roughly; 0 = not metered", HelpName = "n" };
    private readonly Option<long?> _output = Size("--max-output", "stdout");
    private readonly Argument<string[]> _args = new("args") { Description = "arguments of the guest, after --", Arity = ArgumentArity.ZeroOrMore };

    /// <summary>Adds the flags, and the guest's arguments as the last arguments.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in (System.CommandLine.Option[])[_env, _entry, _memory, _timeout, _fuel, _output])
            command.Options.Add(option);
        command.Arguments.Add(_args);
        command.Validators.Add(result =>
        {
            foreach (var pair in result.GetValue(_env) ?? [])
            {
                if (pair.IndexOf('=') < 1)
                    result.AddError($"--env takes K=V, not '{pair}'");
            }
        });
    }

    public string? Entry(ParseResult parsed) => parsed.GetValue(_entry);

    /// <summary>The flags that were given.</summary>
    public JobOverrides Read(ParseResult parsed)
    {
        var args = parsed.GetValue(_args) ?? [];
        return new JobOverrides
        {
            Args = args.Length > 0 ? args : null,
            Env = Pairs(parsed.GetValue(_env)),
            Entry = parsed.GetValue(_entry),
            MemoryBytes = parsed.GetValue(_memory),
            Timeout = parsed.GetValue(_timeout),
            Fuel = parsed.GetValue(_fuel),
            OutputBytes = parsed.GetValue(_output),
        };
    }

    /// <summary>The flags that were given, for the wire.</summary>
    public Wire.JobOverrides Write(ParseResult parsed)
    {
        var given = Read(parsed);
        var wire = new Wire.JobOverrides { Timeout = given.Timeout?.ToDuration() };
        wire.Args.Add(given.Args ?? []);
        foreach (var (key, value) in given.Env ?? new Dictionary<string, string>())
            wire.Env[key] = value;
        if (given.Entry is { } entry)
            wire.Entry = entry;
        if (given.MemoryBytes is { } memory)
            wire.Memory = memory;
        if (given.Fuel is { } fuel)
            wire.Fuel = fuel;
        if (given.OutputBytes is { } output)
            wire.Output = output;
        return wire;
    }

    /// <summary>Reads <c>K=V</c> texts; null when there are none. The last of equal keys wins.</summary>
    public static IReadOnlyDictionary<string, string>? Pairs(string[]? texts)
    {
        if (texts is null || texts.Length == 0)
            return null;
        var pairs = new Dictionary<string, string>();
        foreach (var text in texts)
            pairs[text[..text.IndexOf('=')]] = text[(text.IndexOf('=') + 1)..];
        return pairs;
    }

    private static Option<long?> Size(string name, string what) => new(name)
    {
        Description = $"limit of {what}", HelpName = "size", CustomParser = result =>
        {
            if (ByteSize.TryParse(result.Tokens[0].Value, out var bytes))
                return bytes;
            result.AddError($"{name} takes {ByteSize.Rule}, not '{result.Tokens[0].Value}'");
            return null;
        },
    };

    private static TimeSpan? Duration(ArgumentResult result)
    {
        if (DurationText.TryParse(result.Tokens[0].Value, out var duration))
            return duration;
        result.AddError($"--timeout takes {DurationText.Rule}, not '{result.Tokens[0].Value}'");
        return null;
    }
}
