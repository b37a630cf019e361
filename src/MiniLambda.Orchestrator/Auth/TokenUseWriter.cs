namespace MiniLambda.Orchestrator.Auth;

/// <summary>Stores now and then, and at the end, when tokens were last used: to the minute, so that a call costs no write.</summary>
internal sealed partial class TokenUseWriter(TokenBook tokens, TimeProvider clock, ILogger<TokenUseWriter> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await StoreAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await StoreAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // The end of the program.
        }
    }

    private async Task StoreAsync(CancellationToken cancellationToken)
    {
        try
        {
            await tokens.StoreUsesAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            LogNotStored(e);
        }
    }

    [LoggerMessage(1911, LogLevel.Warning, "when tokens were last used could not be stored; it is tried again")]
    private partial void LogNotStored(Exception exception);
}
