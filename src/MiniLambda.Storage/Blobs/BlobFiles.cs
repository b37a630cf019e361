using System.Globalization;
using Microsoft.Win32.SafeHandles;
using MiniLambda.Domain.Blobs;

namespace MiniLambda.Storage.Blobs;

/// <summary>Where blobs lie, for those who only read: nothing here makes or changes a file.</summary>
internal static class BlobFiles
{
    public const string Temporary = "tmp";

    /// <summary>The folder of the blobs whose digest begins with a byte.</summary>
    public static string Prefix(byte first) => first.ToString("x2", CultureInfo.InvariantCulture);

    public static string PathOf(string root, BlobDigest digest) => Path.Combine(root, digest.Hex[..2], digest.Hex[2..]);

    /// <summary>The size in bytes; null when there is no such blob.</summary>
    public static long? FindSize(string root, BlobDigest digest)
    {
        var file = new FileInfo(PathOf(root, digest));
        return file.Exists ? file.Length : null;
    }

    /// <summary>A stream that withholds the end of damaged bytes; null when there is no such blob.</summary>
    public static VerifyingBlobStream? OpenRead(string root, BlobDigest digest)
    {
        SafeFileHandle handle;
        try
        {
            handle = File.OpenHandle(PathOf(root, digest), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }

        return new VerifyingBlobStream(handle, digest);
    }

    /// <summary>Reads a whole blob and says whether its bytes have its digest, and in words that follow "the blob" what is wrong. One that the disk does not give is damaged.</summary>
    public static (BlobCondition Condition, string Problem) Examine(string root, BlobDigest digest, CancellationToken cancellationToken)
    {
        try
        {
            using var stream = OpenRead(root, digest);
            if (stream is null)
                return (BlobCondition.Missing, "is missing");
            var buffer = new byte[64 << 10];
            while (stream.Read(buffer) > 0)
                cancellationToken.ThrowIfCancellationRequested();
            return (BlobCondition.Whole, "");
        }
        catch (BlobCorruptException)
        {
            return (BlobCondition.Damaged, "is damaged: its bytes do not match its digest");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (BlobCondition.Damaged, $"cannot be read: {e.Message}");
        }
    }

    /// <summary>Every file where blobs lie, those that bear no blob's name too; in the order of their names.</summary>
    public static IEnumerable<FileInfo> List(string root)
    {
        for (var first = 0; first <= byte.MaxValue; first++)
        {
            var folder = new DirectoryInfo(Path.Combine(root, Prefix((byte)first)));
            if (!folder.Exists)
                continue;
            foreach (var file in folder.EnumerateFiles().OrderBy(static f => f.Name, StringComparer.Ordinal))
                yield return file;
        }
    }

    /// <summary>The digest that a file's name says; the empty one when it says none.</summary>
    public static BlobDigest DigestOf(FileInfo file) => BlobDigest.TryParse(file.Directory!.Name + file.Name, out var digest) ? digest : default;
}

/// <summary>What reading a blob to its end showed.</summary>
internal enum BlobCondition
{
    Whole,
    Missing,
    Damaged,
}
