using MiniLambda.Domain.Functions;

namespace MiniLambda.Workbench.Commands.Functions;

/// <summary>The files of a function that is pulled: drafts until both are whole, then in their places.</summary>
/// <param name="folder">Where they go; may be missing.</param>
/// <param name="module">The module's file, within the folder.</param>
internal sealed class PulledFiles(string folder, string module)
{
    private readonly string _manifest = Path.Combine(folder, ManifestToml.FileName);
    private readonly string _module = Path.Combine(folder, module);

    // Folders that were not there before: they go again when nothing came into them.
    private readonly List<string> _made = [];

    public string ManifestDraft => $"{_manifest}.{Environment.ProcessId}.part";

    public string ModuleDraft => $"{_module}.{Environment.ProcessId}.part";

    /// <exception cref="CommandException">Something is in the way.</exception>
    public void Refuse(bool overwrite)
    {
        if (File.Exists(folder))
            throw new CommandException(ExitCodes.Failed, $"'{folder}' is a file");
        foreach (var path in (string[])[_manifest, _module])
        {
            if (Directory.Exists(path))
                throw new CommandException(ExitCodes.Failed, $"'{path}' is a folder");
            if (!overwrite && File.Exists(path))
                throw new CommandException(ExitCodes.Failed, $"'{path}' is there already; --force overwrites it, -o names another folder");
        }
    }

    /// <summary>Makes the folders that are missing.</summary>
    public void Begin()
    {
        for (var path = Path.GetDirectoryName(Path.GetFullPath(_module)); path is not null && !Directory.Exists(path); path = Path.GetDirectoryName(path))
            _made.Add(path);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(_module))!);
    }

    /// <summary>Puts both in their places. The manifest comes last: what it names is there.</summary>
    /// <exception cref="IOException">Something came into the way meanwhile; nothing new is left.</exception>
    public void Finish(bool overwrite)
    {
        var isNew = !File.Exists(_module);
        File.Move(ModuleDraft, _module, overwrite);
        try
        {
            File.Move(ManifestDraft, _manifest, overwrite);
        }
        catch
        {
            if (isNew)
                File.Delete(_module);
            throw;
        }
    }

    /// <summary>Removes what did not come to its place.</summary>
    public void Abandon()
    {
        foreach (var draft in (string[])[ModuleDraft, ManifestDraft])
        {
            if (File.Exists(draft))
                File.Delete(draft);
        }

        foreach (var path in _made.Where(path => Directory.Exists(path) && !Directory.EnumerateFileSystemEntries(path).Any()))
            Directory.Delete(path);
    }
}
