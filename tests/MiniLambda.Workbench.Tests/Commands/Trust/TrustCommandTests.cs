namespace MiniLambda.Workbench.Tests.Commands.Trust;

[Collection(ClusterGroup.Name)]
public sealed class TrustCommandTests(RunningCluster cluster)
{
    [Fact]
    public async Task A_secret_is_set_from_stdin_listed_without_its_value_and_deleted()
    {
        var set = await TypeAsync("planted-value\n", "secret", "set", "cli-key");
        Assert.Equal((0, "secret cli-key is set; jobs that start from now on get it\n", ""), (set.ExitCode, set.Out, set.Error));
        var list = await cluster.RunAsync("secret", "list", "-o", "json");
        Assert.Contains("\"cli-key\"", list.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("planted-value", list.Out, StringComparison.Ordinal);
        Assert.Equal(0, (await cluster.RunAsync("secret", "delete", "cli-key")).ExitCode);
        var gone = await cluster.RunAsync("secret", "delete", "cli-key");
        Assert.Equal((1, "error: there is no secret 'cli-key'"), (gone.ExitCode, gone.Error.TrimEnd()));
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("a\0b", "NUL")]
    public async Task A_value_that_cannot_be_one_is_refused_without_being_told(string value, string why)
    {
        var set = await TypeAsync(value, "secret", "set", "cli-bad");
        Assert.Equal(2, set.ExitCode);
        Assert.Contains(why, set.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_value_is_never_an_argument() => Assert.Equal(2, (await TypeAsync("", "secret", "set", "cli-key", "value")).ExitCode);

    [Fact]
    public async Task A_key_signs_what_is_pushed_and_the_function_shows_it()
    {
        var key = cluster.Folder.At("alice.pem");
        var made = await cluster.RunAsync("key", "create", key);
        Assert.Equal(0, made.ExitCode);
        var shown = await cluster.RunAsync("key", "show", key);
        Assert.Equal(made.Out, shown.Out);
        var id = shown.Out.Split('\n')[0].Split(' ')[^1];
        Assert.Equal(1, (await cluster.RunAsync("key", "create", key)).ExitCode);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));

        var module = cluster.Folder.Write("signed.wat", TestFolder.DoesNothing);
        Assert.Equal(0, (await cluster.RunAsync("function", "push", module, "--sign", key)).ExitCode);
        var function = await cluster.RunAsync("function", "show", "signed");
        Assert.Contains($"signed by  a key that is not known here ({id})", function.Out, StringComparison.Ordinal);
        Assert.Contains("no key file", (await cluster.RunAsync("function", "push", module, "--sign", cluster.Folder.At("none.pem"))).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_audit_log_is_listed_and_verified()
    {
        await cluster.PushAsync("audited");
        var verified = await cluster.RunAsync("audit", "verify", "-o", "json");
        Assert.Equal(0, verified.ExitCode);
        Assert.Contains("\"intact\": true", verified.Out, StringComparison.Ordinal);
        Assert.Contains("function.push", (await cluster.RunAsync("audit", "list", "--last", "0")).Out, StringComparison.Ordinal);
        var other = await cluster.RunAsync("audit", "verify", "--head", new string('0', 64));
        Assert.Equal(1, other.ExitCode);
        Assert.Contains("no entry has the hash", other.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_push_whose_secret_is_missing_warns_and_an_invoke_says_what_to_do()
    {
        var folder = cluster.Folder.At("wants");
        Directory.CreateDirectory(folder);
        cluster.Folder.Write("wants/wants.wat", TestFolder.DoesNothing);
        cluster.Folder.Write("wants/minilambda.toml", "name = \"wants\"\nmodule = \"wants.wat\"\n[secrets]\nKEY = \"not-there\"\n");
        var pushed = await cluster.RunAsync("function", "push", folder);
        Assert.Equal((0, "warning: secret 'not-there' is not there yet: jobs are refused until 'minilambda secret set not-there'\n"), (pushed.ExitCode, pushed.Error));
        var invoked = await cluster.RunAsync("invoke", "wants");
        Assert.Equal(125, invoked.ExitCode);
        Assert.Contains("'minilambda secret set not-there'", invoked.Error, StringComparison.Ordinal);

        var local = await cluster.RunAsync("run", folder);
        Assert.Equal(125, local.ExitCode);
        Assert.Contains("give it with --secret not-there=FILE, or in MINILAMBDA_SECRET_NOT_THERE", local.Error, StringComparison.Ordinal);
        var given = cluster.Folder.Write("value.txt", "value\n");
        Assert.Equal(0, (await cluster.RunAsync("run", folder, "--secret", $"not-there={given}")).ExitCode);
    }

    private Task<TypedCommand> TypeAsync(string input, params string[] args) => TypedCommand.RunAsync(
        new Dictionary<string, string> { ["MINILAMBDA_SERVER"] = cluster.Url.ToString(), ["MINILAMBDA_TOKEN"] = "s3cret" }, isTerminal: false, input, args);
}
