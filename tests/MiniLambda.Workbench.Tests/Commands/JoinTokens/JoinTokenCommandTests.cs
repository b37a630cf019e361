using System.Text.Json;
using MiniLambda.Trust.Joining;

namespace MiniLambda.Workbench.Tests.Commands.JoinTokens;

public sealed class JoinTokenCommandTests(SecureCluster cluster) : IClassFixture<SecureCluster>
{
    [Fact]
    public async Task One_line_is_what_is_to_be_typed_on_the_other_machine()
    {
        var typed = await cluster.RunAsync("join-token", "--ttl", "10m", "--uses", "3", "--label", "room=office", "--advertise", "https://attic.lan:7070");
        Assert.Equal((0, ""), (typed.ExitCode, typed.Error));
        var words = typed.Out.TrimEnd('\n').Split(' ');
        Assert.Equal(["minilambda-worker", "join"], words[..2]);
        var token = JoinToken.TryParse(Assert.Single(words[2..]), out _)!;
        Assert.Equal((cluster.Fingerprint, new Uri("https://attic.lan:7070")), ($"{token.Authority}", Assert.Single(token.Servers)));

        var listed = await cluster.RunAsync("join-token", "list");
        Assert.Contains(listed.Out.Split('\n'), line => line.StartsWith($"{token.Id}  3 ", StringComparison.Ordinal) && line.Contains("room=office", StringComparison.Ordinal));
        Assert.DoesNotContain(token.ToText(), listed.Out, StringComparison.Ordinal);

        Assert.Equal($"join token {token.Id} is revoked\n", (await cluster.RunAsync("join-token", "revoke", token.Id)).Out);
        Assert.DoesNotContain(token.Id, (await cluster.RunAsync("join-token", "list")).Out, StringComparison.Ordinal);
        Assert.Equal(1, (await cluster.RunAsync("join-token", "revoke", token.Id)).ExitCode);
    }

    [Fact]
    public async Task As_json_the_text_stands_beside_what_it_is()
    {
        var typed = await cluster.RunAsync("join-token", "-o", "json");
        using var made = JsonDocument.Parse(typed.Out);
        var token = JoinToken.TryParse(made.RootElement.GetProperty("text").GetString()!, out _)!;
        Assert.Equal(token.Id, made.RootElement.GetProperty("token").GetProperty("id").GetString());
        Assert.Equal(1, made.RootElement.GetProperty("token").GetProperty("usesLeft").GetInt32());
    }

    [Theory]
    [InlineData("join-token --ttl 1s", 1)]
    [InlineData("join-token --uses 0", 2)]
    [InlineData("join-token --label room", 2)]
    [InlineData("join-token --advertise http://attic.lan", 1)]
    public async Task What_makes_no_sense_is_refused(string line, int code) => Assert.Equal(code, (await cluster.RunAsync(line.Split(' '))).ExitCode);
}
