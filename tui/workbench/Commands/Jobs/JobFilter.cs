using System.CommandLine;
using Google.Protobuf.WellKnownTypes;
using MiniLambda.Contracts.V1;
using MiniLambda.Workbench.Commands.Functions;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Commands.Jobs;

/// <summary>The flags that say which jobs are meant by what they have in common.</summary>
internal sealed class JobFilter
{
    public static readonly IReadOnlyDictionary<string, Job.Types.State> States = System.Enum.GetValues<Job.Types.State>()
        .Where(s => s != Job.Types.State.Unspecified)
        .ToDictionary(s => JobTables.Word(s.ToString()), StringComparer.OrdinalIgnoreCase);

    private readonly Option<string[]> _states = new("--state")
    {
        Description = $"only jobs in this state ({string.Join(", ", States.Keys)}); repeatable",
        HelpName = "state",
    };

    private readonly Option<string?> _function = new("--function") { Description = "only jobs of this function, NAME or NAME@VERSION", HelpName = "name" };
    private readonly Option<string?> _worker = new("--worker") { Description = "only jobs whose newest attempt this worker got", HelpName = "name" };
    private readonly Option<DateTimeOffset?> _since = Flags.Past("--since", "only jobs submitted since then: so long ago (1h), or a moment");
    private readonly Option<DateTimeOffset?> _until = Flags.Past("--until", "only jobs submitted before then: so long ago (10m), or a moment");
    private readonly bool _hasStates;
    private readonly bool _isList;
    private readonly GlobalOptions _global;

    /// <param name="hasStates">Whether jobs can be told apart by their states.</param>
    /// <param name="isList">Whether they are listed, and not changed: only then can they be told apart by when they were submitted.</param>
    public JobFilter(GlobalOptions global, bool hasStates = true, bool isList = false)
    {
        (_global, _hasStates, _isList) = (global, hasStates, isList);
        _states.AcceptOnly([.. States.Keys]);
    }

    public void AddTo(Command command)
    {
        if (_hasStates)
            command.Options.Add(_states);
        foreach (var option in new[] { _function, _worker })
            command.Options.Add(option);
        if (!_isList)
            return;
        command.Options.Add(_since);
        command.Options.Add(_until);
    }

    /// <summary>Whether any of the flags was given.</summary>
    public bool IsGiven(ParseResult parsed) => Read(parsed) is not { States.Count: 0, Function: "", Worker: "", Tenant: "" };

    public MatchingJobsRequest Read(ParseResult parsed)
    {
        var request = new MatchingJobsRequest { Worker = parsed.GetValue(_worker) ?? "", Tenant = parsed.GetValue(_global.Tenant) ?? "" };
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
        return new ListJobsRequest
        {
            States = { read.States },
            Function = read.Function,
            Version = read.Version,
            Worker = read.Worker,
            Tenant = read.Tenant,
            CreatedAfter = parsed.GetValue(_since)?.ToTimestamp(),
            CreatedBefore = parsed.GetValue(_until)?.ToTimestamp(),
        };
    }
}
