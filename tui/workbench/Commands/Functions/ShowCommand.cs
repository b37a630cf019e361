using System.CommandLine;
using MiniLambda.Contracts.V1;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Commands.Functions;

/// <summary><c>function show NAME[@V]</c></summary>
internal static class ShowCommand
{
    public static Command Create(GlobalOptions global, CommandTerminal terminal)
    {
        var name = new Argument<string>("name") { Description = "NAME, or NAME@VERSION" };
        var format = new OutputFormat();
        var command = new Command("show", "One version of a function with its manifest") { name };
        format.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (function, version) = FunctionNames.Parse(parsed.GetValue(name)!, ExitCodes.Failed);
            using var cluster = global.Connect(parsed, terminal);
            var found = await cluster.Functions.GetAsync(
                new GetFunctionRequest { Name = function, Version = version }, cancellationToken: cancellationToken);
            format.Write(parsed, terminal, found, _ => ClusterTables.Function(found, TimeProvider.System.GetUtcNow()));
            return ExitCodes.Done;
        });
        return command;
    }
}
