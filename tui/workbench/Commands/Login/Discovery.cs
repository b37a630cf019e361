using System.Globalization;
using MiniLambda.Trust.Authorities;
using MiniLambda.Trust.Discovery;
using MiniLambda.Workbench.Rendering;

namespace MiniLambda.Workbench.Commands.Login;

/// <summary>Finds an orchestrator among those that announce themselves. What they announce is a place to ask at, and proves nothing.</summary>
internal static class Discovery
{
    private static readonly TimeSpan ListeningTime = TimeSpan.FromSeconds(3);

    /// <param name="expected">Takes the one that claims this fingerprint; without it a person chooses.</param>
    /// <exception cref="CommandException">None was heard, or none was chosen.</exception>
    public static async Task<Uri> ChooseAsync(Fingerprint? expected, Dialogue dialogue, CancellationToken cancellationToken)
    {
        var heard = await LocalNetwork.HearAsync(
            ListeningTime, LocalNetwork.UsualPort, TimeProvider.System, o => o.Fingerprint == expected, cancellationToken);
        return await ChooseAsync(heard, expected, dialogue, cancellationToken);
    }

    internal static async Task<Uri> ChooseAsync(
        IReadOnlyList<HeardOrchestrator> heard, Fingerprint? expected, Dialogue dialogue, CancellationToken cancellationToken)
    {
        if (heard.Count == 0)
            throw new CommandException(ExitCodes.Failed, "no orchestrator announces itself on this network; start it with --announce, or name its URL");
        dialogue.Tell(List(heard));
        if (expected is { } wanted)
        {
            return heard.FirstOrDefault(o => o.Fingerprint == wanted)?.Server
                ?? throw new CommandException(ExitCodes.Failed, $"none of them has the fingerprint {wanted}");
        }

        if (!dialogue.IsPossible)
            throw new CommandException(ExitCodes.Usage, "name the one that is meant with --fingerprint, after comparing it with what 'minilambda-orchestrator fingerprint --data DIR' prints there");
        var answer = heard.Count == 1 ? "1" : await dialogue.AskAsync($"Which one (1 to {heard.Count})? ", cancellationToken);
        return int.TryParse(answer, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= heard.Count
            ? heard[number - 1].Server
            : throw new CommandException(ExitCodes.Failed, "not logged in: none was chosen");
    }

    private static string List(IReadOnlyList<HeardOrchestrator> heard)
    {
        var table = new TextTable("#", "NAME", "SERVER", "FINGERPRINT");
        for (var i = 0; i < heard.Count; i++)
            table.Add($"{i + 1}", heard[i].Name, heard[i].Server.ToString().TrimEnd('/'), $"{heard[i].Fingerprint}");
        using var text = new StringWriter { NewLine = "\n" };
        table.Write(text);
        return text.ToString().TrimEnd('\n');
    }
}
