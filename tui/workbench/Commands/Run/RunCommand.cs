using System.CommandLine;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Folders;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Text;
using MiniLambda.Sandbox;
using MiniLambda.Workbench.Commands.Progress;
using MiniLambda.Workbench.Commands.Secrets;

namespace MiniLambda.Workbench.Commands.Run;

/// <summary><c>run TARGET [-- ARG…]</c></summary>
internal static class RunCommand
{
    private const string OwnStdin = "/dev/stdin";

    public static Command Create(GlobalOptions global, CommandTerminal terminal)
    {
        var target = new Argument<string>("target") { Description = "a module (.wasm, .wat), a manifest, or its folder" };
        var stdin = new Option<string?>("--stdin") { Description = "the guest's stdin: a file, or - for stdin (which is also the default)", HelpName = "file" };
        var directories = new Option<string[]>("--dir")
        {
            Description = "folder that the guest may open; repeatable",
            HelpName = "host[::guest][:ro]",
        };
        var isolation = new Option<string>("--isolation")
        {
            Description = "what stands between the function and this program, beside the engine",
            HelpName = "process|thread",
            DefaultValueFactory = _ => OperatingSystem.IsWindows() ? "thread" : "process",
        };
        isolation.AcceptOnly(["process", "thread"]);
        var secrets = LocalSecrets.Flag();
        var settings = new ManifestFlags();
        var command = new Command("run", "Run a function here, in the sandbox, without any cluster") { target, stdin, directories, secrets, isolation };
        settings.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var function = LocalFunction.Load(parsed.GetValue(target)!, ExitCodes.NotRun, settings.Entry(parsed));
            var manifest = settings.Read(parsed).ApplyTo(function.Manifest);
            if (manifest.Limits.Problems().Concat(manifest.ArgumentProblems().Select(p => p.Message)).ToList() is { Count: > 0 } problems)
                throw new CommandException(ExitCodes.Usage, string.Join('\n', problems));
            var request = new ExecutionRequest
            {
                ProgramName = manifest.Name.Value,
                Entry = manifest.Entry,
                Args = manifest.Args,
                Env = await LocalSecrets.AddToAsync(manifest, parsed.GetValue(secrets) ?? [], terminal, cancellationToken),
                Limits = manifest.Limits,
                Capabilities = manifest.Capabilities,
                StdinPath = StdinPath(parsed.GetValue(stdin), terminal),
                Directories = [.. (parsed.GetValue(directories) ?? []).Select(Directory)],
            };
            // A worker's exports are not known here: the folder has to be named.
            if (manifest.Capabilities.Mounts.Keys.FirstOrDefault(path => request.Directories.All(given => given.GuestPath != path)) is { } missing)
                throw new CommandException(ExitCodes.NotRun, $"the function wants a folder at '{missing}': give it one with --dir FOLDER::{missing}");
            return await RunAsync(function, request, Enum.Parse<Isolation>(parsed.GetValue(isolation)!, ignoreCase: true), Notices.For(parsed, global, terminal).Progress, terminal,
                cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(
        LocalFunction function, ExecutionRequest request, Isolation isolation, ProgressLine progress, CommandTerminal terminal,
        CancellationToken cancellationToken)
    {
        using var sandbox = new SandboxEngine(
            new SandboxOptions { ArtifactFolder = CacheFolder(terminal), MaxConcurrency = 1, Isolation = isolation }, TimeProvider.System,
            NullLogger<SandboxEngine>.Instance);
        using var module = new TemporaryModule(function);
        // A host has a stdin of its own, by which it gets its orders.
        using var relay = isolation == Isolation.Process && request.StdinPath == OwnStdin ? new StdinRelay(terminal) : null;
        PreparedModule prepared;
        try
        {
            await using var compiling = new WaitingLine(progress, $"compiling {function.ModuleSource}", TimeProvider.System);
            prepared = await sandbox.PrepareAsync(
                await module.DigestAsync(cancellationToken), request.Limits.Fuel > 0, _ => ValueTask.FromResult(module.Path), cancellationToken);
        }
        catch (BadModuleException e)
        {
            throw new CommandException(ExitCodes.NotRun, $"{function.ModuleSource}: {e.Message}");
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var console = new GuestConsole(terminal, stop);
        var result = await Task.Factory.StartNew(
            () => sandbox.Run(prepared, request with { StdinPath = relay?.Path ?? request.StdinPath }, console, stop.Token),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        console.End();
        cancellationToken.ThrowIfCancellationRequested();
        if (result.LogsTruncated)
            await terminal.Error.WriteLineAsync($"\n{request.ProgramName}: stderr was cut at its limit");
        if (result.Outcome != AttemptOutcome.Succeeded && (result.Outcome != AttemptOutcome.Exit || result.Message.Contains("memory", StringComparison.Ordinal)))
            await terminal.Error.WriteLineAsync(Printable.Line($"{request.ProgramName}: {result.Message}"));
        return ExitCodes.Of((Attempt.Types.Outcome)result.Outcome, result.ExitCode);
    }

    private static string? StdinPath(string? given, CommandTerminal terminal) => given switch
    {
        null or "-" => OperatingSystem.IsWindows() || !terminal.HasInput ? null : OwnStdin,
        _ when File.Exists(given) => Path.GetFullPath(given),
        _ => throw new CommandException(ExitCodes.NotRun, $"there is no input file '{given}'"),
    };

    /// <summary>Reads <c>HOST[::GUEST][:ro]</c>; without a guest path the folder has the same one there.</summary>
    private static DirectoryGrant Directory(string text)
    {
        var readOnly = text.EndsWith(":ro", StringComparison.Ordinal);
        var paths = (readOnly ? text[..^3] : text).Split("::", 2);
        if (!System.IO.Directory.Exists(paths[0]))
            throw new CommandException(ExitCodes.NotRun, $"--dir: there is no folder '{paths[0]}'");
        return new DirectoryGrant(Path.GetFullPath(paths[0]), paths.Length > 1 ? paths[1] : paths[0], readOnly);
    }

    /// <summary>Where compiled modules are kept for the next run; a new folder where the usual one cannot be written to.</summary>
    private static string CacheFolder(CommandTerminal terminal)
    {
        var usual = Path.Combine(
            terminal.Variable("XDG_CACHE_HOME") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify), ".cache"),
            "minilambda", "artifacts");
        try
        {
            PrivateFolder.Create(usual);
            return usual;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return System.IO.Directory.CreateTempSubdirectory("minilambda-").FullName;
        }
    }

    /// <summary>The module as a file: itself, or what a <c>.wat</c> was converted to.</summary>
    private sealed class TemporaryModule : IDisposable
    {
        private readonly bool _isOwned;

        public TemporaryModule(LocalFunction function)
        {
            using var content = function.OpenModule();
            _isOwned = content is not FileStream;
            Path = _isOwned ? System.IO.Path.GetTempFileName() : function.ModuleSource;
            if (!_isOwned)
                return;
            using var file = File.Create(Path);
            content.CopyTo(file);
        }

        public string Path { get; }

        public async Task<BlobDigest> DigestAsync(CancellationToken cancellationToken)
        {
            await using var content = File.OpenRead(Path);
            return BlobDigest.FromHash(await SHA256.HashDataAsync(content, cancellationToken));
        }

        public void Dispose()
        {
            if (_isOwned)
                File.Delete(Path);
        }
    }
}
