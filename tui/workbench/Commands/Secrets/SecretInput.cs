using System.Text;
using MiniLambda.Domain.Secrets;

namespace MiniLambda.Workbench.Commands.Secrets;

/// <summary>The value of a secret: never an argument, which everybody on the machine could read.</summary>
internal static class SecretInput
{
    /// <summary>Reads a value from stdin, or asks a person for it without showing it. One line end at its end is not part of it.</summary>
    /// <exception cref="CommandException">There is none, or it is no text.</exception>
    public static async Task<string> ReadAsync(CommandTerminal terminal, string name, CancellationToken cancellationToken)
    {
        if (!terminal.HasInput)
            throw new CommandException(ExitCodes.Usage, $"the value comes on stdin: minilambda secret set {name} < FILE");
        using var dialogue = new Dialogue(terminal);
        if (dialogue.IsPossible)
        {
            return await dialogue.AskHiddenAsync($"value of {name} (not shown): ", cancellationToken)
                ?? throw new CommandException(ExitCodes.Interrupted, "nothing was set");
        }

        await using var input = terminal.OpenInput();
        return await ReadAsync(input, "the value", cancellationToken);
    }

    /// <param name="what">For error messages.</param>
    public static async Task<string> ReadAsync(Stream input, string what, CancellationToken cancellationToken)
    {
        // One byte more than may be, and a line end.
        var bytes = new byte[SecretRules.MaxBytes + 3];
        var length = await input.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken);
        try
        {
            return TrimLineEnd(new UTF8Encoding(false, true).GetString(bytes, 0, length));
        }
        catch (DecoderFallbackException)
        {
            throw new CommandException(ExitCodes.Usage, $"{what} is not text in UTF-8: an environment variable holds nothing else");
        }
    }

    private static string TrimLineEnd(string text) => text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text;
}
