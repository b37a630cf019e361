using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace MiniLambda.Orchestrator.Certificates;

/// <summary>What the orchestrator may be dialled by.</summary>
internal static class CertificateNames
{
    private const int Most = 64;

    /// <param name="listen">The URL that it listens on.</param>
    /// <param name="more">Names and addresses that its owner adds.</param>
    public static IReadOnlyList<string> Find(Uri listen, IEnumerable<string> more)
    {
        var host = listen.IdnHost.Trim('[', ']');
        List<string> names = [.. more, "localhost", "127.0.0.1", "::1"];
        if (!(IPAddress.TryParse(host, out var address) && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))))
            names.Insert(0, host);
        var machine = Environment.MachineName.ToLowerInvariant();
        if (Uri.CheckHostName(machine) == UriHostNameType.Dns)
            names.AddRange(machine.Contains('.', StringComparison.Ordinal) ? [machine] : [machine, $"{machine}.local"]);
        names.AddRange(Addresses().Select(static a => a.ToString()));
        return [.. names.Distinct(StringComparer.OrdinalIgnoreCase).Take(Most)];
    }

    /// <summary>This machine's addresses that others may dial.</summary>
    public static IEnumerable<IPAddress> Addresses()
    {
        try
        {
            return NetworkInterface.GetAllNetworkInterfaces().Where(static network => network.OperationalStatus == OperationalStatus.Up)
                .SelectMany(static network => network.GetIPProperties().UnicastAddresses).Select(static unicast => unicast.Address)
                .Where(static a => !IPAddress.IsLoopback(a) && !a.IsIPv6LinkLocal && a.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6)
                .Distinct().ToList();
        }
        catch (NetworkInformationException)
        {
            // Where the system does not tell, the names that are known have to do.
            return [];
        }
    }
}
