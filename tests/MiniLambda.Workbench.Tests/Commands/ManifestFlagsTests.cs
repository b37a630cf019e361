using System.CommandLine;
using CsCheck;
using MiniLambda.Domain.Functions;
using MiniLambda.Workbench.Commands;

namespace MiniLambda.Workbench.Tests.Commands;

public sealed class ManifestFlagsTests
{
    [Fact]
    public void Flags_that_are_not_given_leave_the_manifest_alone()
    {
        var (flags, parsed) = Typed();
        Assert.True(flags.Read(parsed).IsEmpty);
        Assert.Equal(new Contracts.V1.JobOverrides(), flags.Write(parsed));
    }

    [Fact]
    public void Every_flag_reaches_the_manifest_and_the_wire()
    {
        var (flags, parsed) = Typed(
            "--env", "A=1", "--env", "B=x=y", "--entry", "go", "--memory", "1MiB", "--timeout", "250ms", "--fuel", "9", "--max-output", "3KiB",
            "--", "a", "--b");
        var manifest = flags.Read(parsed).ApplyTo(new FunctionManifest { Name = FunctionName.Parse("f"), Args = ["replaced"] });
        Assert.Equal(["a", "--b"], manifest.Args);
        Assert.Equal(new Dictionary<string, string> { ["A"] = "1", ["B"] = "x=y" }, manifest.Env);
        Assert.Equal("go", manifest.Entry);
        Assert.Equal((1 << 20, TimeSpan.FromMilliseconds(250), 9, 3 << 10), (
            manifest.Limits.MemoryBytes, manifest.Limits.Timeout, manifest.Limits.Fuel, manifest.Limits.OutputBytes));

        var sent = flags.Write(parsed);
        Assert.Equal(["a", "--b"], sent.Args);
        Assert.Equal(manifest.Env, sent.Env);
        Assert.Equal(("go", 1 << 20, 9L, 3 << 10), (sent.Entry, sent.Memory, sent.Fuel, sent.Output));
        Assert.Equal(TimeSpan.FromMilliseconds(250), sent.Timeout.ToTimeSpan());
    }

    [Fact]
    public void What_stands_after_the_dashes_reaches_the_function_unchanged() => Gen.String.Array[1, 6].Sample(args =>
    {
        var (flags, parsed) = Typed([.. args.Prepend("--")]);
        Assert.Equal(args, flags.Read(parsed).Args);
    });

    [Theory]
    [InlineData("plain", "words")]
    [InlineData("-")]
    [InlineData("")]
    public void Words_that_look_like_no_flag_need_no_dashes_before_them(params string[] args)
    {
        var (flags, parsed) = Typed(args);
        Assert.Equal(args, flags.Read(parsed).Args);
    }

    [Fact]
    public void The_last_of_equal_variables_wins() =>
        Assert.Equal(new Dictionary<string, string> { ["A"] = "2", ["B"] = "" }, ManifestFlags.Pairs(["A=1", "B=", "A=2"]));

    private static (ManifestFlags Flags, ParseResult Parsed) Typed(params string[] args)
    {
        var flags = new ManifestFlags();
        var command = new Command("f");
        flags.AddTo(command);
        var parsed = command.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        Assert.Empty(parsed.Errors);
        return (flags, parsed);
    }
}
