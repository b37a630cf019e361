namespace MiniLambda.Telemetry.Export;

/// <summary>Where telemetry is sent.</summary>
/// <param name="Service">As OpenTelemetry calls it: <c>service.name</c>.</param>
/// <param name="Instance">Tells the services of one name apart: <c>service.instance.id</c>.</param>
/// <param name="Endpoint">Of an OTLP receiver; null = what the environment says (<c>OTEL_EXPORTER_OTLP_ENDPOINT</c>), and nothing is sent when it says nothing.</param>
/// <param name="TraceSample">Fraction of the traces that begin here which are kept, 0 to 1. One that a caller began is kept when the caller keeps it.</param>
public sealed record ExportSpec(string Service, string Instance, Uri? Endpoint, double TraceSample)
{
    private const string Variable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>Whether anything is sent.</summary>
    public bool IsOn => Endpoint is not null || Environment.GetEnvironmentVariable(Variable) is { Length: > 0 };
}
