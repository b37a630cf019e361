using System.CommandLine;
using MiniLambda.Contracts.V1;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Commands.Functions;

/// <summary><c>function delete NAME[@V]</c></summary>
internal static class DeleteCommand
{
    public static Command Create(GlobalOptions global, CommandTerminal terminal)
    {
        var name = new Argument<string>("name") { Description = "NAME for all versions, or NAME@VERSION for one" };
        var format = new OutputFormat();
        var command = new Command("delete", "Delete a function, or one version of it; accepted jobs still run") { name };
        format.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (function, version) = FunctionNames.Parse(parsed.GetValue(name)!, ExitCodes.Failed);
            using var cluster = global.Connect(parsed, terminal);
            var deleted = await cluster.Functions.DeleteAsync(
                new DeleteFunctionRequest { Name = function, Version = version }, cancellationToken: cancellationToken);
            format.Write(parsed, terminal, deleted, _ =>
            {
                var table = new TextTable();
                table.Add($"deleted {deleted.DeletedVersions} version{(deleted.DeletedVersions == 1 ? "" : "s")} of {function}");
                return table;
            });
            return ExitCodes.Done;
        });
        return command;
    }
}
