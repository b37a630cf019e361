using MiniLambda.Domain.Folders;

namespace MiniLambda.Hosting;

/// <summary>The folder for everything that a program keeps.</summary>
public static class DataFolder
{
    /// <summary>Makes the folder, readable by its owner alone, or takes the one that stands there.</summary>
    /// <exception cref="ConfigurationException">It cannot be used; another one has to be named.</exception>
    public static void Open(string path)
    {
        if (File.Exists(path))
            throw new ConfigurationException($"data folder {path}: it is a file; name a folder with --data");
        try
        {
            PrivateFolder.Create(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var cause = WorkingFolder.IsGone() ? WorkingFolder.GoneMessage : $"{e.Message.TrimEnd('.')}; name another with --data";
            throw new ConfigurationException($"data folder {path}: {cause}");
        }
    }
}
