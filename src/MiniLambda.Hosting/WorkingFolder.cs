namespace MiniLambda.Hosting;

/// <summary>The folder that relative paths begin at.</summary>
public static class WorkingFolder
{
    public const string GoneMessage = "the folder that this was started in is gone: change to one that is there";

    /// <summary>Whether it was removed, so that no relative path means anything.</summary>
    public static bool IsGone()
    {
        try
        {
            _ = Directory.GetCurrentDirectory();
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }
}
