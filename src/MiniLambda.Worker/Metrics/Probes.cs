using MiniLambda.Telemetry.Probes;
using MiniLambda.Worker.Session;

namespace MiniLambda.Worker.Metrics;

/// <summary>Answers scrapers and health checks.</summary>
internal sealed class Probes(TelemetryExport export, SessionLoop session, WorkerHost worker)
{
    public Task<ProbeAnswer> AnswerAsync(string path, string? accept) => Task.FromResult(path switch
    {
        "/healthz" => Tell(worker.IsAlive),
        "/readyz" => Tell(worker.IsAlive && session.IsTakingJobs),
        "/metrics" when export.Scrape(accept) is var scrape => new ProbeAnswer(200, scrape.Body, scrape.ContentType),
        _ => ProbeAnswer.Text(404, "there are /metrics, /healthz and /readyz"),
    });

    private static ProbeAnswer Tell(bool isWell) => isWell ? ProbeAnswer.Text(200, "ok") : ProbeAnswer.Text(503, "not ready");
}
