using System.CommandLine;
using System.CommandLine.Invocation;
using System.Runtime.InteropServices;
using MiniLambda.Hosting.Logs;
using MiniLambda.Hosting.Settings;
using MiniLambda.Telemetry.Logs;

namespace MiniLambda.Hosting;

/// <summary>The command line of a daemon: reads its settings, runs it until a signal stops it, and says what went wrong.</summary>
public static class DaemonCommand
{
    /// <summary>Parses the arguments and serves; <c>NAME</c> and <c>NAME serve</c> are the same.</summary>
    /// <typeparam name="TOptions">Each property with a <see cref="System.ComponentModel.DescriptionAttribute"/> is a setting.</typeparam>
    /// <param name="serve">Runs until its token is cancelled, and answers the exit code.</param>
    /// <param name="verbs">What the daemon's program does beside serving.</param>
    /// <returns>0 stopped cleanly, 1 failed, 2 usage or configuration, 130 a verb that was broken off.</returns>
    public static Task<int> RunAsync<TOptions>(
        string name, string description, string[] args, Func<TOptions, CancellationToken, Task<int>> serve, params DaemonVerb<TOptions>[] verbs)
        where TOptions : class, new() =>
        RunAsync(name, description, args, serve, verbs, Environment.GetEnvironmentVariable, Console.Out, Console.Error);

    internal static async Task<int> RunAsync<TOptions>(
        string name, string description, string[] args, Func<TOptions, CancellationToken, Task<int>> serve, IReadOnlyList<DaemonVerb<TOptions>> verbs,
        Func<string, string?> variable, TextWriter output, TextWriter error)
        where TOptions : class, new()
    {
        var settings = new SettingsOptions<TOptions>();
        var verbose = new Option<bool>("--verbose") { Description = "tell failures with their stack trace", Recursive = true };
        var serveVerb = new Command("serve", "Serve until stopped; the same as no verb");
        var root = new RootCommand(description) { verbose, serveVerb };
        settings.AddTo(root);
        settings.AddTo(serveVerb);
        root.SetAction(ServeAsync);
        serveVerb.SetAction(ServeAsync);
        foreach (var verb in verbs)
        {
            Place(root, verb).Add(verb.Command);
            settings.AddTo(verb.Command, verb.Settings);
            verb.Command.SetAction((flags, _) => RunAsync(flags, (options, token) => verb.Run(options, flags, token), ExitCode.BrokenOff));
        }

        var parsed = root.Parse(args);
        if (parsed.Action is ParseErrorAction)
            return Refuse([.. parsed.Errors.Select(problem => problem.Message), $"try: {name} --help"]);
        return await parsed.InvokeAsync(new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
            Output = output,
            Error = error,
        });

        Task<int> ServeAsync(ParseResult flags, CancellationToken cancellation) => RunAsync(flags, serve, ExitCode.Stopped);

        async Task<int> RunAsync(ParseResult flags, Func<TOptions, CancellationToken, Task<int>> run, int stopped)
        {
            var reading = await settings.ReadAsync(flags, variable);
            if (reading.Errors.Count > 0)
                return Refuse(reading.Errors);
            using var reload = stopped == ExitCode.Stopped ? ReloadLogLevel(flags) : null;
            return await SuperviseAsync(token => run(reading.Options, token), stopped, flags.GetValue(verbose), error);
        }

        // Everything is read again, as at the start, and of that the level alone is taken up.
        IDisposable? ReloadLogLevel(ParseResult flags) => OperatingSystem.IsWindows()
            ? null
            : PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
            {
                context.Cancel = true;
                _ = ReloadAsync();

                async Task ReloadAsync()
                {
                    var reading = await settings.ReadAsync(flags, variable);
                    if (reading.Errors.Count > 0)
                        Refuse([.. reading.Errors, "the log goes on as before"]);
                    else if (reading.Options is ILogSettings log)
                        LogThreshold.OfProcess.Level = LogThreshold.Of(log.LogLevel);
                }
            });

        int Refuse(IReadOnlyList<string> problems)
        {
            foreach (var problem in problems)
                error.WriteLine(problem);
            return ExitCode.Usage;
        }
    }

    private static Command Place<TOptions>(Command root, DaemonVerb<TOptions> verb)
        where TOptions : class, new()
    {
        if (verb.Group is null)
            return root;
        if (root.Subcommands.FirstOrDefault(command => command.Name == verb.Group) is { } known)
            return known;
        var group = new Command(verb.Group, verb.Command.Description);
        root.Add(group);
        return group;
    }

    private static async Task<int> SuperviseAsync(Func<CancellationToken, Task<int>> run, int stopped, bool verbose, TextWriter error)
    {
        using var signals = new StopSignals();
        try
        {
            return await run(signals.Token);
        }
        catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
        {
            return stopped;
        }
        catch (Exception failure)
        {
            var message = failure is FileNotFoundException && WorkingFolder.IsGone() ? WorkingFolder.GoneMessage : FirstLine(failure.Message);
            await error.WriteLineAsync($"error: {(verbose ? failure : message)}");
            return failure is ConfigurationException ? ExitCode.Usage : ExitCode.Failed;
        }
    }

    private static string FirstLine(string message) => message.ReplaceLineEndings("\n").Split('\n')[0];

    private static class ExitCode
    {
        public const int Stopped = 0;
        public const int Failed = 1;
        public const int Usage = 2;
        public const int BrokenOff = 130;
    }
}
