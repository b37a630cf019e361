using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using MiniLambda.Trust.Authorities;

namespace MiniLambda.Trust.Discovery;

/// <summary>
/// Announcements on the local network: UDP to a group of the range that organisations use within themselves (239.255.0.0/16, RFC 2365), which no router
/// passes on. Any free library for DNS-SD is years old; this says less and needs no names of its own.
/// </summary>
public static class LocalNetwork
{
    public const int UsualPort = 7071;

    /// <summary>Different announcements that are kept of one listening; a flood makes no list.</summary>
    public const int MaxHeard = 64;

    /// <summary>Datagrams that are looked at in one listening.</summary>
    private const int MaxDatagrams = 10_000;

    private static readonly IPAddress Group = IPAddress.Parse("239.255.77.76");

    /// <summary>Says an announcement once, on every network that this machine is in and on the machine itself.</summary>
    /// <param name="isOnlyLocal">On the machine itself alone.</param>
    /// <returns>Whether any network took it.</returns>
    public static async Task<bool> SayAsync(Announcement announcement, bool isOnlyLocal, int port, CancellationToken cancellationToken)
    {
        var (text, isSaid) = (announcement.Write(), false);
        foreach (var address in Addresses().Where(a => !isOnlyLocal || IPAddress.IsLoopback(a)))
        {
            try
            {
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
                socket.Bind(new IPEndPoint(address, 0));
                socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastInterface, address.GetAddressBytes());
                socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastTimeToLive, 1);
                await socket.SendToAsync(text, SocketFlags.None, new IPEndPoint(Group, port), cancellationToken);
                isSaid = true;
            }
            catch (SocketException)
            {
                // A network without multicast, or one that went meanwhile.
            }
        }

        return isSaid;
    }

    /// <summary>Listens for a while. What is heard proves nothing yet.</summary>
    /// <param name="isEnough">Ends it early.</param>
    /// <exception cref="IOException">Nothing can be heard here.</exception>
    public static async Task<IReadOnlyList<HeardOrchestrator>> HearAsync(
        TimeSpan time, int port, TimeProvider clock, Func<HeardOrchestrator, bool> isEnough, CancellationToken cancellationToken)
    {
        using var socket = Listen(port);
        using var over = new CancellationTokenSource(time, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
        var heard = new List<HeardOrchestrator>();
        var buffer = new byte[Announcement.MaxBytes + 1];
        try
        {
            for (var i = 0; i < MaxDatagrams && heard.Count < MaxHeard; i++)
            {
                if (await ReceiveAsync(socket, buffer, either.Token) is not { } orchestrator || heard.Contains(orchestrator))
                    continue;
                heard.Add(orchestrator);
                if (isEnough(orchestrator))
                    break;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The time is over.
        }

        return heard;
    }

    private static async Task<HeardOrchestrator?> ReceiveAsync(Socket socket, byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            var received = await socket.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), cancellationToken);
            return Announcement.TryRead(buffer.AsSpan(0, received.ReceivedBytes)) is { } announcement
                ? new HeardOrchestrator(announcement.Name, new UriBuilder(Uri.UriSchemeHttps, $"{((IPEndPoint)received.RemoteEndPoint).Address}", announcement.Port).Uri, announcement.Fingerprint)
                : null;
        }
        catch (SocketException)
        {
            // One that was too long for the buffer, on Windows.
            return null;
        }
    }

    private static Socket Listen(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(new IPEndPoint(IPAddress.Any, port));
            var isJoined = false;
            foreach (var address in Addresses())
                isJoined |= TryJoin(socket, address);
            return isJoined ? socket : throw new IOException("no network of this machine passes on announcements (multicast)");
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new IOException($"cannot listen for announcements on UDP port {port}: {e.Message}", e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static bool TryJoin(Socket socket, IPAddress address)
    {
        try
        {
            socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.AddMembership, new MulticastOption(Group, address));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static IReadOnlyList<IPAddress> Addresses()
    {
        try
        {
            return
            [
                IPAddress.Loopback,
                .. NetworkInterface.GetAllNetworkInterfaces().Where(static n => n.OperationalStatus == OperationalStatus.Up)
                    .SelectMany(static n => n.GetIPProperties().UnicastAddresses).Select(static u => u.Address)
                    .Where(static a => a.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(a)).Distinct(),
            ];
        }
        catch (NetworkInformationException)
        {
            return [IPAddress.Loopback];
        }
    }
}

/// <summary>What was heard of an orchestrator.</summary>
/// <param name="Server">Where it says that it serves, at the address that this came from.</param>
/// <param name="Fingerprint">What it says that its authority's is.</param>
public sealed record HeardOrchestrator(string Name, Uri Server, Fingerprint Fingerprint);
