namespace MiniLambda.Domain.Folders;

/// <summary>Folders that somebody else has filled.</summary>
public static class FolderTree
{
    /// <summary>
    /// Removes a folder with everything in it, also where folders are nested deeper than a path can name: with open folders to begin from, a guest can
    /// make such a tree. Links are removed, never followed. What does not exist is fine.
    /// </summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    /// <exception cref="UnauthorizedAccessException">Something in it belongs to somebody else.</exception>
    public static void Delete(string path)
    {
        var root = new DirectoryInfo(path);
        if (!root.Exists)
            return;
        try
        {
            root.Delete(recursive: true);
        }
        catch (Exception e) when (e is PathTooLongException or ArgumentException)
        {
            // The second is what .NET makes of an entry whose path it cannot hold.
            Flatten(root);
            root.Delete(recursive: true);
        }
    }

    // Every folder comes up beside its parent before that is looked into, so that no path is longer than the root and two names.
    private static void Flatten(DirectoryInfo root)
    {
        var folders = new Queue<string>(Folders(root));
        while (folders.TryDequeue(out var folder))
        {
            foreach (var inner in Folders(new DirectoryInfo(folder)))
            {
                var lifted = Path.Combine(root.FullName, Guid.NewGuid().ToString("N"));
                Directory.Move(inner, lifted);
                folders.Enqueue(lifted);
            }
        }
    }

    private static List<string> Folders(DirectoryInfo folder) =>
        [.. folder.EnumerateDirectories("*", new EnumerationOptions { AttributesToSkip = FileAttributes.ReparsePoint }).Select(f => f.FullName)];
}
