using System.Text;
using MiniLambda.Domain.Blobs;
using MiniLambda.Domain.Functions;
using MiniLambda.Domain.Jobs;
using MiniLambda.Domain.Text;
using MiniLambda.Sandbox.Artifacts;
using MiniLambda.Sandbox.Walls;

namespace MiniLambda.Sandbox.Hosts;

/// <summary>What a host is for and within what it works; its first message.</summary>
/// <param name="LoadedModules">Compiled modules it keeps loaded.</param>
/// <param name="HeapBytes">Most that its own managed memory may grow to.</param>
/// <param name="IsForGuests">False for one that only compiles.</param>
internal sealed record HostSpec(WallSpec Walls, int LoadedModules, long HeapBytes, bool IsForGuests);

/// <summary>A guest to run.</summary>
/// <param name="Number">Names this run in a cancel.</param>
internal sealed record RunOrder(long Number, ArtifactFile Artifact, ExecutionRequest Request);

/// <summary>A module to compile.</summary>
/// <param name="OutputPath">Gets the artifact.</param>
internal sealed record CompileOrder(string ModulePath, BlobDigest Digest, bool Metered, string OutputPath);

/// <summary>The bodies of frames. Both ends are the same program, so there are no versions and nothing optional.</summary>
internal static class HostMessages
{
    /// <summary>UTF-16 units of a host's text: a line, and what stands around it.</summary>
    private const int MaxTextLength = 2 * Printable.MaxLineLength;

    public static byte[] Write(HostSpec spec) => Written(to =>
    {
        to.Write(spec.Walls.MemoryBytes);
        to.Write(spec.Walls.FileBytes);
        to.Write(spec.Walls.OpenFiles);
        to.Write(spec.Walls.Network);
        to.Write(spec.Walls.Niceness);
        to.Write(Environment.ProcessId);
        to.Write(spec.LoadedModules);
        to.Write(spec.HeapBytes);
        to.Write(spec.IsForGuests);
    });

    public static HostSpec ReadSpec(ReadOnlyMemory<byte> body) => Read(body, from => new HostSpec(
        new WallSpec
        {
            MemoryBytes = from.ReadInt64(),
            FileBytes = from.ReadInt64(),
            OpenFiles = from.ReadInt32(),
            Network = from.ReadBoolean(),
            Niceness = from.ReadInt32(),
            ParentId = from.ReadInt32(),
        },
        from.ReadInt32(),
        from.ReadInt64(),
        from.ReadBoolean()));

    public static byte[] Write(IReadOnlyList<Wall> walls) => Written(to => to.WriteAll(walls, wall =>
    {
        to.Write(wall.Name);
        to.Write(wall.InForce);
        to.Write(wall.Detail);
    }));

    public static IReadOnlyList<Wall> ReadWalls(ReadOnlyMemory<byte> body) =>
        Read(body, from => from.ReadAll(() => new Wall(from.ReadString(), from.ReadBoolean(), from.ReadString())));

    public static byte[] Write(CompileOrder order) => Written(to =>
    {
        to.Write(order.ModulePath);
        to.Write(order.Digest.Hex);
        to.Write(order.Metered);
        to.Write(order.OutputPath);
    });

    public static CompileOrder ReadCompileOrder(ReadOnlyMemory<byte> body) => Read(body, from => new CompileOrder(
        from.ReadString(), BlobDigest.Parse(from.ReadString()), from.ReadBoolean(), from.ReadString()));

    public static byte[] Write(GuestShape shape) => Written(to => Write(to, shape));

    public static GuestShape ReadShape(ReadOnlyMemory<byte> body) => Read(body, ReadShape);

    public static byte[] Write(RunOrder order) => Written(to =>
    {
        to.Write(order.Number);
        to.Write(order.Artifact.Path);
        to.Write(order.Artifact.Module.Hex);
        to.Write(order.Artifact.Digest);
        to.Write(order.Artifact.Size);
        to.Write(order.Artifact.IsMetered);
        Write(to, order.Artifact.Shape);
        Write(to, order.Request);
    });

    public static RunOrder ReadRunOrder(ReadOnlyMemory<byte> body) => Read(body, from => new RunOrder(
        from.ReadInt64(),
        new ArtifactFile(
            from.ReadString(), BlobDigest.Parse(from.ReadString()), from.ReadString(), from.ReadInt64(), from.ReadBoolean(), ReadShape(from)),
        ReadRequest(from)));

    /// <param name="number">Of the run that has ended.</param>
    public static byte[] Write(long number, ExecutionResult result) => Written(to =>
    {
        to.Write(number);
        to.Write((byte)result.Outcome);
        to.Write(result.ExitCode is not null);
        to.Write(result.ExitCode ?? 0);
        to.Write(result.Message);
        to.Write(result.LogsTruncated);
        var usage = result.Usage;
        to.Write(usage.Start.Ticks);
        to.Write(usage.Run.Ticks);
        to.Write(usage.Cpu.Ticks);
        to.Write(usage.Fuel);
        to.Write(usage.PeakMemoryBytes);
        to.Write((byte)usage.Artifact);
        to.Write(result.StdoutInFile);
        to.WriteBytes(result.Stdout.Span);
    });

    /// <exception cref="InvalidDataException">It is not how a run of this number ends.</exception>
    public static ExecutionResult ReadResult(ReadOnlyMemory<byte> body, long number) => Read(body, from =>
    {
        CheckNumber(from, number);
        var outcome = from.ReadDefined<AttemptOutcome>();
        var (hasCode, code) = (from.ReadBoolean(), from.ReadInt32());
        return new ExecutionResult
        {
            Outcome = outcome,
            ExitCode = hasCode ? code : null,
            Message = Shown(from.ReadString()),
            LogsTruncated = from.ReadBoolean(),
            Usage = new AttemptUsage
            {
                Start = from.ReadTime(),
                Run = from.ReadTime(),
                Cpu = from.ReadTime(),
                Fuel = Math.Max(from.ReadInt64(), 0),
                PeakMemoryBytes = Math.Max(from.ReadInt64(), 0),
                Artifact = from.ReadDefined<ArtifactSource>(),
            },
            StdoutInFile = from.ReadBoolean(),
            Stdout = from.ReadAllBytes(),
        };
    });

    /// <param name="number">Of the run that failed.</param>
    public static byte[] WriteText(long number, string text) => Written(to =>
    {
        to.Write(number);
        to.Write(text);
    });

    /// <exception cref="InvalidDataException">It is not of a run of this number.</exception>
    public static string ReadText(ReadOnlyMemory<byte> body, long number) => Read(body, from =>
    {
        CheckNumber(from, number);
        return Shown(from.ReadString());
    });

    public static byte[] WriteText(string text) => Encoding.UTF8.GetBytes(text);

    public static string ReadText(ReadOnlyMemory<byte> body) => Shown(Encoding.UTF8.GetString(body.Span));

    // A host in which a guest broke out says what it likes; what it says is shown to people, and kept.
    private static string Shown(string text) => Printable.Line(text, MaxTextLength);

    private static void CheckNumber(BinaryReader from, long number)
    {
        if (from.ReadInt64() != number)
            throw new InvalidDataException("an answer that nobody asked for");
    }

    private static void Write(BinaryWriter to, GuestShape shape)
    {
        to.Write((byte)shape.Kind);
        to.Write(shape.Memories);
        to.Write(shape.MemoryBytes);
    }

    private static GuestShape ReadShape(BinaryReader from) => new(from.ReadDefined<ModuleKind>(), from.ReadInt32(), from.ReadInt64());

    private static void Write(BinaryWriter to, ExecutionRequest request)
    {
        to.Write(request.ProgramName);
        to.Write(request.Entry);
        to.WriteAll(request.Args, to.Write);
        to.WriteAll([.. request.Env], pair =>
        {
            to.Write(pair.Key);
            to.Write(pair.Value);
        });
        var limits = request.Limits;
        to.Write(limits.MemoryBytes);
        to.Write(limits.Timeout.Ticks);
        to.Write(limits.Fuel);
        to.Write(limits.OutputBytes);
        to.Write(limits.LogBytes);
        to.Write(request.Capabilities.ScratchBytes ?? -1);
        to.Write(request.Capabilities.Network);
        to.Write(request.Capabilities.Clock);
        to.Write(request.Capabilities.Random);
        to.WriteBytes(request.Stdin.Span);
        to.Write(request.StdinPath ?? "");
        to.Write(request.StdoutPath ?? "");
        to.WriteAll(request.Directories, directory =>
        {
            to.Write(directory.HostPath);
            to.Write(directory.GuestPath);
            to.Write(directory.ReadOnly);
        });
    }

    private static ExecutionRequest ReadRequest(BinaryReader from) => new()
    {
        ProgramName = from.ReadString(),
        Entry = from.ReadString(),
        Args = from.ReadAll(from.ReadString),
        Env = new Dictionary<string, string>(from.ReadAll(() => KeyValuePair.Create(from.ReadString(), from.ReadString()))),
        Limits = new ExecutionLimits
        {
            MemoryBytes = from.ReadInt64(),
            Timeout = new TimeSpan(from.ReadInt64()),
            Fuel = from.ReadInt64(),
            OutputBytes = from.ReadInt64(),
            LogBytes = from.ReadInt64(),
        },
        Capabilities = new CapabilityGrants
        {
            ScratchBytes = from.ReadInt64() is >= 0 and var bytes ? bytes : null,
            Network = from.ReadBoolean(),
            Clock = from.ReadBoolean(),
            Random = from.ReadBoolean(),
        },
        Stdin = from.ReadAllBytes(),
        StdinPath = NullIfEmpty(from.ReadString()),
        StdoutPath = NullIfEmpty(from.ReadString()),
        Directories = from.ReadAll(() => new DirectoryGrant(from.ReadString(), from.ReadString(), from.ReadBoolean())),
    };

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;

    private static byte[] Written(Action<BinaryWriter> write)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        write(writer);
        writer.Flush();
        return bytes.ToArray();
    }

    private static T Read<T>(ReadOnlyMemory<byte> body, Func<BinaryReader, T> read)
    {
        using var reader = new BinaryReader(new MemoryStream(body.ToArray(), writable: false));
        try
        {
            return read(reader);
        }
        catch (Exception e) when (e is EndOfStreamException or FormatException or ArgumentException)
        {
            throw new InvalidDataException("a message that cannot be read", e);
        }
    }
}
