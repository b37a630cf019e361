namespace MiniLambda.Domain.Workers;

/// <summary>What a worker says of itself when it dials in.</summary>
/// <param name="Name">Unique among connected workers.</param>
/// <param name="Instance">Made anew each time the worker process starts.</param>
/// <param name="Arch">CPU architecture as in a target triple: <c>x86_64</c>, <c>aarch64</c>.</param>
/// <param name="Os"><c>linux</c>, <c>macos</c>, <c>windows</c>.</param>
/// <param name="Cores">Logical processors.</param>
/// <param name="MemoryBytes">Physical memory.</param>
/// <param name="Slots">Jobs it runs at once, at least 1.</param>
/// <param name="Labels">What placement can ask for.</param>
/// <param name="EngineFingerprint">Names the engine that artifacts are compiled for.</param>
/// <param name="Version">The worker's MiniLambda version.</param>
public sealed record WorkerDescription(
    string Name, Guid Instance, string Arch, string Os, int Cores, long MemoryBytes, int Slots,
    IReadOnlyDictionary<string, string> Labels, string EngineFingerprint, string Version);

/// <summary>How busy a worker is.</summary>
/// <param name="CpuFraction">0 to 1 over all cores of the machine.</param>
/// <param name="MemoryUsedBytes">Physical memory in use on the machine.</param>
public readonly record struct WorkerLoad(double CpuFraction, long MemoryUsedBytes);
