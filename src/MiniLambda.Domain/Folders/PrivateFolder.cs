namespace MiniLambda.Domain.Folders;

/// <summary>Folders that nobody but their owner may look into.</summary>
public static class PrivateFolder
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>
    /// Makes a folder with mode 0700, or gives that mode to the one that stands there. On Windows, where what lies in a user's folder is private
    /// already, it is only made.
    /// </summary>
    /// <exception cref="IOException">It is another user's, it is one that all users share (such as <c>/tmp</c>), or the disk refuses.</exception>
    public static void Create(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }

        try
        {
            Directory.CreateDirectory(path, OwnerOnly);
            var mode = File.GetUnixFileMode(path);
            if (mode.HasFlag(UnixFileMode.StickyBit))
                throw new IOException($"'{path}' is a folder that users share; name one in it that does not exist yet");
            if (mode != OwnerOnly)
                File.SetUnixFileMode(path, OwnerOnly);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"'{path}' cannot be made a folder of this user alone: {e.Message}", e);
        }
    }
}
