using System.Net;
using System.Net.Sockets;

namespace MiniLambda.Orchestrator;

/// <summary>What a URL to listen on means: the addresses of its host and no others.</summary>
internal static class ListenAddresses
{
    /// <param name="resolve">Finds the addresses of a name.</param>
    /// <exception cref="IOException">Nothing bears the name.</exception>
    public static async Task<IReadOnlyList<IPEndPoint>> FindAsync(Uri url, Func<string, Task<IPAddress[]>> resolve)
    {
        if (url.Host == "localhost")
            return [new IPEndPoint(IPAddress.Loopback, url.Port)];
        if (IPAddress.TryParse(url.Host.Trim('[', ']'), out var address))
            return [new IPEndPoint(address, url.Port)];
        IPAddress[] addresses;
        try
        {
            addresses = await resolve(url.IdnHost);
        }
        catch (SocketException e)
        {
            throw NoAddress(url, e);
        }

        if (addresses.Length == 0)
            throw NoAddress(url, null);
        // Any free port would be another one at each address.
        return [.. addresses.Distinct().Take(url.Port == 0 ? 1 : int.MaxValue).Select(a => new IPEndPoint(a, url.Port))];
    }

    private static IOException NoAddress(Uri url, SocketException? cause) =>
        new($"cannot listen on {url.OriginalString}: '{url.Host}' has no address{(cause is null ? "" : $" ({cause.Message})")}; name an address of this machine", cause);
}
