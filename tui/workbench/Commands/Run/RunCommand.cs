using System.CommandLine;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Text;
using MiniLambda.Sandbox;

namespace MiniLambda.Workbench.Commands.Run;

/// <summary><c>run TARGET [-- ARG…]</c></summary>
internal static class RunCommand
{
    public static Command Create(Terminal terminal)
    {
        var target = new Argument<string>("target") { Description = "a module (.wasm, .wat), a manifest, or its folder" };
        var stdin = new Option<string?>("--stdin") { Description = "the guest's stdin: a file, or - for stdin (which is also the default)", HelpName = "file" };
        var directories = new Option<string[]>("--dir")
        {
            Description = "folder that the guest may open; repeatable", HelpName = "host[::guest][:ro]",
        };
        var settings = new ManifestFlags();
        var command = new Command("run", "Run a function here, in the sandbox, without any cluster") { target, stdin, directories };
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
                Env = manifest.Env,
                Limits = manifest.Limits,
                Capabilities = manifest.Capabilities,
                StdinPath = StdinPath(parsed.GetValue(stdin)),
                Directories = [.. (parsed.GetValue(directories) ?? []).Select(Directory)],
            };
            return await RunAsync(function, request, terminal, cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(LocalFunction function, ExecutionRequest request, Terminal terminal, CancellationToken cancellationToken)
    {
        using var sandbox = new SandboxEngine(
            new SandboxOptions { ArtifactFolder = CacheFolder(terminal), MaxConcurrency = 1 }, TimeProvider.System, NullLogger<SandboxEngine>.Instance);
        using var module = new TemporaryModule(function);
        LoadedModule loaded;
        try
        {
            loaded = await sandbox.LoadAsync(
                await module.DigestAsync(cancellationToken), request.Limits.Fuel > 0, _ => ValueTask.FromResult(module.Path), cancellationToken);
        }
        catch (BadModuleException e)
        {
            throw new CommandException(ExitCodes.NotRun, $"{function.ModuleSource}: {e.Message}");
        }

        // A guest that waits for a terminal's input cannot be interrupted; the process ends then, and the guest with it.
        var console = new GuestConsole(terminal);
        var running = Task.Factory.StartNew(
            () => sandbox.Run(loaded, request, console, cancellationToken), CancellationToken.None, TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        var grace = TimeSpan.FromSeconds(1);
        ExecutionResult result;
        try
        {
            result = await running.WaitAsync(request.Limits.Timeout + grace, cancellationToken);
        }
        catch (TimeoutException)
        {
            await terminal.Error.WriteLineAsync($"{request.ProgramName}: the function ran past its timeout while it waited for input");
            return ExitCodes.TimedOut;
        }

        console.End();
        cancellationToken.ThrowIfCancellationRequested();
        if (result.LogsTruncated)
            await terminal.Error.WriteLineAsync($"{request.ProgramName}: stderr was cut at its limit");
        if (result.Outcome != AttemptOutcome.Succeeded && (result.Outcome != AttemptOutcome.Exit || result.Message.Contains("memory", StringComparison.Ordinal)))
            await terminal.Error.WriteLineAsync(Printable.Line($"{request.ProgramName}: {result.Message}"));
        return ExitCodes.Of((Attempt.Types.Outcome)result.Outcome, result.ExitCode);
    }

    private static string? StdinPath(string? given) => given switch
    {
        null or "-" => OperatingSystem.IsWindows() ? null : "/dev/stdin",
        _ when File.Exists(given) => given,
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

    private static string CacheFolder(Terminal terminal) => Path.Combine(
        terminal.Variable("XDG_CACHE_HOME") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
        "minilambda", "artifacts");

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
