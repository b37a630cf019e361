using System.CommandLine;

namespace MiniLambda.Workbench.Commands.Completion;

/// <summary>What the flags and arguments of the command tree take, told from how they are called.</summary>
internal static class NameSources
{
    public static NameSource Of(Option option) => option switch
    {
        { Name: "--context" } => NameSource.Contexts,
        { Name: "--worker" } => NameSource.Workers,
        { Name: "--function" } => NameSource.Functions,
        { HelpName: "file" } => NameSource.Files,
        { HelpName: "dir" } => NameSource.Folders,
        { Name: "--dir" } => NameSource.Folders,
        _ => NameSource.None,
    };

    /// <param name="path">The words that name the command.</param>
    public static NameSource Of(IReadOnlyList<string> path, Argument argument) => (path, argument.Name) switch
    {
        (["deadletter", ..], "id") => NameSource.DeadJobs,
        ([.., "cancel"], "id") => NameSource.OpenJobs,
        ([.., "result" or "retry"], "id") => NameSource.EndedJobs,
        (["job", ..] or ["status" or "logs" or "explain" or "trace"], "id") => NameSource.Jobs,
        (["token", "revoke"], "id") => NameSource.Tokens,
        (["worker", ..], "name") => NameSource.Workers,
        (["function", ..], "name") => NameSource.Functions,
        (["context", ..], "name") => NameSource.Contexts,
        (["run"], "target") => NameSource.Files,
        (_, "target") => NameSource.Functions | NameSource.Files,
        (_, "path" or "file" or "args") => NameSource.Files,
        (_, "dir" or "folder") => NameSource.Folders,
        _ => NameSource.None,
    };
}
