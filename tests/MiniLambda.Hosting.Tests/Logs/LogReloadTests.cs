using System.ComponentModel;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using MiniLambda.Hosting.Logs;
using MiniLambda.Telemetry.Logs;

namespace MiniLambda.Hosting.Tests.Logs;

public sealed class LogReloadTests
{
    private const int Sighup = 1;

    [SignalFact(Sighup)]
    public async Task SIGHUP_takes_up_the_level_that_the_configuration_names_by_then()
    {
        using var folder = new TemporaryFolder();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        using var output = new StringWriter();
        var config = folder.Write("config.toml", "log_level = \"error\"");
        var code = await DaemonCommand.RunAsync<LoggedOptions>(
            "sample", "A sample daemon.", ["--config", config],
            async (options, _) =>
            {
                using var loggers = LoggerFactory.Create(logging => logging.AddDaemonLog(options));
                var logger = loggers.CreateLogger("sample");
                Assert.False(logger.IsEnabled(LogLevel.Warning));
                await ReloadAsync("log_level = \"wrong\"", () => output.ToString().Contains("the log goes on as before", StringComparison.Ordinal));
                Assert.False(logger.IsEnabled(LogLevel.Warning));
                await ReloadAsync("log_level = \"debug\"", () => logger.IsEnabled(LogLevel.Debug));
                return 0;
            },
            [], static _ => null, TextWriter.Null, TextWriter.Synchronized(output));
        Assert.Equal(0, code);

        async Task ReloadAsync(string text, Func<bool> isDone)
        {
            folder.Write("config.toml", text);
            using var kill = Process.Start("kill", [$"-{Sighup}", $"{Environment.ProcessId}"]);
            while (!isDone())
                await Task.Delay(10, patience.Token);
        }
    }

    private sealed class LoggedOptions : ILogSettings
    {
        [Description("format")]
        public LogFormat LogFormat { get; set; } = LogFormat.Text;

        [Description("level")]
        public LogVerbosity LogLevel { get; set; } = LogVerbosity.Information;
    }
}
