using MiniLambda.Domain.Blobs;

namespace MiniLambda.Sandbox.Tests;

/// <summary>The modules in <c>fixtures/</c>, by their name without <c>.wat</c>.</summary>
internal static class Fixture
{
    public static byte[] Bytes(string name) => ModuleBytes.Read(Path.Combine(AppContext.BaseDirectory, "fixtures", $"{name}.wat"));

    /// <summary>Writes the binary module into a folder, as a worker keeps it.</summary>
    public static (BlobDigest Digest, string Path) Save(string name, TemporaryFolder folder) => Save(Bytes(name), folder);

    public static (BlobDigest Digest, string Path) Save(byte[] module, TemporaryFolder folder)
    {
        var digest = BlobDigest.Of(module);
        var path = folder.At($"{digest.Short}.{Guid.NewGuid():N}.wasm");
        File.WriteAllBytes(path, module);
        return (digest, path);
    }
}
