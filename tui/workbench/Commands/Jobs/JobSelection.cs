using System.CommandLine;
using Google.Protobuf;
using MiniLambda.Client;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Text;

namespace MiniLambda.Workbench.Commands.Jobs;

/// <summary>Jobs that a command changes: some by their ids, or all that match.</summary>
internal sealed class JobSelection
{
    private readonly Argument<string[]> _ids = new("id") { Description = "the jobs' ids", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<bool> _all = new("--all") { Description = "all of them, or all that the other flags leave" };
    private readonly Option<bool> _yes = new("--yes", "-y") { Description = "do not ask first" };
    private readonly OutputFormat _format = new();
    private readonly JobFilter _filter;

    public JobSelection(GlobalOptions global, bool hasStates) => _filter = new JobFilter(global, hasStates);

    public void AddTo(Command command)
    {
        command.Arguments.Add(_ids);
        _filter.AddTo(command);
        command.Options.Add(_all);
        command.Options.Add(_yes);
        _format.AddTo(command);
    }

    /// <summary>Changes each job that was named, and tells of those that cannot be; or all that match, after asking a person who is there.</summary>
    /// <param name="done">What was done to a job, such as <c>cancelled</c>.</param>
    /// <param name="one">Changes one job.</param>
    /// <param name="many">Changes all that match; returns how many that were.</param>
    public async Task<int> ApplyAsync(
        ParseResult parsed, CommandTerminal terminal, string done, Func<string, Task<IMessage>> one, Func<MatchingJobsRequest, Task<MatchingJobsResponse>> many,
        CancellationToken cancellationToken)
    {
        var ids = parsed.GetValue(_ids) ?? [];
        var isFilter = parsed.GetValue(_all) || _filter.IsGiven(parsed);
        if (ids.Length == 0 == !isFilter)
            throw new CommandException(ExitCodes.Usage, ids.Length == 0 ? "name jobs by their ids, by flags, or --all" : "name jobs by their ids or by flags, not both");
        if (isFilter)
        {
            if (!parsed.GetValue(_yes) && terminal is { IsInputTerminal: true, HasInput: false })
                throw new CommandException(ExitCodes.Failed, $"all jobs that match would be {done}: --yes does it");
            if (!parsed.GetValue(_yes) && terminal.IsInputTerminal && !await ConfirmAsync(terminal, done, cancellationToken))
                return ExitCodes.Failed;
            var request = _filter.Read(parsed);
            request.All = parsed.GetValue(_all);
            var answer = await many(request);
            if (_format.IsJson(parsed))
                OutputFormat.WriteLine(terminal, answer);
            else
                await terminal.Out.WriteLineAsync($"{answer.Count} {(answer.Count == 1 ? "job" : "jobs")} {done}");
            return ExitCodes.Done;
        }

        return await ApplyToEachAsync(ids, parsed, terminal, _format, done, one);
    }

    /// <summary>Changes each job, and tells of those that cannot be.</summary>
    /// <param name="done">What was done to a job, such as <c>cancelled</c>.</param>
    /// <param name="one">Changes one job.</param>
    public static async Task<int> ApplyToEachAsync(
        IReadOnlyCollection<string> ids, ParseResult parsed, CommandTerminal terminal, OutputFormat format, string done, Func<string, Task<IMessage>> one)
    {
        var code = ExitCodes.Done;
        foreach (var id in ids)
        {
            try
            {
                var answer = await one(id);
                if (!format.IsJson(parsed))
                    await terminal.Out.WriteLineAsync($"{id} {done}");
                else if (ids.Count == 1)
                    format.Write(parsed, terminal, answer, _ => new Rendering.TextTable());
                else
                    OutputFormat.WriteLine(terminal, answer);
            }
            catch (ApiException e) when (ids.Count > 1 && e.Reason.StartsWith("JOB_", StringComparison.Ordinal))
            {
                // The others are not to suffer for one.
                await terminal.Error.WriteLineAsync(Printable.Line($"error: {e.Message}"));
                code = ExitCodes.Failed;
            }
        }

        return code;
    }

    private static async Task<bool> ConfirmAsync(CommandTerminal terminal, string done, CancellationToken cancellationToken)
    {
        await terminal.Error.WriteAsync($"all jobs that match will be {done}; go on? [y/N] ");
        await terminal.Error.FlushAsync(cancellationToken);
        using var input = new StreamReader(terminal.OpenInput());
        if (await input.ReadLineAsync(cancellationToken) is "y" or "Y" or "yes")
            return true;
        await terminal.Error.WriteLineAsync("nothing was done");
        return false;
    }
}
