namespace MiniLambda.Orchestrator.Certificates;

/// <summary>Tells what clients know a cluster by, from its data folder, whether an orchestrator serves from it or not.</summary>
public static class AuthorityFingerprint
{
    /// <summary>Prints the fingerprint of the cluster's authority.</summary>
    /// <returns>0, or 1 when the folder has no authority yet.</returns>
    /// <exception cref="IOException">The authority cannot be read.</exception>
    public static async Task<int> PrintAsync(OrchestratorOptions options, TextWriter output, TextWriter error)
    {
        var folder = new AuthorityFolder(options.Data);
        var pinned = options.TlsCert is { } own ? OwnCertificate.ReadPinned(own) : folder.Read();
        if (pinned is null)
        {
            await error.WriteLineAsync($"error: there is no authority in {folder.Location}: an orchestrator that serves https:// makes one when it first starts");
            return 1;
        }

        await output.WriteLineAsync($"{pinned.Fingerprint}");
        return 0;
    }
}
