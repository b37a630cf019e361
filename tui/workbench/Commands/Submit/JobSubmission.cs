using System.CommandLine;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using MiniLambda.Client;
using MiniLambda.Contracts.V1;
using MiniLambda.Workbench.Commands.Functions;
using MiniLambda.Workbench.Commands.Jobs;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Commands.Submit;

/// <summary>What <c>submit</c> and <c>invoke</c> share: TARGET, input and settings become one request.</summary>
internal sealed class JobSubmission(GlobalOptions global, CommandTerminal terminal)
{
    private const int MaxInlineBytes = 64 << 10;

    private readonly Argument<string?> _target = new("target")
    {
        Description = "NAME, NAME@VERSION, a manifest, its folder, or a module",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _input = new("--input") { Description = "the guest's stdin: a file, or - for stdin", HelpName = "file" };
    private readonly Option<int> _priority = Flags.Number("--priority", "higher runs first, -100 to 100", usual: 0, min: -100, max: 100);
    private readonly Option<string[]> _labels = Flags.Pairs("--label", "label that the worker must bear; repeatable", "k=v");
    private readonly Option<string?> _key = new("--idempotency-key")
    {
        Description = "repeated requests with this key make one job: safe to try again when no answer came",
        HelpName = "key",
    };

    private readonly Option<TimeSpan?> _ttl = Flags.Duration("--ttl", "fails when no worker has taken it within this time");
    private readonly Option<TimeSpan?> _after = Flags.Duration("--after", "begins no earlier than after this time");
    private readonly Option<DateTimeOffset?> _at = Flags.Moment("--at", "begins no earlier than at this moment: 18:30, 2026-05-01T18:30 (local time) or 2026-05-01T16:30:00Z");
    private readonly ManifestFlags _settings = new();

    public void AddTo(Command command)
    {
        command.Arguments.Add(_target);
        command.Options.Add(_input);
        command.Options.Add(_priority);
        foreach (var option in (System.CommandLine.Option[])[_labels, _key, _ttl, _after, _at])
            command.Options.Add(option);
        _settings.AddTo(command);
    }

    /// <summary>Submits the lines of a file, or of stdin, and tells each answer.</summary>
    /// <returns>How many lines were refused.</returns>
    public async Task<int> SubmitBatchAsync(
        ClusterConnection cluster, ParseResult parsed, string file, Action<SubmitBatchResponse> answered, CancellationToken cancellationToken)
    {
        if (file != "-" && !File.Exists(file))
            throw new CommandException(ExitCodes.Failed, $"there is no file '{file}'");
        using var lines = new StreamReader(file == "-" ? terminal.OpenInput() : File.OpenRead(file));
        return await BatchSubmission.RunAsync(cluster, lines, parsed.GetValue(_target), answered, terminal, cancellationToken);
    }

    /// <summary>Pushes what lies on disk, uploads a large input, and submits.</summary>
    public async Task<Job> SubmitAsync(ClusterConnection cluster, ParseResult parsed, CancellationToken cancellationToken)
    {
        var request = new SubmitJobRequest { Overrides = _settings.Write(parsed), Priority = parsed.GetValue(_priority) };
        request.IdempotencyKey = parsed.GetValue(_key) ?? "";
        request.Ttl = parsed.GetValue(_ttl)?.ToDuration();
        request.Delay = parsed.GetValue(_after)?.ToDuration();
        request.NotBefore = parsed.GetValue(_at)?.ToTimestamp();
        foreach (var (key, value) in ManifestFlags.Pairs(parsed.GetValue(_labels)) ?? new Dictionary<string, string>())
            request.Overrides.Labels[key] = value;
        // The input comes first: when it is not there, nothing is pushed either.
        await using var input = await OpenInputAsync(parsed.GetValue(_input), cancellationToken);
        var target = parsed.GetValue(_target) ?? throw new CommandException(ExitCodes.Usage, "TARGET is missing: what is to run?");
        var notices = Notices.For(parsed, global, terminal);
        if (LocalFunction.IsPath(target))
        {
            var function = LocalFunction.Load(target, ExitCodes.NotRun, _settings.Entry(parsed));
            var pushed = await FunctionPush.PushAsync(cluster, function, notices, cancellationToken);
            if (pushed.Created)
                notices.Say(Published(target, pushed.Function));
            (request.Function, request.Version) = (pushed.Function.Name, pushed.Function.Version);
        }
        else
        {
            (request.Function, request.Version) = FunctionNames.Parse(target, ExitCodes.NotRun);
        }

        if (input is { Length: > MaxInlineBytes })
            request.InputDigest = await FunctionPush.UploadAsync(cluster, input, "the input", "max-input", notices.Progress, cancellationToken);
        else if (input is not null)
            request.Input = await ByteString.FromStreamAsync(input, cancellationToken);
        try
        {
            var answer = await cluster.Jobs.SubmitAsync(request, cancellationToken: cancellationToken);
            var job = answer.Job;
            if (answer.RepeatedRequest)
                notices.Tell($"the idempotency key was used before: this is job {job.Id} of {JobTables.Moment(job.CreatedAt)}");
            if (job.Unplaceable.Length > 0)
                notices.Tell(PlacementWatch.Waits(job));
            return job;
        }
        catch (ApiException e) when (e.Reason == "FUNCTION_NOT_FOUND" && Path.Exists(target))
        {
            throw new CommandException(ExitCodes.NotRun, $"{e.Message}; what lies here under that name is meant by './{target}'");
        }
        catch (ApiException e) when (e.MayHaveBeenDone)
        {
            // The id is the orchestrator's to give, so there is none to ask for: only a person can tell whether this job is among those that are there.
            throw new CommandException(ExitCodes.Failed, $"{e.Message}\nthe job may have been accepted all the same: look with 'minilambda ps' first");
        }
    }

    private static string Published(string target, Function function) => $"{target} is published as {function.Name}@{function.Version}" + (function.Version > 1
        ? $", a new version: '{function.Name}' means this one from now on"
        : "");

    private async Task<Stream?> OpenInputAsync(string? source, CancellationToken cancellationToken)
    {
        if (source is null)
            return null;
        if (source != "-" && !File.Exists(source))
            throw new CommandException(ExitCodes.NotRun, $"there is no input file '{source}'");
        try
        {
            // A stream has no size to announce, so it is laid down first; a file is sent as it is.
            return source == "-" ? await SpoolAsync(cancellationToken) : File.OpenRead(source);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCodes.NotRun, e.Message);
        }
    }

    private async Task<Stream> SpoolAsync(CancellationToken cancellationToken)
    {
        var spool = new FileStream(
            Path.GetTempFileName(), FileMode.Open, FileAccess.ReadWrite, FileShare.None, 64 << 10, FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        await using var input = terminal.OpenInput();
        // A read of a terminal or pipe cannot be cancelled; whoever presses Ctrl-C does not wait for it.
        await input.CopyToAsync(spool, cancellationToken).WaitAsync(cancellationToken);
        spool.Position = 0;
        return spool;
    }
}
