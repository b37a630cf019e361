using System.CommandLine;
using MiniLambda.Workbench.Commands.Bench;
using MiniLambda.Workbench.Commands.Context;
using MiniLambda.Workbench.Commands.Demo;
using MiniLambda.Workbench.Commands.Function;
using MiniLambda.Workbench.Commands.Job;
using MiniLambda.Workbench.Commands.Run;
using MiniLambda.Workbench.Commands.Submit;
using MiniLambda.Workbench.Commands.Up;
using MiniLambda.Workbench.Commands.Worker;

namespace MiniLambda.Workbench.Commands;

/// <summary>Every command there is, under the path it is typed with.</summary>
public static class CommandTree
{
    public static RootCommand Create(GlobalOptions global, Terminal terminal)
    {
        var root = new RootCommand("MiniLambda runs WebAssembly functions on the machines you own")
        {
            RunCommand.Create(terminal),
            UpCommand.Create(global, terminal),
            DemoCommand.Create(global, terminal),
            BenchCommand.Create(global, terminal),
            new Command("function", "The registry of functions")
            {
                PushCommand.Create(global, terminal),
                Function.ListCommand.Create(global, terminal),
                Function.ShowCommand.Create(global, terminal),
                DeleteCommand.Create(global, terminal),
            },
            SubmitCommand.Create(global, terminal),
            InvokeCommand.Create(global, terminal),
            new Command("job", "Jobs")
            {
                Job.ListCommand.Create("list", global, terminal),
                Job.ShowCommand.Create("show", global, terminal),
                LogsCommand.Create(global, terminal),
                ResultCommand.Create(global, terminal),
                CancelCommand.Create(global, terminal),
                WaitCommand.Create(global, terminal),
            },
            Job.ListCommand.Create("ps", global, terminal),
            Job.ShowCommand.Create("status", global, terminal),
            LogsCommand.Create(global, terminal),
            ResultCommand.Create(global, terminal),
            CancelCommand.Create(global, terminal),
            new Command("worker", "Workers") { Worker.ListCommand.Create(global, terminal) },
            new Command("context", "Which cluster")
            {
                Context.ListCommand.Create(terminal),
                UseCommand.Create(terminal),
                Context.ShowCommand.Create(global, terminal),
            },
            VersionCommand.Create(terminal),
        };
        global.AddTo(root);
        return root;
    }
}
