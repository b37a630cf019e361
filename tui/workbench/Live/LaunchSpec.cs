using System.Text;
using MiniLambda.Domain.Quantities;
using MiniLambda.Workbench.Repl.Language;

namespace MiniLambda.Workbench.Live;

/// <summary>A job that a person puts together on screen, field by field as it was typed.</summary>
public sealed record LaunchSpec
{
    /// <summary>NAME or NAME@VERSION.</summary>
    public string Function { get; init; } = "";

    /// <summary>Arguments as a shell reads them.</summary>
    public string Args { get; init; } = "";

    /// <summary>stdin as text; used when no file is named.</summary>
    public string InputText { get; init; } = "";

    public string InputFile { get; init; } = "";

    public string Memory { get; init; } = "";

    public string Timeout { get; init; } = "";

    public string Priority { get; init; } = "";

    /// <summary><c>k=v</c>, separated by blanks.</summary>
    public string Labels { get; init; } = "";

    /// <summary><c>K=V</c>, as a shell reads them.</summary>
    public string Env { get; init; } = "";

    /// <summary>What cannot be; empty when it can be launched.</summary>
    public string Problem()
    {
        if (Function.Trim().Length == 0)
            return "which function?";
        if (!ShellWords.TrySplit(Args, out _, out var problem))
            return $"arguments: {problem}";
        if (!ShellWords.TrySplit(Env, out var env, out problem))
            return $"environment: {problem}";
        if (env.FirstOrDefault(e => e.IndexOf('=', StringComparison.Ordinal) < 1) is { } pair)
            return $"environment takes K=V, not '{pair}'";
        if (Labels.Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(l => l.IndexOf('=', StringComparison.Ordinal) < 1) is { } label)
            return $"labels take k=v, not '{label}'";
        if (Memory.Trim() is { Length: > 0 } memory && !ByteSize.TryParse(memory, out _))
            return $"memory takes {ByteSize.Rule}, not '{memory}'";
        if (Timeout.Trim() is { Length: > 0 } timeout && !DurationText.TryParse(timeout, out _))
            return $"timeout takes {DurationText.Rule}, not '{timeout}'";
        if (Priority.Trim() is { Length: > 0 } priority && (!int.TryParse(priority, out var number) || number is < -100 or > 100))
            return $"priority takes a number from -100 to 100, not '{priority}'";
        if (InputFile.Trim() is { Length: > 0 } file && !File.Exists(file))
            return $"there is no file '{file}'";
        return "";
    }

    /// <summary>The command, word by word.</summary>
    public IReadOnlyList<string> ToArgs()
    {
        var words = new List<string> { "submit", Function.Trim() };
        if (InputFile.Trim().Length > 0)
            words.AddRange(["--input", InputFile.Trim()]);
        else if (InputText.Length > 0)
            words.AddRange(["--input", "-"]);
        Add("--memory", Memory);
        Add("--timeout", Timeout);
        Add("--priority", Priority);
        foreach (var label in Labels.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            words.AddRange(["--label", label]);
        ShellWords.TrySplit(Env, out var env, out _);
        foreach (var pair in env)
            words.AddRange(["--env", pair]);
        ShellWords.TrySplit(Args, out var args, out _);
        if (args.Count > 0)
            words.AddRange(["--", .. args]);
        return words;

        void Add(string flag, string value)
        {
            if (value.Trim().Length > 0)
                words.AddRange([flag, value.Trim()]);
        }
    }

    /// <summary>What the command reads from stdin; null when nothing.</summary>
    public byte[]? Input() => InputFile.Trim().Length == 0 && InputText.Length > 0 ? Encoding.UTF8.GetBytes(InputText) : null;

    /// <summary>What stands before the command in a shell to give it its input; empty when nothing does.</summary>
    public string Pipe() => Input() is null ? "" : $"printf %s {ShellQuote.Of(InputText)} | ";
}
