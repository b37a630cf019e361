using System.Text.RegularExpressions;

namespace MiniLambda.Architecture;

/// <summary>What is logged, against the table of events that operators read.</summary>
public sealed partial class LogEventTests
{
    private const string Table = "examples/observability/LOGS.md";

    private static readonly List<(int Id, string Level, string Name, string Message)> Events =
    [
        .. Repository.Files("*.cs").Where(file => !Repository.Relative(file).StartsWith("tests/", StringComparison.Ordinal))
            .SelectMany(file => Declaration().Matches(File.ReadAllText(file)))
            .Select(match => (int.Parse(match.Groups[1].Value, null), Level(match.Groups[2].Value), match.Groups[4].Value, match.Groups[3].Value)),
    ];

    [Fact]
    public void Every_declaration_is_read_by_these_tests() => Assert.Equal(
        Repository.Files("*.cs").Where(file => !Repository.Relative(file).StartsWith("tests/", StringComparison.Ordinal))
            .Sum(file => Regex.Count(File.ReadAllText(file), @"\[LoggerMessage\(")),
        Events.Count);

    [Fact]
    public void Numbers_of_events_are_unique() => Assert.Empty(Events.GroupBy(e => e.Id).Where(group => group.Count() > 1).Select(group => group.Key));

    [Fact]
    public void Every_event_stands_in_the_table_and_nothing_else_does()
    {
        var rows = File.ReadLines(Path.Combine(Repository.Root, Table)).Where(line => Row().IsMatch(line));
        Assert.Equal(
            Events.OrderBy(e => e.Id).Select(e => $"| {e.Id} | {e.Level} | {e.Name} | {e.Message.Replace('|', '/')} |"), rows);
    }

    private static string Level(string name) => name == "Information" ? "info" : name.ToLowerInvariant();

    [GeneratedRegex("""\[LoggerMessage\((\d+), LogLevel\.(\w+),\s*"((?:[^"\\]|\\.)*)"\)\]\s*private (?:static )?partial void Log(\w+)\(""")]
    private static partial Regex Declaration();

    [GeneratedRegex(@"^\| \d+ \|")]
    private static partial Regex Row();
}
