using System.Globalization;
using MiniLambda.Client;
using MiniLambda.Client.Contexts;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Quantities;
using MiniLambda.Domain.Text;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Commands.Completion;

/// <summary>The names that are there now. Who completes a word does not wait for them: after a short time, or when nobody answers, there are none.</summary>
internal sealed class ClusterNames(CommandTerminal terminal, TimeProvider clock)
{
    /// <summary>How long the cluster is waited for, when <c>MINILAMBDA_COMPLETION_TIMEOUT</c> does not say otherwise.</summary>
    private static readonly TimeSpan UsualPatience = TimeSpan.FromMilliseconds(300);

    private const int MaxJobs = 100;

    /// <summary>What a word may be by name.</summary>
    /// <param name="line">The words of the line, which may say which cluster is meant.</param>
    public async Task<IReadOnlyList<Suggestion>> FindAsync(WordCompletion word, string[] line, CancellationToken cancellationToken)
    {
        var found = new List<Suggestion>();
        if (word.Sources.HasFlag(NameSource.Contexts))
            found.AddRange(Contexts());
        if ((word.Sources & NameSource.Cluster) != 0)
            found.AddRange(await AskAsync(word, line, cancellationToken));
        // What could steer a terminal is no name to be typed.
        return WordCompletion.Matching(found.Where(s => Printable.Line(s.Value) == s.Value), word.Typed);
    }

    private IEnumerable<Suggestion> Contexts()
    {
        try
        {
            return ContextFile.Read(ContextFile.UsualLocation(terminal.Variable)).Contexts
                .OrderBy(c => c.Name, StringComparer.Ordinal)
                .Select(c => new Suggestion(c.Name, c.Server.ToString().TrimEnd('/')));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return [];
        }
    }

    private async Task<IEnumerable<Suggestion>> AskAsync(WordCompletion word, string[] line, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(
            DurationText.TryParse(terminal.Variable("MINILAMBDA_COMPLETION_TIMEOUT"), out var given) ? given : UsualPatience, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            var (parsed, global) = CommandLine.Parse(line, terminal);
            using var cluster = global.Connect(parsed, terminal);
            // A name that is looked up, or a connection that is made, does not hear of the end at once.
            return await FindAsync(cluster, word, both.Token).WaitAsync(both.Token);
        }
        catch (Exception e) when (e is ApiException or CommandException or OperationCanceledException or IOException or UnauthorizedAccessException or FormatException)
        {
            return [];
        }
    }

    private async Task<IEnumerable<Suggestion>> FindAsync(ClusterConnection cluster, WordCompletion word, CancellationToken cancellationToken)
    {
        if (word.Sources.HasFlag(NameSource.Workers))
        {
            var workers = await cluster.Cluster.ListWorkersAsync(new ListWorkersRequest { PageSize = 1000 }, cancellationToken: cancellationToken);
            return workers.Workers.Select(w => new Suggestion(w.Name, JobTables.Word(w.Status.ToString())));
        }

        if (word.Sources.HasFlag(NameSource.Tokens))
        {
            var tokens = await cluster.Access.ListTokensAsync(new ListTokensRequest { PageSize = 1000 }, cancellationToken: cancellationToken);
            return tokens.Tokens.Where(t => t.RevokedAt is null).Select(t => new Suggestion(t.Id, TokenTables.Words(t)));
        }

        if (word.Sources.HasFlag(NameSource.Functions))
        {
            var at = word.Typed.IndexOf('@', StringComparison.Ordinal);
            var functions = await cluster.Functions.ListAsync(
                new ListFunctionsRequest { PageSize = 1000, Name = at < 0 ? "" : word.Typed[..at] }, cancellationToken: cancellationToken);
            return functions.Functions.Select(f => new Suggestion(at < 0 ? f.Name : $"{f.Name}@{f.Version}", at < 0 ? $"version {f.Version}" : ""));
        }

        var request = new ListJobsRequest { PageSize = MaxJobs, DeadLettered = word.Sources.HasFlag(NameSource.DeadJobs) };
        if (word.Sources.HasFlag(NameSource.OpenJobs))
            request.States.Add([Job.Types.State.Queued, Job.Types.State.Leased, Job.Types.State.Running]);
        if (word.Sources.HasFlag(NameSource.EndedJobs))
            request.States.Add([Job.Types.State.Succeeded, Job.Types.State.Failed, Job.Types.State.TimedOut, Job.Types.State.Cancelled]);
        var jobs = await cluster.Jobs.ListAsync(request, cancellationToken: cancellationToken);
        return jobs.Jobs.Select(job => new Suggestion(job.Id, string.Create(CultureInfo.InvariantCulture, $"{JobTables.Function(job)} {JobTables.State(job)}{Age(job)}")));
    }

    private string Age(Job job) => job.CreatedAt is null ? "" : $" {DurationText.Humanize(clock.GetUtcNow() - job.CreatedAt.ToDateTimeOffset())} ago";
}
