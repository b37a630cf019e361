using System.Text;

namespace MiniLambda.Telemetry.Probes;

/// <summary>What a request to a probe gets.</summary>
/// <param name="Status">Of HTTP.</param>
public readonly record struct ProbeAnswer(int Status, byte[] Body, string ContentType)
{
    public static ProbeAnswer Text(int status, string line) => new(status, Encoding.UTF8.GetBytes(line + "\n"), "text/plain; charset=utf-8");
}
