using MiniLambda.Telemetry.Export;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace MiniLambda.Telemetry.Traces;

/// <summary>Sends traces where OTLP is configured. Disposing sends the rest.</summary>
public static class TraceExport
{
    /// <param name="sources">Whose spans are sent.</param>
    /// <returns>Null when nothing is configured: then nobody listens, and spans cost nothing.</returns>
    public static IDisposable? Start(ExportSpec spec, params string[] sources) => spec.IsOn
        ? Sdk.CreateTracerProviderBuilder()
            .ConfigureResource(resource => OtlpSetup.Identify(resource, spec))
            .AddSource(sources)
            .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(spec.TraceSample)))
            .AddOtlpExporter(exporter => OtlpSetup.Address(exporter, spec, "v1/traces"))
            .Build()
        : null;
}
