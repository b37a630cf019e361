using System.Text.RegularExpressions;
using MiniLambda.Domain.Text;

namespace MiniLambda.Domain.Functions;

/// <summary>What a component must be like to run here: a command of WASI preview 2.</summary>
internal static partial class ComponentRules
{
    public static List<string> Problems(ModuleFacts facts, string entry)
    {
        var problems = new List<string>();
        if (entry != FunctionManifest.DefaultEntry)
            problems.Add($"is a component, which is run by its 'wasi:cli/run' and takes no entry: '{Printable.Of(entry)}' cannot be called");
        if (!facts.Exports.Any(e => e.Kind == ExternKind.Instance && Run().IsMatch(e.Name)))
            problems.Add($"is a component without the export 'wasi:cli/run@0.2'{ModuleRules.Offered(facts.Exports, " and exports nothing")}");
        return problems;
    }

    /// <summary>Why an import stands against running it; null when it does not.</summary>
    public static string? Refusal(ModuleImport import) =>
        // A type that is equal to one of an import's needs nothing of its own.
        import.Kind == ExternKind.Type || (import.Kind == ExternKind.Instance && Provided().IsMatch(import.Name))
            ? null
            : $"imports the {ModuleRules.Word(import.Kind)} '{Printable.Of(import.Name)}', which nobody provides";

    [GeneratedRegex(@"^wasi:cli/run@0\.2\.[0-9]+$", RegexOptions.CultureInvariant)]
    private static partial Regex Run();

    [GeneratedRegex(@"^wasi:(cli|clocks|filesystem|io|random|sockets)/[a-z0-9-]+@0\.2\.[0-9]+$", RegexOptions.CultureInvariant)]
    private static partial Regex Provided();
}
