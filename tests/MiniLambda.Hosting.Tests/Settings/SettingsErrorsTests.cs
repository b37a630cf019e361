namespace MiniLambda.Hosting.Tests.Settings;

public sealed class SettingsErrorsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task All_errors_of_all_layers_are_told_at_once_with_their_origins()
    {
        var config = _folder.Write("config.toml", """
            slots = "many"
            slotz = 3
            artifact_cache = "1B"
            [labels]
            room = 4
            """);
        var run = await DaemonRun.Of(
            $"--config {config} --isolation none --label novalue", ["MINILAMBDA_SHARE=half", "MINILAMBDA_GRACE=2m", "MINILAMBDA_NAME=PI"]);
        Assert.Equal(2, run.Code);
        Assert.Null(run.Served);
        Assert.Equal(
            [
                $"{config}:1:9: slots: must be a whole number, not a string",
                $"{config}:2:1: unknown key 'slotz'; did you mean 'slots'?",
                $"{config}:5:8: labels.room: must be a string, not an integer",
                "environment MINILAMBDA_SHARE: must be a number, not 'half'",
                "--isolation: must be process or thread, not 'none'",
                "--label: must be key=value, not 'novalue'",
                "environment MINILAMBDA_NAME: must be lower-case letters",
                $"{config}:3:18: artifact_cache: must be between 1KiB and 1TiB",
                "environment MINILAMBDA_GRACE: must be at most 1m",
            ],
            run.Errors);
    }

    [Fact]
    public async Task A_malformed_file_is_told_with_its_line_and_column()
    {
        var config = _folder.Write("config.toml", "slots = 3\nname = \n");
        var run = await DaemonRun.Of($"--config {config}");
        Assert.Equal(2, run.Code);
        Assert.All(run.Errors, line => Assert.StartsWith($"{config}:2:", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_missing_file_is_told_by_who_named_it()
    {
        var byFlag = await DaemonRun.Of($"--config {_folder.At("none.toml")}");
        Assert.StartsWith("--config: cannot be read: ", Assert.Single(byFlag.Errors), StringComparison.Ordinal);
        var byVariable = await DaemonRun.Of("", [$"MINILAMBDA_CONFIG={_folder.At("none.toml")}"]);
        Assert.StartsWith("environment MINILAMBDA_CONFIG: cannot be read: ", Assert.Single(byVariable.Errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--slots 0", "--slots: must be between 1 and 64")]
    [InlineData("--slots 99999999999", "--slots: must be a whole number, not '99999999999'")]
    [InlineData("--server nowhere", "--server: must be a URL such as http://127.0.0.1:7070, not 'nowhere'")]
    [InlineData("--share NaN", "--share: must be a number, not 'NaN'")]
    [InlineData("--grace 5", "--grace: must be a duration such as 250ms, 5s or 2m, not '5'")]
    public async Task A_bad_flag_is_told_by_its_name(string arguments, string message)
    {
        var run = await DaemonRun.Of(arguments);
        Assert.Equal((2, message), (run.Code, Assert.Single(run.Errors)));
    }
}
