using System.Buffers;
using System.Security.Cryptography;
using MiniLambda.Domain.Blobs;
using MiniLambda.Sandbox.Engines;
using MiniLambda.Sandbox.Execution;
using Wasmtime;

namespace MiniLambda.Sandbox.Artifacts;

/// <summary>A compiled module on disk, with what its bytes must be.</summary>
/// <param name="Module">What it was compiled from.</param>
/// <param name="Digest">SHA-256 of the file, 64 hexadecimal digits.</param>
/// <param name="Size">Bytes.</param>
/// <param name="IsMetered">Whether it was compiled to meter fuel.</param>
/// <param name="Shape">Of the module.</param>
internal sealed record ArtifactFile(string Path, BlobDigest Module, string Digest, long Size, bool IsMetered, GuestShape Shape)
{
    /// <summary>Bytes that any disk delivers and any core checks in a second.</summary>
    private const double SlowestLoad = 32 << 20;

    /// <summary>What loading may take beyond a guest's own time.</summary>
    public TimeSpan LoadAllowance => TimeSpan.FromSeconds(Size / SlowestLoad);

    /// <summary>Checks the bytes, and maps them as machine code.</summary>
    /// <exception cref="ArtifactDamagedException">They are not what was written, or the engine will not have them.</exception>
    public LoadedModule Load(EngineVariant engine, VerifiedFiles verified)
    {
        try
        {
            if (new FileInfo(Path).LinkTarget is not null)
                throw new InvalidDataException("it is a symbolic link");
            // Checked and then mapped: between the two only the folder's owner could change it, who could as well change this program.
            using (var file = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0))
            {
                if (file.Length != Size || !verified.Has(file, Digest))
                    throw new InvalidDataException("its bytes are not those that were written");
            }

            return LoadedModule.Deserialize(engine, this);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or WasmtimeException)
        {
            throw new ArtifactDamagedException(GuestRunner.OneLine(e.Message));
        }
    }

    /// <summary>The SHA-256 of a file, as <see cref="Digest"/> has it. Reads in large pieces: SHA256.HashData takes 4 KiB at a time, which costs a third more.</summary>
    public static string DigestOf(FileStream file)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(256 << 10);
        for (int read; (read = file.Read(buffer)) > 0;)
            hash.AppendData(buffer.AsSpan(0, read));
        ArrayPool<byte>.Shared.Return(buffer);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
