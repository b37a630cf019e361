using MiniLambda.Workbench.Repl.Editing;

namespace MiniLambda.Workbench.Repl.Prompting;

/// <summary>What was typed before, here and in the sessions before this one; what is typed from now on joins it, without the tokens in it.</summary>
internal sealed class KeptHistory
{
    private readonly HistoryFile? _file;

    private KeptHistory(History lines, HistoryFile? file) => (Lines, _file) = (lines, file);

    public History Lines { get; }

    /// <summary>One that ends with the program.</summary>
    public static KeptHistory Forgotten() => new(new History([]), null);

    /// <param name="tell">Told why what was typed before cannot be read.</param>
    public static KeptHistory Of(HistoryFile file, Action<string> tell)
    {
        try
        {
            return new KeptHistory(new History(file.Read()), file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            tell($"what was typed before cannot be read from {file.Location}: {e.Message}");
            return new KeptHistory(new History([]), file);
        }
    }

    public void Keep(string line)
    {
        if (KeptLine.Of(line) is not { } kept || !Lines.Add(kept))
            return;
        try
        {
            _file?.Append(kept);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is there for this session; nobody wants to hear of it after every line.
        }
    }
}
