using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using Google.Protobuf;
using MiniLambda.Contracts.V1;

namespace MiniLambda.EndToEnd.Attacks;

/// <summary>More than anybody may ask for. Whatever came, the same process then serves everybody as before, and has not grown.</summary>
[Trait("Category", "Attack")]
public sealed class FloodTests(Xunit.Abstractions.ITestOutputHelper output) : IAsyncLifetime
{
    private const int Connections = 10_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private Cluster _cluster = null!;
    private long _memoryBefore;

    public async Task InitializeAsync()
    {
        _cluster = await Cluster.StartAsync();
        await _cluster.ReachAsync();
        _memoryBefore = Memory();
    }

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task Ten_thousand_connections_that_say_nothing()
    {
        var silent = new List<Socket>(Connections);
        try
        {
            for (var i = 0; i < Connections; i++)
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                silent.Add(socket);
                await socket.ConnectAsync(IPAddress.Loopback, _cluster.Url.Port);
                // While they stand, and not only after, others are served.
                if (i % 1000 == 999)
                    await ServedAsync();
            }

            await UnharmedAsync(mostGrowth: 256L << 20);
        }
        finally
        {
            silent.ForEach(static socket => socket.Dispose());
        }
    }

    [Fact]
    public async Task Ten_thousand_connections_that_begin_to_speak_http2_and_stop()
    {
        byte[] preface = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, 0, 0, 0, 4, 0, 0, 0, 0, 0];
        var begun = new List<Socket>(Connections);
        try
        {
            for (var i = 0; i < Connections; i++)
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                begun.Add(socket);
                await socket.ConnectAsync(IPAddress.Loopback, _cluster.Url.Port);
                await socket.SendAsync(preface);
            }

            await UnharmedAsync(mostGrowth: 384L << 20);
        }
        finally
        {
            begun.ForEach(static socket => socket.Dispose());
        }
    }

    [Fact]
    public async Task A_header_of_a_megabyte()
    {
        using var calls = new RawCalls(_cluster.Url, await TokenAsync());
        var answer = await calls.SendAsync(
            "/minilambda.v1.ClusterService/Info", new ByteArrayContent(RawCalls.Frame([])), Patience, ("x-large", new string('a', 1 << 20)));
        Assert.NotEqual("0", answer);
        await UnharmedAsync();
    }

    [Fact]
    public async Task An_upload_of_ten_gigabytes_is_refused_before_its_first_byte()
    {
        using var calls = new RawCalls(_cluster.Url, await TokenAsync());
        var header = new UploadBlobRequest { Header = new BlobHeader { Digest = new string('a', 64), Size = 10L << 30 } };
        using var body = new ByteArrayContent(RawCalls.Frame(header.ToByteArray()));
        Assert.Equal($"{(int)Grpc.Core.StatusCode.InvalidArgument}", await calls.SendAsync("/minilambda.v1.BlobService/Upload", body, Patience));
        await UnharmedAsync();
    }

    [Fact]
    public async Task An_upload_that_goes_on_after_what_it_announced_is_stopped()
    {
        using var calls = new RawCalls(_cluster.Url, await TokenAsync());
        var sent = 0L;
        using var body = new EndlessContent(
            RawCalls.Frame(new UploadBlobRequest { Header = new BlobHeader { Digest = new string('a', 64), Size = 1000 } }.ToByteArray()),
            RawCalls.Frame(new UploadBlobRequest { Data = ByteString.CopyFrom(new byte[1 << 20]) }.ToByteArray()), bytes => sent += bytes);
        var answer = await calls.SendAsync("/minilambda.v1.BlobService/Upload", body, Patience);
        Assert.True(answer == $"{(int)Grpc.Core.StatusCode.InvalidArgument}" || answer.StartsWith("cut", StringComparison.Ordinal), answer);
        Assert.InRange(sent, 0, 64L << 20);
        await UnharmedAsync();
        Assert.All(
            Directory.GetFiles(Path.Combine(_cluster.Data, "blobs"), "*", SearchOption.AllDirectories),
            static file => Assert.InRange(new FileInfo(file).Length, 0, 1000));
    }

    [Fact]
    public async Task A_message_that_says_it_has_two_gigabytes()
    {
        using var calls = new RawCalls(_cluster.Url, await TokenAsync());
        using var body = new ByteArrayContent([0, 0x7f, 0xff, 0xff, 0xff, 1, 2, 3]);
        Assert.NotEqual("0", await calls.SendAsync("/minilambda.v1.FunctionService/Push", body, Patience));
        await UnharmedAsync();
    }

    [Fact]
    public async Task A_small_message_that_unpacks_to_gigabytes()
    {
        var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            var zeros = new byte[1 << 20];
            for (var i = 0; i < 1024; i++)
                await gzip.WriteAsync(zeros);
        }

        using var calls = new RawCalls(_cluster.Url, await TokenAsync());
        using var body = new ByteArrayContent(RawCalls.Frame(packed.ToArray(), isCompressed: true));
        Assert.Equal(
            $"{(int)Grpc.Core.StatusCode.Unimplemented}",
            await calls.SendAsync("/minilambda.v1.FunctionService/Push", body, Patience, ("grpc-encoding", "gzip")));
        await UnharmedAsync(mostGrowth: 64L << 20);
    }

    private async Task ServedAsync() => Assert.NotEmpty((await _cluster.Connection.Cluster.InfoAsync(new ClusterInfoRequest())).Version);

    private async Task UnharmedAsync(long mostGrowth = 128L << 20)
    {
        await ServedAsync();
        var grown = Memory() - _memoryBefore;
        output.WriteLine($"grown by {grown >> 20} MiB");
        Assert.InRange(grown, long.MinValue, mostGrowth);
        Assert.DoesNotContain("Unhandled", _cluster.Orchestrator.Log, StringComparison.OrdinalIgnoreCase);
    }

    private long Memory()
    {
        using var process = Process.GetProcessById(_cluster.Orchestrator.Id);
        return process.WorkingSet64;
    }

    private async Task<string> TokenAsync() => (await File.ReadAllTextAsync(_cluster.TokenFile)).Trim();

    /// <summary>A first part, and then another again and again until somebody hangs up.</summary>
    private sealed class EndlessContent(byte[] first, byte[] then, Action<long> sent) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(first);
            while (true)
            {
                await stream.WriteAsync(then);
                await stream.FlushAsync();
                sent(then.Length);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
