using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using MiniLambda.Orchestrator.Web.Entrance;

namespace MiniLambda.Orchestrator.Web.Assets;

/// <summary>The page's own files, out of the assembly: one stylesheet, one script, one picture. There are no others.</summary>
internal sealed class WebAssets
{
    public const string Folder = "/assets";

    private readonly Dictionary<string, Asset> _assets = new(StringComparer.Ordinal)
    {
        ["page.css"] = Asset.Read("page.css", "text/css; charset=utf-8"),
        ["page.js"] = Asset.Read("page.js", "text/javascript; charset=utf-8"),
        ["icon.svg"] = Asset.Read("icon.svg", "image/svg+xml"),
    };

    /// <summary>Where a file lies; the address changes with what is in it, so that a browser may keep it for good.</summary>
    public string AddressOf(string name) => $"{Folder}/{name}?v={_assets[name].Digest[..12]}";

    public async Task ServeAsync(HttpContext context)
    {
        PageHeaders.SetForBytes(context.Response);
        var (request, response) = (context.Request, context.Response);
        if (!_assets.TryGetValue(request.Path.Value![Folder.Length..].TrimStart('/'), out var asset) || !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)))
        {
            response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var isSmall = request.Headers.AcceptEncoding.ToString().Contains("br", StringComparison.Ordinal);
        var tag = $"\"{asset.Digest}{(isSmall ? "-br" : "")}\"";
        response.Headers.ETag = tag;
        response.Headers.Vary = HeaderNames.AcceptEncoding;
        response.Headers.CacheControl = request.Query["v"] == asset.Digest[..12] ? "public, max-age=31536000, immutable" : "no-cache";
        if (request.Headers.IfNoneMatch.ToString().Contains(tag, StringComparison.Ordinal))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        var bytes = isSmall ? asset.Brotli : asset.Plain;
        if (isSmall)
            response.Headers.ContentEncoding = "br";
        response.ContentType = asset.Type;
        response.ContentLength = bytes.Length;
        if (HttpMethods.IsGet(request.Method))
            await response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    private sealed record Asset(byte[] Plain, byte[] Brotli, string Type, string Digest)
    {
        public static Asset Read(string name, string type)
        {
            using var resource = typeof(WebAssets).Assembly.GetManifestResourceStream($"web/{name}")!;
            var plain = new MemoryStream();
            resource.CopyTo(plain);
            var small = new MemoryStream();
            using (var brotli = new BrotliStream(small, CompressionLevel.SmallestSize, leaveOpen: true))
                brotli.Write(plain.GetBuffer().AsSpan(0, (int)plain.Length));
            return new Asset(plain.ToArray(), small.ToArray(), type, Convert.ToHexStringLower(SHA256.HashData(plain.ToArray())));
        }
    }
}
