using System.CommandLine;
using System.Reflection;

namespace MiniLambda.Workbench.Commands;

/// <summary><c>version</c></summary>
internal static class VersionCommand
{
    public static Command Create(Terminal terminal)
    {
        var command = new Command("version", "The version of this program");
        command.SetAction(_ =>
        {
            var version = typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0];
            terminal.Out.WriteLine($"minilambda {version} (.NET {Environment.Version})");
            return ExitCodes.Done;
        });
        return command;
    }
}
