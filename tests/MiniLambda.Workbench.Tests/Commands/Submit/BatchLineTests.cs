using MiniLambda.Contracts.V1;
using MiniLambda.Workbench.Commands;
using MiniLambda.Workbench.Commands.Submit;

namespace MiniLambda.Workbench.Tests.Commands.Submit;

public sealed class BatchLineTests
{
    [Fact]
    public void Every_key_becomes_what_the_flag_of_its_name_would()
    {
        var request = BatchLine.Read(
            """
            {"function": "resize@3", "input": "in", "args": ["a", "b"], "env": {"LEVEL": "3"}, "labels": {"gpu": "true"}, "priority": 5, "memory": "128MiB",
             "timeout": "30s", "ttl": "1h", "after": "10m", "idempotencyKey": "k"}
            """,
            1, null);
        Assert.Equal(("resize", 3, "in", 5, "k"), (request.Function, request.Version, request.Input.ToStringUtf8(), request.Priority, request.IdempotencyKey));
        Assert.Equal(["a", "b"], request.Overrides.Args);
        Assert.Equal(("3", "true", 128L << 20), (request.Overrides.Env["LEVEL"], request.Overrides.Labels["gpu"], request.Overrides.Memory));
        Assert.Equal((30L, 3600L, 600L), (request.Overrides.Timeout.Seconds, request.Ttl.Seconds, request.Delay.Seconds));
    }

    [Fact]
    public void A_line_without_a_function_runs_the_target()
    {
        var request = BatchLine.Read("""{"inputBase64": "AAEC", "at": "2026-05-01T16:30:00Z"}""", 1, "resize");
        Assert.Equal(("resize", 0), (request.Function, request.Version));
        Assert.Equal(new byte[] { 0, 1, 2 }, request.Input.ToByteArray());
        Assert.Equal(new DateTimeOffset(2026, 5, 1, 16, 30, 0, TimeSpan.Zero), request.NotBefore.ToDateTimeOffset());
    }

    [Theory]
    [InlineData("{\"functio\": \"a\"}", "line 7, byte 12: unknown key 'functio'")]
    [InlineData("{\"priority\": 1}", "line 7: there is no \"function\", and no TARGET that stands for it")]
    [InlineData("{\"function\": \"a\", \"ttl\": \"soon\"}", "line 7: \"ttl\" takes ")]
    [InlineData("{\"function\": \"a\", \"memory\": \"much\"}", "line 7: \"memory\" takes ")]
    [InlineData("{\"function\": \"a\", \"input\": \"x\", \"inputBase64\": \"AA==\"}", "line 7: \"input\", \"inputBase64\" and \"inputFile\" are three ways")]
    [InlineData("{\"function\": \"a\", \"inputFile\": \"/nowhere/x\"}", "line 7: Could not find")]
    [InlineData("{\"function\": \"No Name\"}", "line 7: ")]
    [InlineData("not json", "line 7, byte 2: ")]
    [InlineData("null", "line 7: is null")]
    [InlineData("[]", "line 7, byte ")]
    public void What_is_wrong_with_a_line_is_said_with_its_number(string line, string message)
    {
        var refusal = Assert.Throws<CommandException>(() => BatchLine.Read(line, 7, null));
        Assert.Equal(ExitCodes.Usage, refusal.ExitCode);
        Assert.StartsWith(message, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("MiniLambda.", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_given_is_nothing_set()
    {
        var request = BatchLine.Read("""{"function": "a"}""", 1, null);
        Assert.Equal(new SubmitJobRequest { Function = "a", Overrides = new JobOverrides() }, request);
    }
}
