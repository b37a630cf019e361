namespace MiniLambda.Hosting.Tests.Settings;

public sealed class SettingGroupsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Lists_and_settings_of_a_table_are_read_from_a_file()
    {
        var config = _folder.Write("config.toml", """
            hours = ["22:00-07:00", "12:00-13:00"]
            [trust]
            signers = { alice = "A", bob = "B" }
            require_signature = "*"
            """);
        var served = (await DaemonRun.Of($"--config {config}")).Served!;
        Assert.Equal(["22:00-07:00", "12:00-13:00"], served.Hours);
        Assert.Equal(["*"], served.TrustRequireSignature);
        Assert.Equal(new Dictionary<string, string> { ["alice"] = "A", ["bob"] = "B" }, served.TrustSigners);
    }

    [Theory]
    [InlineData("", "", "a b")]
    [InlineData("MINILAMBDA_HOURS=c,d", "", "c d")]
    [InlineData("MINILAMBDA_HOURS=c,d", "--hours e", "e")]
    [InlineData("", "--hours e --hours f", "e f")]
    public async Task A_higher_layers_list_takes_the_place_of_a_lower_ones(string variable, string flags, string expected)
    {
        var config = _folder.Write("config.toml", "hours = [\"a\", \"b\"]");
        var run = await DaemonRun.Of($"--config {config} {flags}".TrimEnd(), variable.Length == 0 ? [] : [variable]);
        Assert.Equal(expected, string.Join(' ', run.Served!.Hours));
    }

    [Theory]
    [InlineData("trust = 3", ":1:9: trust: must be a table, not an integer")]
    [InlineData("[trust]\nsigner = {}", ":2:1: unknown key 'trust.signer'; did you mean 'trust.signers'?")]
    [InlineData("[trust]\nsigners = 3", ":2:11: trust.signers: must be a table, not an integer")]
    [InlineData("[trust]\nrequire_signature = [3]", ":2:22: trust.require_signature: must be text, not an integer")]
    [InlineData("hours = {}", ":1:9: hours: must be text, not a table")]
    public async Task What_is_wrong_is_told_where_it_stands(string text, string error)
    {
        var config = _folder.Write("config.toml", text);
        var run = await DaemonRun.Of($"--config {config}");
        Assert.Equal(2, run.Code);
        Assert.Contains($"{config}{error}", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Flags_and_variables_have_the_tables_name_before_their_own()
    {
        var served = (await DaemonRun.Of("--trust-signer alice=A --trust-require-signature prod-*", ["MINILAMBDA_TRUST_SIGNERS=bob=B"])).Served!;
        Assert.Equal(["alice", "bob"], served.TrustSigners.Keys.Order());
        Assert.Equal(["prod-*"], served.TrustRequireSignature);
    }
}
