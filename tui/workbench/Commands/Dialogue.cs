namespace MiniLambda.Workbench.Commands;

/// <summary>Questions to a person at the terminal: asked on stderr, answered on stdin.</summary>
internal sealed class Dialogue(CommandTerminal terminal) : IDisposable
{
    private StreamReader? _input;

    /// <summary>Whether there is anybody to ask.</summary>
    public bool IsPossible => terminal is { IsInputTerminal: true, IsErrorTerminal: true };

    public void Tell(string text) => terminal.Error.WriteLine(text);

    /// <summary>Whether a person says yes.</summary>
    public async Task<bool> AgreesAsync(string question, CancellationToken cancellationToken)
    {
        await terminal.Error.WriteAsync($"{question} [y/N] ");
        return (await ReadLineAsync(cancellationToken))?.Trim().ToLowerInvariant() is "y" or "yes";
    }

    /// <summary>What a person answers; null when there is no answer.</summary>
    public async Task<string?> AskAsync(string question, CancellationToken cancellationToken)
    {
        await terminal.Error.WriteAsync(question);
        return (await ReadLineAsync(cancellationToken))?.Trim();
    }

    /// <summary>Asks for something that is not shown while it is typed.</summary>
    public async Task<string?> AskHiddenAsync(string question, CancellationToken cancellationToken)
    {
        await terminal.Error.WriteAsync(question);
        using var hidden = terminal.HideTyping();
        var answer = await ReadLineAsync(cancellationToken);
        if (hidden is not null)
            await terminal.Error.WriteLineAsync();
        return answer;
    }

    /// <summary>The next line of stdin; null at its end.</summary>
    public async Task<string?> ReadLineAsync(CancellationToken cancellationToken)
    {
        _input ??= new StreamReader(terminal.OpenInput());
        // Reading a terminal takes no token: it is left to itself when the command is broken off.
        return await Task.Run(_input.ReadLine, cancellationToken).WaitAsync(cancellationToken);
    }

    public void Dispose() => _input?.Dispose();
}
