namespace MiniLambda.Worker.Execution;

/// <summary>Files in the worker's folder for what passes through.</summary>
internal static class TemporaryFile
{
    /// <summary>
    /// Removes a file. What cannot be removed stays until the next start: whoever waits for an attempt must not wait for ever because a guest that broke
    /// out put something else in the file's place.
    /// </summary>
    public static void Discard(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The folder is emptied at the next start.
        }
    }
}
