using MiniLambda.Workbench.Live;

namespace MiniLambda.Workbench.Tests.Live;

public sealed class LaunchSpecTests
{
    [Fact]
    public void Every_field_becomes_its_flag()
    {
        var spec = new LaunchSpec
        {
            Function = "resize@3",
            Args = "--fast 'two words'",
            InputText = "it's",
            Memory = "64MiB",
            Timeout = "5s",
            Priority = "10",
            Labels = "gpu=true room=a",
            Env = "LEVEL=3",
        };

        Assert.Equal("", spec.Problem());
        Assert.Equal(
            ["submit", "resize@3", "--input", "-", "--memory", "64MiB", "--timeout", "5s", "--priority", "10", "--label", "gpu=true", "--label", "room=a", "--env", "LEVEL=3", "--", "--fast", "two words"],
            spec.ToArgs());
        Assert.Equal("printf %s 'it'\\''s' | ", spec.Pipe());
        Assert.Equal("it's"u8.ToArray(), spec.Input());
    }

    [Theory]
    [InlineData("memory", "much")]
    [InlineData("timeout", "soon")]
    [InlineData("priority", "101")]
    [InlineData("labels", "x")]
    [InlineData("env", "x")]
    [InlineData("file", "/no/such/file")]
    public void What_cannot_be_is_told(string field, string value)
    {
        var spec = new LaunchSpec { Function = "f" };
        spec = field switch
        {
            "memory" => spec with { Memory = value },
            "timeout" => spec with { Timeout = value },
            "priority" => spec with { Priority = value },
            "labels" => spec with { Labels = value },
            "env" => spec with { Env = value },
            _ => spec with { InputFile = value },
        };

        Assert.Contains(value, spec.Problem());
    }
}
