using MiniLambda.Domain.Functions;

namespace MiniLambda.Workbench.Commands.Functions;

/// <summary>Reads <c>NAME[@V]</c>.</summary>
internal static class FunctionNames
{
    /// <returns>The name, and the version or 0 for the newest.</returns>
    /// <exception cref="CommandException">It is neither.</exception>
    public static (string Name, int Version) Parse(string text, int exitCode) => FunctionReference.TryParse(text, out var reference)
        ? (reference.Name.Value, reference.Version ?? 0)
        : throw new CommandException(exitCode, $"'{text}' is not a function (NAME or NAME@VERSION; {FunctionName.Rule})");
}
