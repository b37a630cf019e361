namespace MiniLambda.Worker.Execution;

/// <summary>A folder of this machine that its owner exports to functions.</summary>
internal readonly record struct ExportedFolder(string Path, bool IsWritable)
{
    private const string Writable = ":rw";
    private const string ReadOnly = ":ro";

    /// <summary>Reads <c>path</c>, <c>path:ro</c> or <c>path:rw</c>.</summary>
    public static ExportedFolder Parse(string text)
    {
        var isWritable = text.EndsWith(Writable, StringComparison.Ordinal);
        var path = isWritable || text.EndsWith(ReadOnly, StringComparison.Ordinal) ? text[..^Writable.Length] : text;
        return new ExportedFolder(System.IO.Path.GetFullPath(path), isWritable);
    }
}
