using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Text;
using MiniLambda.Domain.Toml;
using MiniLambda.Workbench.Commands.Functions;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Commands.Init;

/// <summary><c>init DIR</c></summary>
internal static class InitCommand
{
    public static Command Create(GlobalOptions global, CommandTerminal terminal)
    {
        string[] names = [.. FunctionTemplate.All.Select(t => t.Name)];
        var folder = new Argument<string?>("dir") { Description = "the folder, new or there already; its name becomes the function's", Arity = ArgumentArity.ZeroOrOne };
        var template = new Option<string>("--template", "-t")
        {
            Description = $"what to begin with: {Flags.Listed(names, "or")}",
            HelpName = "name",
            DefaultValueFactory = _ => FunctionTemplate.Usual,
        };
        var name = new Option<string?>("--name") { Description = "the function's name, when it is not to be the folder's", HelpName = "name" };
        var list = new Option<bool>("--list") { Description = "show the templates" };
        var format = new OutputFormat();
        var command = new Command("init", "Begin a new function: source, manifest, how to build it") { folder, template, name, list };
        format.AddTo(command);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(list))
            {
                format.Write(parsed, terminal, () => JsonSerializer.Serialize(FunctionTemplate.All, InitJson.Default.IReadOnlyListFunctionTemplate), _ => Templates());
                return ExitCodes.Done;
            }

            var path = parsed.GetValue(folder) ?? throw new CommandException(ExitCodes.Usage, "DIR is missing: where is the function to be made?");
            var chosen = Find(parsed.GetValue(template)!, names);
            var function = NameOf(path, parsed.GetValue(name));
            var files = Write(path, chosen.Files(function));
            format.Write(parsed, terminal, () => new NewFunction(function, chosen.Name, path, files).ToJson(), _ =>
            {
                var table = new TextTable();
                foreach (var file in files)
                    table.Add(Path.Combine(path, file));
                return table;
            });
            foreach (var line in NextSteps(path, chosen, function))
                Notices.For(parsed, global, terminal).Say(line);
            return ExitCodes.Done;
        });
        return command;
    }

    private static TextTable Templates()
    {
        var table = new TextTable("TEMPLATE", "LANGUAGE", "NEEDS");
        foreach (var template in FunctionTemplate.All)
            table.Add(template.Name, template.Language, template.Needs.Length > 0 ? template.Needs : "nothing");
        return table;
    }

    private static FunctionTemplate Find(string wanted, string[] names) => FunctionTemplate.All.FirstOrDefault(t => t.Name == wanted)
        ?? throw new CommandException(
            ExitCodes.Usage,
            $"there is no template '{Printable.Of(wanted)}'" + (Spelling.Nearest(wanted, names) is { } near ? $"; did you mean '{near}'?" : $" ({Flags.Listed(names, "or")})"));

    private static string NameOf(string path, string? given)
    {
        if (given is not null)
        {
            return FunctionName.TryParse(given, out var wanted)
                ? wanted.Value
                : throw new CommandException(ExitCodes.Usage, $"'{Printable.Of(given)}' cannot be a function's name ({FunctionName.Rule})");
        }

        var last = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
        return FunctionName.TryParse(FunctionNames.Spell(last), out var name)
            ? name.Value
            : throw new CommandException(ExitCodes.Usage, $"the folder's name '{Printable.Of(last)}' makes no function name ({FunctionName.Rule}): give one with --name");
    }

    /// <summary>Writes all files, or none when one of them is there.</summary>
    private static List<string> Write(string folder, IReadOnlyDictionary<string, string> files)
    {
        if (File.Exists(folder))
            throw new CommandException(ExitCodes.Failed, $"'{folder}' is a file");
        if (files.Keys.Where(file => Path.Exists(Path.Combine(folder, file))).ToList() is { Count: > 0 } there)
        {
            throw new CommandException(
                ExitCodes.Failed, $"{Flags.Listed([.. there.Select(file => Path.Combine(folder, file))], "and")} {(there.Count == 1 ? "is" : "are")} there already; nothing was written");
        }

        Directory.CreateDirectory(folder);
        foreach (var (file, text) in files)
        {
            using var writer = new StreamWriter(new FileStream(Path.Combine(folder, file), FileMode.CreateNew));
            writer.Write(text);
        }

        return [.. files.Keys];
    }

    private static IEnumerable<string> NextSteps(string path, FunctionTemplate template, string function)
    {
        var here = Path.GetFullPath(path) == Path.GetFullPath(".");
        yield return $"next{(template.Build.Count > 0 ? $", with {template.Needs}" : "")}:";
        if (template.Build.Count > 0 && !here)
            yield return $"  cd {path}";
        foreach (var line in template.Build)
            yield return $"  {template.Fill(line, function)}";
        yield return $"  minilambda run {(here || template.Build.Count > 0 ? "." : path)}";
    }
}

/// <summary>What was made, as JSON.</summary>
internal sealed record NewFunction(string Name, string Template, string Folder, IReadOnlyList<string> Files)
{
    public string ToJson() => JsonSerializer.Serialize(this, InitJson.Default.NewFunction);
}

/// <summary>How templates and new functions are written as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(NewFunction))]
[JsonSerializable(typeof(IReadOnlyList<FunctionTemplate>))]
internal sealed partial class InitJson : JsonSerializerContext;
