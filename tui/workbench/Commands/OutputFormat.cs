using System.CommandLine;
using Google.Protobuf;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Commands;

/// <summary>The flag <c>-o table|wide|json</c>.</summary>
public sealed class OutputFormat
{
    private static readonly JsonFormatter Document = new(JsonFormatter.Settings.Default.WithFormatDefaultValues(true).WithIndentation());
    private static readonly JsonFormatter Line = new(JsonFormatter.Settings.Default.WithFormatDefaultValues(true));

    private readonly Option<string> _option = new("--output", "-o")
    {
        Description = "table, wide or json",
        HelpName = "format",
        DefaultValueFactory = _ => "table",
    };

    public OutputFormat() => _option.AcceptOnly(["table", "wide", "json"]);

    /// <summary>Whether an option is this flag: <c>-o</c> may also name a file.</summary>
    public static bool Is(Option option) => option is { Name: "--output", HelpName: "format" };

    public void AddTo(Command command) => command.Options.Add(_option);

    public bool IsJson(ParseResult parsed) => parsed.GetValue(_option) == "json";

    public bool IsWide(ParseResult parsed) => parsed.GetValue(_option) == "wide";

    /// <summary>Writes a message as one JSON document, or a table.</summary>
    /// <param name="table">Makes the table; told whether the wide one is wanted.</param>
    public void Write(ParseResult parsed, CommandTerminal terminal, IMessage message, Func<bool, TextTable> table) =>
        Write(parsed, terminal, () => Document.Format(message), table);

    /// <summary>Writes one JSON document, or a table.</summary>
    /// <param name="table">Makes the table; told whether the wide one is wanted.</param>
    public void Write(ParseResult parsed, CommandTerminal terminal, Func<string> json, Func<bool, TextTable> table)
    {
        if (IsJson(parsed))
            terminal.Out.WriteLine(json());
        else
            table(IsWide(parsed)).Write(terminal.Out, Coloring.IsWanted(parsed, terminal));
    }

    /// <summary>A message as JSON on one line.</summary>
    public static string Format(IMessage message) => Line.Format(message);

    /// <summary>Writes one message of a stream as a line of JSON.</summary>
    public static void WriteLine(CommandTerminal terminal, IMessage message) => terminal.Out.WriteLine(Format(message));
}
