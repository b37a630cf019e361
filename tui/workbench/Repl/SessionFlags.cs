using System.CommandLine;
using MiniLambda.Workbench.Commands;

namespace MiniLambda.Workbench.Repl;

/// <summary>The flags that the REPL was started with: they go with every command that does not say otherwise itself.</summary>
/// <param name="Cluster">Those that say which cluster, each with its value.</param>
/// <param name="Others">Those without a value.</param>
internal sealed record SessionFlags(IReadOnlyList<(string Name, string Value)> Cluster, IReadOnlyList<string> Others)
{
    public static readonly SessionFlags None = new([], []);

    public static SessionFlags Of(ParseResult parsed, GlobalOptions global) => new(
        [
            .. from option in (Option<string?>[])[global.Server, global.Token, global.Context, global.Tenant]
               let value = parsed.GetValue(option)
               where value is not null
               select (option.Name, value),
        ],
        [.. from option in (Option<bool>[])[global.Sign, global.Quiet, global.Verbose, global.NoColor] where parsed.GetValue(option) select option.Name]);

    /// <summary>The same, for another context.</summary>
    public SessionFlags For(string context) => this with { Cluster = [("--context", context)] };

    /// <summary>A command's arguments with these before them.</summary>
    public string[] AddTo(IReadOnlyList<string> args)
    {
        var own = args.TakeWhile(a => a != "--").ToList();
        // A command that names its cluster means that one alone: half of another's address, or its token, is not for it.
        var isElsewhere = Names(own, "--context") || Names(own, "--server");
        return
        [
            .. Cluster.Where(f => !isElsewhere && !Names(own, f.Name)).SelectMany(f => (string[])[f.Name, f.Value]),
            .. Others.Where(name => !Names(own, name)),
            .. args,
        ];
    }

    private static bool Names(List<string> args, string flag) => args.Exists(
        a => a == flag || a.StartsWith($"{flag}=", StringComparison.Ordinal) || a.StartsWith($"{flag}:", StringComparison.Ordinal));
}
