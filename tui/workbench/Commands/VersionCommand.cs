using System.CommandLine;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Commands;

/// <summary><c>version</c></summary>
internal static class VersionCommand
{
    public static Command Create(CommandTerminal terminal)
    {
        var format = new OutputFormat();
        var command = new Command("version", "The version of this program");
        format.AddTo(command);
        command.SetAction(parsed =>
        {
            var version = typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0];
            var about = new VersionInfo(version ?? "", $"{Environment.Version}");
            format.Write(parsed, terminal, about.ToJson, _ =>
            {
                var table = new TextTable();
                table.Add($"minilambda {about.Version} (.NET {about.Dotnet})");
                return table;
            });
            return ExitCodes.Done;
        });
        return command;
    }
}

/// <summary>The version of this program, and of the runtime it runs on.</summary>
internal sealed record VersionInfo(string Version, string Dotnet)
{
    public string ToJson() => JsonSerializer.Serialize(this, VersionJson.Default.VersionInfo);
}

/// <summary>How a version is written as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(VersionInfo))]
internal sealed partial class VersionJson : JsonSerializerContext;
