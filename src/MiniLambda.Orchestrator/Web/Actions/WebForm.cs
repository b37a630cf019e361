using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Quantities;
using MiniLambda.Domain.Text;
using MiniLambda.Orchestrator.Refusals;

namespace MiniLambda.Orchestrator.Web.Actions;

/// <summary>What a form sent.</summary>
internal sealed class WebForm
{
    private const string FormToken = "form-token";

    /// <summary>UTF-16 units of all fields that are shown again together.</summary>
    private const int MaxShown = 16 << 10;

    private readonly Dictionary<string, List<string>> _fields = new(StringComparer.Ordinal);

    /// <summary>Files that were sent, by the names of their fields: they stand in the blob store. A field that was left empty is not here.</summary>
    public Dictionary<string, BlobPutResult> Files { get; } = new(StringComparer.Ordinal);

    /// <summary>A field, trimmed; empty when there is none.</summary>
    public string this[string name] => _fields.TryGetValue(name, out var values) ? values[0].Trim() : "";

    /// <summary>Every value of a field.</summary>
    public IReadOnlyList<string> All(string name) => _fields.GetValueOrDefault(name) ?? [];

    /// <summary>A field as it was filled in, with the lines that browsers send as CR LF as they were typed.</summary>
    public string Text(string name) => _fields.TryGetValue(name, out var values) ? values[0].ReplaceLineEndings("\n") : "";

    public IEnumerable<string> Lines(string name) => Text(name).Split('\n').Where(static line => line.Length > 0);

    public void Add(string name, string value)
    {
        if (!_fields.TryGetValue(name, out var values))
            _fields[name] = values = [];
        values.Add(value);
    }

    /// <summary>What is filled in again when it is refused: not the proof, and not more than can be kept.</summary>
    public IReadOnlyDictionary<string, string> Shown()
    {
        var shown = _fields.Where(static pair => pair.Key is not FormToken and not "back").ToDictionary(static pair => pair.Key, static pair => pair.Value[0]);
        return shown.Sum(static pair => pair.Value.Length) > MaxShown ? new Dictionary<string, string>() : shown;
    }

    /// <exception cref="RefusedException">It is filled in, and not with a whole number.</exception>
    public int? Number(string name, string what) => this[name].Length == 0 ? null
        : int.TryParse(this[name], out var number) ? number
        : throw Refused.OutOfRange($"{what} is a whole number, not '{Printable.Of(this[name])}'");

    /// <exception cref="RefusedException">It is filled in, and not with a duration.</exception>
    public TimeSpan? Duration(string name, string what) => this[name].Length == 0 ? null
        : DurationText.TryParse(this[name], out var duration) ? duration
        : throw Refused.OutOfRange($"{what} is {DurationText.Rule}, not '{Printable.Of(this[name])}'");

    /// <exception cref="RefusedException">It is filled in, and not with a size.</exception>
    public long? Size(string name, string what) => this[name].Length == 0 ? null
        : ByteSize.TryParse(this[name], out var size) ? size
        : throw Refused.OutOfRange($"{what} is {ByteSize.Rule}, not '{Printable.Of(this[name])}'");
}
