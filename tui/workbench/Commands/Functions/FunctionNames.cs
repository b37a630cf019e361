using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Text;

namespace MiniLambda.Workbench.Commands.Functions;

/// <summary>Reads <c>NAME[@V]</c>.</summary>
internal static class FunctionNames
{
    /// <returns>The name, and the version or 0 for the newest.</returns>
    /// <exception cref="CommandException">It is neither.</exception>
    public static (string Name, int Version) Parse(string text, int exitCode) => FunctionReference.TryParse(text, out var reference)
        ? (reference.Name.Value, reference.Version ?? 0)
        : throw new CommandException(exitCode, $"'{Printable.Of(text)}' is not a function (NAME or NAME@VERSION; {FunctionName.Rule})");

    /// <summary>A file's or folder's name as a function's name is spelled: <c>My App</c> → <c>my-app</c>. Not always one that can be.</summary>
    public static string Spell(string name) =>
        string.Concat(name.ToLowerInvariant().Select(static c => char.IsAsciiLetterOrDigit(c) ? c : '-')).Trim('-');
}
