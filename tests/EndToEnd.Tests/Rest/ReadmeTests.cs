using System.Diagnostics;
using MiniLambda.EndToEnd.Terminals;

namespace MiniLambda.EndToEnd.Rest;

/// <summary>What the README says of curl, typed as it stands there.</summary>
public sealed class ReadmeTests
{
    [ToolFact("bash", "curl")]
    public async Task The_commands_of_the_readme_do_what_it_says()
    {
        await using var cluster = await Cluster.StartAsync("w1");
        var folder = Directory.CreateDirectory(cluster.Beside("typed")).FullName;
        Directory.CreateSymbolicLink(Path.Combine(folder, "examples"), Programs.Examples);
        var program = new ProcessStartInfo("bash", ["-euo", "pipefail", "-c", await ReadAsync()])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["MINILAMBDA_SERVER"] = cluster.Url.ToString().TrimEnd('/'), ["MINILAMBDA_TOKEN"] = (await File.ReadAllTextAsync(cluster.TokenFile)).Trim() },
        };
        var typed = await CommandResult.OfAsync(program);

        Assert.True(typed.ExitCode == 0, $"{typed.Out}\n{typed.Error}");
        Assert.Contains("words 6", typed.Out, StringComparison.Ordinal);
        Assert.Contains("tick 1 of 3\ntick 2 of 3\ntick 3 of 3\n", typed.Out, StringComparison.Ordinal);
        var slept = await File.ReadAllTextAsync(Path.Combine(folder, "slept.txt"));
        Assert.NotEmpty(slept);
        Assert.Contains($"{slept[..5]}{{ \"offset\"", typed.Out, StringComparison.Ordinal);
        Assert.Contains("\"kind\": \"FINISHED\"", typed.Out, StringComparison.Ordinal);
        Assert.Contains("{ \"index\": \"1\", \"id\": \"j-", typed.Out, StringComparison.Ordinal);
    }

    private static async Task<string> ReadAsync()
    {
        var readme = await File.ReadAllTextAsync(Path.Combine(Programs.Examples, "..", "README.md"));
        var section = readme[readme.IndexOf("### With curl alone", StringComparison.Ordinal)..];
        var begin = section.IndexOf("```sh\n", StringComparison.Ordinal) + "```sh\n".Length;
        return section[begin..section.IndexOf("```\n", begin, StringComparison.Ordinal)];
    }
}
