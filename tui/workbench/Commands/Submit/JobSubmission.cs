using System.CommandLine;
using Google.Protobuf;
using MiniLambda.Client;
using MiniLambda.Contracts.V1;
using MiniLambda.Workbench.Commands.Functions;
using MiniLambda.Workbench.Commands.Jobs;

namespace MiniLambda.Workbench.Commands.Submit;

/// <summary>What <c>submit</c> and <c>invoke</c> share: TARGET, input and settings become one request.</summary>
internal sealed class JobSubmission(GlobalOptions global, Terminal terminal)
{
    private const int MaxInlineBytes = 64 << 10;

    private readonly Argument<string> _target = new("target") { Description = "NAME, NAME@VERSION, a manifest, its folder, or a module" };
    private readonly Option<string?> _input = new("--input") { Description = "the guest's stdin: a file, or - for stdin", HelpName = "file" };
    private readonly Option<int> _priority = Flags.Number("--priority", "higher runs first, -100 to 100", usual: 0, min: -100, max: 100);
    private readonly Option<string[]> _labels = Flags.Pairs("--label", "label that the worker must bear; repeatable", "k=v");
    private readonly ManifestFlags _settings = new();

    public void AddTo(Command command)
    {
        command.Arguments.Add(_target);
        command.Options.Add(_input);
        command.Options.Add(_priority);
        command.Options.Add(_labels);
        _settings.AddTo(command);
    }

    /// <summary>Pushes what lies on disk, uploads a large input, and submits.</summary>
    public async Task<Job> SubmitAsync(ClusterConnection cluster, ParseResult parsed, CancellationToken cancellationToken)
    {
        var request = new SubmitJobRequest { Overrides = _settings.Write(parsed), Priority = parsed.GetValue(_priority) };
        foreach (var (key, value) in ManifestFlags.Pairs(parsed.GetValue(_labels)) ?? new Dictionary<string, string>())
            request.Overrides.Labels[key] = value;
        // The input comes first: when it is not there, nothing is pushed either.
        await using var input = await OpenInputAsync(parsed.GetValue(_input), cancellationToken);
        var target = parsed.GetValue(_target)!;
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
            request.InputDigest = await FunctionPush.UploadAsync(cluster, input, "the input", "max-input", cancellationToken);
        else if (input is not null)
            request.Input = await ByteString.FromStreamAsync(input, cancellationToken);
        try
        {
            var job = (await cluster.Jobs.SubmitAsync(request, cancellationToken: cancellationToken)).Job;
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
