using System.Text;

namespace MiniLambda.Workbench.Repl;

/// <summary>A script's stderr: an error tells the file and the line of its command in place of the word "error".</summary>
internal sealed class PlacedWriter(TextWriter target, string place) : TextWriter
{
    private const string ErrorMark = "error: ";
    private const string HintMark = "try: ";

    private bool _isInLine;

    public override Encoding Encoding => target.Encoding;

    public override void Write(char value)
    {
        target.Write(value);
        _isInLine = value != '\n';
    }

    public override void Write(string? value)
    {
        if (string.IsNullOrEmpty(value))
            return;
        target.Write(Placed(value));
        _isInLine = value[^1] != '\n';
    }

    public override void WriteLine(string? value)
    {
        target.WriteLine(Placed(value ?? ""));
        _isInLine = false;
    }

    // The base class would write these piece by piece, from a thread of the pool.
    public override Task WriteAsync(string? value)
    {
        Write(value);
        return Task.CompletedTask;
    }

    public override Task WriteLineAsync(string? value)
    {
        WriteLine(value);
        return Task.CompletedTask;
    }

    public override void Flush() => target.Flush();

    private string Placed(string text)
    {
        if (_isInLine)
            return text;
        if (text.StartsWith(ErrorMark, StringComparison.Ordinal))
            return $"{place}: {text[ErrorMark.Length..]}";
        return text.StartsWith(HintMark, StringComparison.Ordinal) ? $"{place}: {text}" : text;
    }
}
