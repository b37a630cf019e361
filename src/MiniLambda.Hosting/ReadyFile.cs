namespace MiniLambda.Hosting;

/// <summary>Tells whoever started a daemon that it can serve: one line on stdout, and the same line in a file.</summary>
public static class ReadyFile
{
    /// <summary>Prints the line and, when there is a path, writes the file in one step: it is never seen half-written.</summary>
    /// <returns>Removes the file when disposed, at shutdown.</returns>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static IDisposable Announce(string? path, string line)
    {
        if (path is not null)
        {
            var draft = $"{path}.{Environment.ProcessId}.tmp";
            File.WriteAllText(draft, line + "\n");
            File.Move(draft, path, overwrite: true);
        }

        Console.Out.WriteLine(line);
        Console.Out.Flush();
        return new Announcement(path);
    }

    /// <summary>Removes the file that a daemon which was killed left behind; to be called before anything is served.</summary>
    public static void Withdraw(string? path)
    {
        if (path is not null && Path.Exists(path))
            File.Delete(path);
    }

    private sealed class Announcement(string? path) : IDisposable
    {
        public void Dispose() => Withdraw(path);
    }
}
