using System.CommandLine;
using MiniLambda.Contracts.V1;
using MiniLambda.Workbench.Commands.Functions;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Commands.Jobs;

/// <summary>The flags that say which jobs are meant by what they have in common.</summary>
internal sealed class JobFilter
{
    public static readonly IReadOnlyDictionary<string, Job.Types.State> States = Enum.GetValues<Job.Types.State>()
        .Where(s => s != Job.Types.State.Unspecified)
        .ToDictionary(s => JobTables.Word(s.ToString()), StringComparer.OrdinalIgnoreCase);

    private readonly Option<string[]> _states = new("--state")
    {
        Description = $"only jobs in this state ({string.Join(", ", States.Keys)}); repeatable",
        HelpName = "state",
    };

    private readonly Option<string?> _function = new("--function") { Description = "only jobs of this function, NAME or NAME@VERSION", HelpName = "name" };
    private readonly Option<string?> _worker = new("--worker") { Description = "only jobs whose newest attempt this worker got", HelpName = "name" };
    private readonly Option<string?> _tenant = new("--tenant") { Description = "only jobs of this tenant", HelpName = "name" };
    private readonly bool _hasStates;

    /// <param name="hasStates">Whether jobs can be told apart by their states.</param>
    public JobFilter(bool hasStates = true)
    {
        _hasStates = hasStates;
        _states.AcceptOnly([.. States.Keys]);
    }

    public void AddTo(Command command)
    {
        if (_hasStates)
            command.Options.Add(_states);
        foreach (var option in new[] { _function, _worker, _tenant })
            command.Options.Add(option);
    }

    /// <summary>Whether any of the flags was given.</summary>
    public bool IsGiven(ParseResult parsed) => Read(parsed) is not { States.Count: 0, Function: "", Worker: "", Tenant: "" };

    public MatchingJobsRequest Read(ParseResult parsed)
    {
        var request = new MatchingJobsRequest { Worker = parsed.GetValue(_worker) ?? "", Tenant = parsed.GetValue(_tenant) ?? "" };
        if (_hasStates)
            request.States.Add((parsed.GetValue(_states) ?? []).Select(s => States[s]));
        if (parsed.GetValue(_function) is { } wanted)
            (request.Function, request.Version) = FunctionNames.Parse(wanted, ExitCodes.Failed);
        return request;
    }

    /// <summary>The same for a list.</summary>
    public ListJobsRequest ReadList(ParseResult parsed)
    {
        var read = Read(parsed);
        return new ListJobsRequest { States = { read.States }, Function = read.Function, Version = read.Version, Worker = read.Worker, Tenant = read.Tenant };
    }
}
