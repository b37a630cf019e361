using Microsoft.Extensions.Logging;
using MiniLambda.Hosting.Logs;
using MiniLambda.Telemetry.Logs;

namespace MiniLambda.Hosting.Tests.Logs;

public sealed class LogThresholdTests
{
    [Fact]
    public void A_logger_that_is_in_use_follows_the_threshold()
    {
        var threshold = new LogThreshold();
        using var loggers = LoggerFactory.Create(logging => logging.AddDaemonLog(LogFormat.Json, threshold));
        var logger = loggers.CreateLogger("MiniLambda.Test");
        Assert.Equal((true, false), (logger.IsEnabled(LogLevel.Information), logger.IsEnabled(LogLevel.Debug)));
        threshold.Level = LogLevel.Debug;
        Assert.True(logger.IsEnabled(LogLevel.Debug));
        threshold.Level = LogLevel.Warning;
        Assert.False(logger.IsEnabled(LogLevel.Information));
        // What the frameworks say of each request stays out.
        threshold.Level = LogLevel.Debug;
        Assert.False(loggers.CreateLogger("Microsoft.AspNetCore.Hosting").IsEnabled(LogLevel.Information));
    }
}
