using MiniLambda.Telemetry.Traces;

namespace MiniLambda.Telemetry.Tests.Traces;

public sealed class TraceParentTests
{
    private const string Kept = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    [Fact]
    public void A_context_whose_trace_is_kept_is_passed_on() => Assert.Equal(Kept, TraceParent.IfSampled(Kept));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00")]
    [InlineData("00-00000000000000000000000000000000-b7ad6b7169203331-01")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331")]
    [InlineData("<script>")]
    public void Anything_else_is_not(string? text) => Assert.Null(TraceParent.IfSampled(text));
}
