using System.Net;

namespace MiniLambda.Orchestrator.Tests;

/// <summary>A body that begins and never comes to its end.</summary>
/// <param name="announced">Bytes that it says it has; null for none said.</param>
internal sealed class UnfinishedContent(long? announced = null) : HttpContent
{
    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(new byte[] { 0 }, cancellationToken);
        await stream.FlushAsync(cancellationToken);
        await Task.Delay(Timeout.Infinite, cancellationToken);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override bool TryComputeLength(out long length)
    {
        length = announced ?? 0;
        return announced is not null;
    }
}
