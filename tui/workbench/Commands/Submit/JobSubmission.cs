using System.CommandLine;
using Google.Protobuf;
using MiniLambda.Client;
using MiniLambda.Client.Blobs;
using MiniLambda.Contracts.V1;
using MiniLambda.Workbench.Commands.Functions;

namespace MiniLambda.Workbench.Commands.Submit;

/// <summary>What <c>submit</c> and <c>invoke</c> share: TARGET, input and settings become one request.</summary>
internal sealed class JobSubmission(GlobalOptions global, Terminal terminal)
{
    private const int MaxInlineBytes = 64 << 10;

    private readonly Argument<string> _target = new("target") { Description = "NAME, NAME@VERSION, a manifest, its folder, or a module" };
    private readonly Option<string?> _input = new("--input") { Description = "the guest's stdin: a file, or - for stdin", HelpName = "file" };
    private readonly Option<int> _priority = new("--priority") { Description = "higher runs first, -100 to 100", HelpName = "n" };
    private readonly Option<string[]> _labels = new("--label") { Description = "label that the worker must bear; repeatable", HelpName = "k=v" };
    private readonly ManifestFlags _settings = new();

    public void AddTo(Command command)
    {
        command.Arguments.Add(_target);
        command.Options.Add(_input);
        command.Options.Add(_priority);
        command.Options.Add(_labels);
        _settings.AddTo(command);
        command.Validators.Add(result =>
        {
            foreach (var pair in result.GetValue(_labels) ?? [])
            {
                if (pair.IndexOf('=') < 1)
                    result.AddError($"--label takes K=V, not '{pair}'");
            }
        });
    }

    /// <summary>Pushes what lies on disk, uploads a large input, and submits.</summary>
    public async Task<Job> SubmitAsync(ClusterConnection cluster, ParseResult parsed, CancellationToken cancellationToken)
    {
        var request = new SubmitJobRequest { Overrides = _settings.Write(parsed), Priority = parsed.GetValue(_priority) };
        foreach (var (key, value) in ManifestFlags.Pairs(parsed.GetValue(_labels)) ?? new Dictionary<string, string>())
            request.Overrides.Labels[key] = value;
        var target = parsed.GetValue(_target)!;
        if (LocalFunction.IsPath(target))
        {
            var function = LocalFunction.Load(target, ExitCodes.NotRun, _settings.Entry(parsed));
            var pushed = await FunctionPush.PushAsync(cluster, function, Notices.For(parsed, global, terminal), cancellationToken);
            (request.Function, request.Version) = (pushed.Function.Name, pushed.Function.Version);
        }
        else
        {
            (request.Function, request.Version) = FunctionNames.Parse(target, ExitCodes.NotRun);
        }

        await SetInputAsync(cluster, request, parsed.GetValue(_input), cancellationToken);
        return (await cluster.Jobs.SubmitAsync(request, cancellationToken: cancellationToken)).Job;
    }

    private async Task SetInputAsync(ClusterConnection cluster, SubmitJobRequest request, string? source, CancellationToken cancellationToken)
    {
        if (source is null)
            return;
        if (source != "-" && !File.Exists(source))
            throw new CommandException(ExitCodes.NotRun, $"there is no input file '{source}'");

        // A stream has no size to announce, so it is laid down first; a file is sent as it is.
        await using var input = source == "-" ? await SpoolAsync(cancellationToken) : File.OpenRead(source);
        if (input.Length <= MaxInlineBytes)
            request.Input = await ByteString.FromStreamAsync(input, cancellationToken);
        else
            request.InputDigest = await cluster.Blobs.UploadAsync(input, cancellationToken);
    }

    private async Task<Stream> SpoolAsync(CancellationToken cancellationToken)
    {
        var spool = new FileStream(
            Path.GetTempFileName(), FileMode.Open, FileAccess.ReadWrite, FileShare.None, 64 << 10, FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        await using var input = terminal.OpenInput();
        await input.CopyToAsync(spool, cancellationToken);
        spool.Position = 0;
        return spool;
    }
}
