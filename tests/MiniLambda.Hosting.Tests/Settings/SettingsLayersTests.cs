namespace MiniLambda.Hosting.Tests.Settings;

public sealed class SettingsLayersTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Defaults_stand_when_nothing_is_configured()
    {
        var run = await DaemonRun.Of("");
        Assert.Equal(0, run.Code);
        Assert.Equal(2, run.Served!.Slots);
        Assert.Equal(new Uri("http://127.0.0.1:7070"), run.Served.Server);
    }

    [Theory]
    [InlineData(false, false, false, 2)]
    [InlineData(true, false, false, 3)]
    [InlineData(true, true, false, 4)]
    [InlineData(true, true, true, 5)]
    [InlineData(true, false, true, 5)]
    [InlineData(false, true, false, 4)]
    public async Task Flags_win_over_the_environment_and_the_environment_over_the_file(bool file, bool variable, bool flag, int slots)
    {
        var config = _folder.Write("config.toml", file ? "slots = 3" : "");
        var run = await DaemonRun.Of($"--config {config}" + (flag ? " --slots 5" : ""), variable ? ["MINILAMBDA_SLOTS=4"] : []);
        Assert.Equal(slots, run.Served!.Slots);
    }

    [Fact]
    public async Task Every_type_is_read_from_a_file()
    {
        var config = _folder.Write("config.toml", """
            server = "http://10.0.0.1:80"
            name = "pi"
            slots = 7
            artifact_cache = "2MiB"
            grace = "250ms"
            share = 1
            drained = true
            isolation = "thread"
            [labels]
            room = "office"
            """);
        AssertEveryType((await DaemonRun.Of("", [$"MINILAMBDA_CONFIG={config}"])).Served!);
    }

    [Fact]
    public async Task Every_type_is_read_from_the_environment()
    {
        var run = await DaemonRun.Of("", [
            "MINILAMBDA_SERVER=http://10.0.0.1:80", "MINILAMBDA_NAME=pi", "MINILAMBDA_SLOTS=7", "MINILAMBDA_ARTIFACT_CACHE=2MiB",
            "MINILAMBDA_GRACE=250ms", "MINILAMBDA_SHARE=1", "MINILAMBDA_DRAINED=true", "MINILAMBDA_ISOLATION=thread", "MINILAMBDA_LABELS=room=office",
        ]);
        AssertEveryType(run.Served!);
    }

    [Theory]
    [InlineData("")]
    [InlineData("serve ")]
    public async Task Every_type_is_read_from_flags(string verb)
    {
        var run = await DaemonRun.Of(verb
            + "--server http://10.0.0.1:80 --name pi --slots 7 --artifact-cache 2MiB --grace 250ms --share 1 --drained --isolation thread --label room=office");
        AssertEveryType(run.Served!);
    }

    [Fact]
    public async Task A_flag_before_the_verb_leaves_the_verb_alone()
    {
        var run = await DaemonRun.Of("--drained serve");
        Assert.True(run.Served!.Drained);
    }

    [Fact]
    public async Task A_flag_can_be_taken_back()
    {
        var run = await DaemonRun.Of("--drained=false", ["MINILAMBDA_DRAINED=true"]);
        Assert.False(run.Served!.Drained);
    }

    [Fact]
    public async Task Labels_of_all_layers_add_up_and_the_highest_wins()
    {
        var config = _folder.Write("config.toml", "[labels]\nroom = \"cellar\"\ngpu = \"no\"\n");
        var run = await DaemonRun.Of($"--config {config} --label room=office --label os=linux", ["MINILAMBDA_LABELS=room=attic,disk=ssd"]);
        Assert.Equal(
            ["disk=ssd", "gpu=no", "os=linux", "room=office"], run.Served!.Labels.Select(label => $"{label.Key}={label.Value}").Order());
    }

    [Fact]
    public async Task Variables_that_are_empty_or_of_others_are_ignored()
    {
        var run = await DaemonRun.Of("", ["MINILAMBDA_SLOTS=", "MINILAMBDA_NO_SUCH=1", "MINILAMBDA_SECRET=x"]);
        Assert.Equal((0, 2, ""), (run.Code, run.Served!.Slots, run.Served.Secret));
    }

    private static void AssertEveryType(SampleOptions options)
    {
        Assert.Equal(new Uri("http://10.0.0.1:80"), options.Server);
        Assert.Equal("pi", options.Name);
        Assert.Equal(7, options.Slots);
        Assert.Equal(2L << 20, options.ArtifactCacheBytes);
        Assert.Equal(TimeSpan.FromMilliseconds(250), options.Grace);
        Assert.Equal(1, options.Share);
        Assert.True(options.Drained);
        Assert.Equal(Wall.Thread, options.Isolation);
        Assert.Equal("office", options.Labels["room"]);
    }
}
