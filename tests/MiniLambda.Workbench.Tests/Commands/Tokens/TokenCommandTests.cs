using System.Text.Json;

namespace MiniLambda.Workbench.Tests.Commands.Tokens;

[Collection(ClusterGroup.Name)]
public sealed class TokenCommandTests(RunningCluster cluster)
{
    [Fact]
    public async Task A_new_token_is_alone_on_stdout_and_what_it_may_do_on_stderr()
    {
        var made = await cluster.RunAsync("token", "create", "--role", "submitter", "--tenant", "photos", "--functions", "img-*", "--expires", "30d");
        Assert.Equal(0, made.ExitCode);
        Assert.Matches("^mlt_[a-z0-9]{12}_[A-Za-z0-9]{49}\n$", made.Out);
        var id = made.Out[4..16];
        var notice = Assert.Single(made.Errors);
        Assert.StartsWith($"token {id}: submitter of tenant photos, functions img-*, until ", notice, StringComparison.Ordinal);
        Assert.EndsWith($"it is not shown again, 'minilambda token revoke {id}' ends it", notice, StringComparison.Ordinal);
        Assert.DoesNotContain(made.Out.Trim(), made.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_lives_from_its_making_to_its_revocation()
    {
        var made = JsonElement.Parse((await cluster.RunAsync("token", "create", "--role", "reader", "--description", "for the wall", "-o", "json")).Out);
        var (id, secret) = (made.GetProperty("token").GetProperty("id").GetString()!, made.GetProperty("secret").GetString()!);
        var who = await cluster.RunAsync("whoami", "--token", secret);
        Assert.Equal((0, id), (who.ExitCode, who.Out.Split('\n')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]));
        var signed = await cluster.RunAsync("whoami", "--token", secret, "--sign", "-o", "json");
        Assert.Equal((id, "READER"), (JsonElement.Parse(signed.Out).GetProperty("tokenId").GetString(), JsonElement.Parse(signed.Out).GetProperty("role").GetString()));

        var refused = await cluster.RunAsync("token", "list", "--token", secret);
        Assert.Equal((4, $"error: the token {id}, a reader, may not do this: it takes the role admin"), (refused.ExitCode, Assert.Single(refused.Errors)));
        var listed = await cluster.RunAsync("token", "list");
        Assert.Contains(listed.Out.Split('\n'), line => line.StartsWith(id, StringComparison.Ordinal) && line.Contains("good", StringComparison.Ordinal));
        Assert.DoesNotContain(secret, listed.Out + (await cluster.RunAsync("token", "list", "-o", "json")).Out, StringComparison.Ordinal);

        Assert.Equal((0, $"{id} is revoked\n"), await cluster.RunAsync("token", "revoke", id) is var revoked ? (revoked.ExitCode, revoked.Out) : default);
        var late = await cluster.RunAsync("whoami", "--token", secret);
        Assert.Equal((4, "error: the token was revoked"), (late.ExitCode, Assert.Single(late.Errors)));
        Assert.Contains((await cluster.RunAsync("token", "list", "-o", "wide")).Out.Split('\n'), line =>
            line.StartsWith(id, StringComparison.Ordinal) && line.Contains("revoked", StringComparison.Ordinal) && line.Contains("for the wall", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("token revoke nobody", 1, "there is no token 'nobody'")]
    [InlineData("token revoke cluster", 1, "the token 'cluster' stands in a file, the orchestrator's own: replace DATA/token")]
    [InlineData("token create --role reader --expires 5s", 1, "a token lives from 1m to 3650d, not 5s")]
    [InlineData("token create --role reader --functions No", 1, "'No' is not a function's name in which * stands for any characters")]
    [InlineData("whoami --token mlt_cut", 2, "the token is not whole")]
    public async Task A_failure_says_what_and_why(string line, int code, string problem)
    {
        var typed = await cluster.RunAsync(line.Split(' '));
        Assert.Equal((code, ""), (typed.ExitCode, typed.Out));
        Assert.StartsWith($"error: {problem}", typed.Errors[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_ids_of_tokens_complete_what_revokes_them()
    {
        var id = (await cluster.RunAsync("token", "create", "--role", "reader")).Out[4..16];
        var completed = await cluster.RunAsync("complete", "pwsh", "--", "token", "revoke", id[..6]);
        Assert.Equal($"{id}\treader over all tenants\n", completed.Out);
    }
}
