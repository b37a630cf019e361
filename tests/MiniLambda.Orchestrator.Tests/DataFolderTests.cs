using System.Runtime.Versioning;
using MiniLambda.Worker;

namespace MiniLambda.Orchestrator.Tests;

/// <summary>What a cluster keeps is nobody else's business.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class DataFolderTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minilambda-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Data_folders_are_open_to_their_owner_alone(bool madeOpenBefore)
    {
        var (orchestratorData, workerData) = (Path.Combine(_folder.FullName, "o", "data"), Path.Combine(_folder.FullName, "w", "data"));
        if (madeOpenBefore)
        {
            const UnixFileMode open = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
            foreach (var folder in new[] { orchestratorData, workerData })
                File.SetUnixFileMode(Directory.CreateDirectory(folder).FullName, open);
        }

        await using var orchestrator = await OrchestratorHost.StartAsync(
            new OrchestratorOptions { Listen = "http://127.0.0.1:0", Data = orchestratorData }, default);
        await using var worker = await WorkerHost.StartAsync(
            new WorkerOptions { Server = orchestrator.Url.ToString(), Token = orchestrator.Token, Name = "w", Data = workerData }, default);
        Assert.Equal((OwnerOnly, OwnerOnly), (File.GetUnixFileMode(orchestratorData), File.GetUnixFileMode(workerData)));
    }
}
