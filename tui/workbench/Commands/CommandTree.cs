using System.CommandLine;
using MiniLambda.Workbench.Commands.Audit;
using MiniLambda.Workbench.Commands.Bench;
using MiniLambda.Workbench.Commands.Completion;
using MiniLambda.Workbench.Commands.Contexts;
using MiniLambda.Workbench.Commands.DeadLetters;
using MiniLambda.Workbench.Commands.Demo;
using MiniLambda.Workbench.Commands.Events;
using MiniLambda.Workbench.Commands.Functions;
using MiniLambda.Workbench.Commands.Help;
using MiniLambda.Workbench.Commands.Init;
using MiniLambda.Workbench.Commands.Jobs;
using MiniLambda.Workbench.Commands.JoinTokens;
using MiniLambda.Workbench.Commands.Login;
using MiniLambda.Workbench.Commands.Run;
using MiniLambda.Workbench.Commands.Screen;
using MiniLambda.Workbench.Commands.Secrets;
using MiniLambda.Workbench.Commands.Submit;
using MiniLambda.Workbench.Commands.Tokens;
using MiniLambda.Workbench.Commands.Top;
using MiniLambda.Workbench.Commands.Up;
using MiniLambda.Workbench.Commands.Workers;

namespace MiniLambda.Workbench.Commands;

/// <summary>Every command there is, under the path it is typed with.</summary>
public static class CommandTree
{
    public static RootCommand Create(GlobalOptions global, CommandTerminal terminal)
    {
        var root = new RootCommand("MiniLambda runs WebAssembly functions on the machines you own")
        {
            RunCommand.Create(global, terminal),
            UpCommand.Create(global, terminal),
            DemoCommand.Create(global, terminal),
            BenchCommand.Create(global, terminal),
            InitCommand.Create(global, terminal),
            new Command("function", "Push, list, show and delete functions")
            {
                PushCommand.Create(global, terminal),
                Functions.ListCommand.Create(global, terminal),
                Functions.ShowCommand.Create(global, terminal),
                PullCommand.Create(global, terminal),
                Functions.DeleteCommand.Create(global, terminal),
            },
            SubmitCommand.Create(global, terminal),
            InvokeCommand.Create(global, terminal),
            new Command("job", "List, follow, cancel, retry and explain jobs")
            {
                Jobs.ListCommand.Create("list", global, terminal),
                Jobs.ShowCommand.Create("show", global, terminal),
                LogsCommand.Create(global, terminal),
                ResultCommand.Create(global, terminal),
                CancelCommand.Create(global, terminal),
                RetryCommand.Create(global, terminal),
                ExplainCommand.Create(global, terminal),
                TraceCommand.Create(global, terminal),
                WaitCommand.Create(global, terminal),
            },
            DeadLetterCommand.Create(global, terminal),
            Jobs.ListCommand.Create("ps", global, terminal),
            Jobs.ShowCommand.Create("status", global, terminal),
            LogsCommand.Create(global, terminal),
            ResultCommand.Create(global, terminal),
            CancelCommand.Create(global, terminal),
            ExplainCommand.Create(global, terminal),
            TraceCommand.Create(global, terminal),
            new Command("worker", "List, drain, resume and remove workers")
            {
                Workers.ListCommand.Create(global, terminal),
                Workers.ShowCommand.Create(global, terminal),
                DrainCommand.Create(global, terminal),
                ResumeCommand.Create(global, terminal),
                RemoveCommand.Create(global, terminal),
            },
            JoinTokenCommand.Create(global, terminal),
            LoginCommand.Create(global, terminal),
            EventsCommand.Create(global, terminal),
            new Command("secret", "Set, list and delete values that functions get as environment")
            {
                SetCommand.Create(global, terminal),
                Secrets.ListCommand.Create(global, terminal),
                Secrets.DeleteCommand.Create(global, terminal),
            },
            new Command("key", "Make and show keys that functions are signed with")
            {
                Keys.CreateCommand.Create(terminal),
                Keys.ShowCommand.Create(terminal),
            },
            new Command("audit", "Read and check the log of who did what")
            {
                Audit.ListCommand.Create(global, terminal),
                VerifyCommand.Create(global, terminal),
            },
            TopCommand.Create(global, terminal),
            new Command("token", "Make, list and revoke tokens: who may do what")
            {
                Tokens.CreateCommand.Create(global, terminal),
                Tokens.ListCommand.Create(global, terminal),
                RevokeCommand.Create(global, terminal),
            },
            WhoAmICommand.Create(global, terminal),
            new Command("context", "Choose the cluster that commands go to")
            {
                Contexts.ListCommand.Create(terminal),
                UseCommand.Create(terminal),
                Contexts.ShowCommand.Create(global, terminal),
            },
            WorkbenchCommand.Create(global, terminal),
            ReplCommand.Create(global, terminal),
            CompletionCommand.Create(terminal),
            CompleteCommand.Create(global, terminal),
            VersionCommand.Create(terminal),
            HelpCommand.Create(terminal),
        };
        global.AddTo(root);
        HelpCommand.Replace(root, terminal);
        return root;
    }
}
