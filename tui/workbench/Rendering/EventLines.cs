using System.Globalization;
using System.Text;
using Google.Protobuf.WellKnownTypes;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Text;

namespace MiniLambda.Workbench.Rendering;

/// <summary>
/// Events as lines, as they come: columns are as wide as most of what stands in them, since what comes later is not known yet. The first line names them.
/// </summary>
/// <param name="isWide">Whether the offsets are shown.</param>
public sealed class EventLines(bool isWide)
{
    private static readonly (string Name, int Width)[] Columns = [("TIME", 24), ("EVENT", 15), ("JOB", 15), ("FUNCTION", 16), ("WORKER", 12)];

    private bool _isBegun;

    public string Of(IEnumerable<Event> events)
    {
        var text = new StringBuilder();
        if (!_isBegun)
            Append(text, "OFFSET", [.. Columns.Select(static column => column.Name)], "DETAIL");
        _isBegun = true;
        foreach (var e in events)
        {
            var function = e.Job is null ? "-" : $"{e.Job.Function}@{e.Job.Version}";
            Append(
                text, $"{e.Offset}", [Moment(e.At), JobTables.Word(e.Kind.ToString()), e.Job?.Id ?? "-", function, e.Worker.Length > 0 ? e.Worker : "-"],
                Detail(e));
        }

        return text.ToString();
    }

    /// <summary>What there is to say beyond the kind.</summary>
    public static string Detail(Event e)
    {
        if (e.Detail.Length > 0)
            return e.Detail;
        return e switch
        {
            { Job: null } => "",
            { Kind: Event.Types.Kind.Leased or Event.Types.Kind.Started or Event.Types.Kind.Returned } => $"attempt {e.Job.Attempt}",
            { Kind: Event.Types.Kind.Finished } => JobTables.Word(e.Job.State.ToString()),
            _ => "",
        };
    }

    // Events of a job lie within milliseconds.
    private static string Moment(Timestamp at) => at.ToDateTimeOffset().ToString("yyyy-MM-dd HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private void Append(StringBuilder text, string offset, string[] cells, string detail)
    {
        var start = text.Length;
        if (isWide)
            text.Append(offset.PadRight(16)).Append("  ");
        for (var i = 0; i < cells.Length; i++)
        {
            var cell = Printable.Line(cells[i]);
            text.Append(cell).Append(' ', Math.Max(0, Columns[i].Width - TextWidth.Of(cell)) + 2);
        }

        text.Append(Printable.Line(detail));
        while (text.Length > start && text[^1] == ' ')
            text.Length--;
        text.Append('\n');
    }
}
