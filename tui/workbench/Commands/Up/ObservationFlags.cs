using System.CommandLine;
using MiniLambda.Telemetry.Logs;

namespace MiniLambda.Workbench.Commands.Up;

/// <summary>The flags <c>--log-format</c>, <c>--otlp-endpoint</c> and <c>--trace-sample</c>.</summary>
internal sealed class ObservationFlags
{
    private readonly Option<string> _format = new("--log-format")
    {
        Description = "what stands in a line of the log: text or json",
        HelpName = "format",
        DefaultValueFactory = _ => "text",
    };

    private readonly Option<Uri?> _endpoint = new("--otlp-endpoint")
    {
        Description = "URL of an OTLP receiver that metrics and traces are sent to (default: OTEL_EXPORTER_OTLP_ENDPOINT)",
        HelpName = "url",
        CustomParser = static result =>
        {
            if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
                return url;
            result.AddError($"--otlp-endpoint takes a URL such as http://127.0.0.1:4317, not '{result.Tokens[0].Value}'");
            return null;
        },
    };

    private readonly Option<double> _sample = new("--trace-sample")
    {
        Description = "fraction of the traces that are kept, 0 to 1",
        HelpName = "fraction",
        DefaultValueFactory = _ => 0.1,
    };

    public ObservationFlags()
    {
        _format.AcceptOnly(["text", "json"]);
        _sample.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (>= 0 and <= 1))
                result.AddError("--trace-sample takes a number from 0 to 1");
        });
    }

    public void AddTo(Command command)
    {
        command.Add(_format);
        command.Add(_endpoint);
        command.Add(_sample);
    }

    public Observation Read(ParseResult parsed) => new()
    {
        LogFormat = parsed.GetValue(_format) == "json" ? LogFormat.Json : LogFormat.Text,
        OtlpEndpoint = parsed.GetValue(_endpoint),
        TraceSample = parsed.GetValue(_sample),
    };
}
