using System.Security.Cryptography;
using System.Text;

namespace MiniLambda.Trust.Modules;

/// <summary>What somebody says who signs a module: that these bytes, with this manifest, are the function of this name.</summary>
/// <param name="Function">The function's name.</param>
/// <param name="ModuleDigest">SHA-256 of the module, 64 lower-case hexadecimal digits.</param>
/// <param name="ManifestDigest">SHA-256 of the manifest's text, likewise.</param>
public sealed record ModuleStatement(string Function, string ModuleDigest, string ManifestDigest)
{
    /// <summary>The digest of a manifest's text.</summary>
    public static string DigestOf(string manifest) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(manifest)));

    /// <summary>The bytes that are signed: four lines, each ending in a line feed.</summary>
    public byte[] ToBytes() => Encoding.UTF8.GetBytes(
        $"minilambda module signature 1\nfunction {Function}\nmodule sha256:{ModuleDigest}\nmanifest sha256:{ManifestDigest}\n");
}
