using System.Reflection;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;

namespace MiniLambda.Telemetry.Export;

/// <summary>What both exporters of OTLP have in common; the rest is OpenTelemetry's own environment variables.</summary>
internal static class OtlpSetup
{
    public static string Version { get; } =
        typeof(OtlpSetup).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    public static void Identify(ResourceBuilder resource, ExportSpec spec) =>
        resource.AddService(spec.Service, serviceNamespace: "minilambda", serviceVersion: Version, serviceInstanceId: spec.Instance);

    /// <param name="signal">The end of the path over HTTP: <c>v1/traces</c>.</param>
    public static void Address(OtlpExporterOptions exporter, ExportSpec spec, string signal)
    {
        if (spec.Endpoint is not { } endpoint)
            return;
        // What the environment names as a base, a program has to name whole.
        exporter.Endpoint = exporter.Protocol == OtlpExportProtocol.HttpProtobuf ? new Uri($"{endpoint.ToString().TrimEnd('/')}/{signal}") : endpoint;
    }
}
