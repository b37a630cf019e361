using MiniLambda.Domain.Folders;

namespace MiniLambda.Worker;

/// <summary>The folders below a worker's data folder. All of them can be deleted while the worker is stopped; jobs whose outcomes wait in the spool then run again.</summary>
internal sealed class WorkerFolders
{
    public WorkerFolders(string data)
    {
        Data = Path.GetFullPath(data);
        PrivateFolder.Create(Data);
        // What guests and transfers left when the process died.
        FolderTree.Delete(Temporary);
        Directory.CreateDirectory(Temporary);
    }

    public string Data { get; }

    public string Modules => Path.Combine(Data, "modules");

    public string Artifacts => Path.Combine(Data, "artifacts");

    /// <summary>Outcomes that could not be delivered yet.</summary>
    public string Spool => Path.Combine(Data, "spool");

    public bool IsSpooled(string path) => Path.GetDirectoryName(path) == Spool;

    public string Temporary => Path.Combine(Data, "tmp");
}
