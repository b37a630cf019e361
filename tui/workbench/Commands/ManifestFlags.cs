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
    /// <summary>The name of the argument that takes what is meant for the function.</summary>
    public const string ArgumentsName = "args";

    private readonly Option<string[]> _env = Flags.Pairs("--env", "environment variable of the guest; repeatable", "K=V");
    private readonly Option<string?> _entry = new("--entry") { Description = "export to call", HelpName = "name" };
    private readonly Option<long?> _memory = Size("--memory", "linear memory");
    private readonly Option<TimeSpan?> _timeout = new("--timeout") { Description = "wall-clock time of the guest's run", HelpName = "duration", CustomParser = Duration };
    private readonly Option<long?> _fuel = Flags.Count("--fuel", "instructions, roughly; 0 = not metered");
    private readonly Option<long?> _output = Size("--max-output", "stdout");
    private readonly Option<bool> _network = new("--allow-net") { Description = "grant the network: the whole of it" };
    private readonly Argument<string[]> _args = new(ArgumentsName) { Description = "arguments of the guest, after --", Arity = ArgumentArity.ZeroOrMore };

    /// <summary>Adds the flags, and the guest's arguments as the last arguments.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in (System.CommandLine.Option[])[_env, _entry, _memory, _timeout, _fuel, _output, _network])
            command.Options.Add(option);
        command.Arguments.Add(_args);
    }

    public string? Entry(ParseResult parsed) => parsed.GetValue(_entry);

    /// <summary>The flags that were given.</summary>
    /// <exception cref="CommandException">One of them does not exist.</exception>
    public JobOverrides Read(ParseResult parsed)
    {
        var args = parsed.GetValue(_args) ?? [];
        // A mistyped flag must not become an argument of the guest.
        var own = parsed.Tokens.SkipWhile(t => t.Type != TokenType.DoubleDash).Skip(1).Count();
        if (args.SkipLast(own).FirstOrDefault(a => a.Length > 1 && a[0] == '-') is { } flag)
            throw new CommandException(ExitCodes.Usage, $"{UsageErrors.NoFlag(flag, parsed)} (what is meant for the function goes after --)");
        return new JobOverrides
        {
            Args = args.Length > 0 ? args : null,
            Env = Pairs(parsed.GetValue(_env)),
            Entry = parsed.GetValue(_entry),
            MemoryBytes = parsed.GetValue(_memory),
            Timeout = parsed.GetValue(_timeout),
            Fuel = parsed.GetValue(_fuel),
            OutputBytes = parsed.GetValue(_output),
            Network = parsed.GetValue(_network) ? true : null,
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
        if (given.Network is { } network)
            wire.Network = network;
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
        Description = $"limit of {what}",
        HelpName = "size",
        CustomParser = result =>
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
