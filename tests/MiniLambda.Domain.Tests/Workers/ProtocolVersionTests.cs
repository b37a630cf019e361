using CsCheck;
using MiniLambda.Domain.Workers;

namespace MiniLambda.Domain.Tests.Workers;

public sealed class ProtocolVersionTests
{
    private static readonly Gen<ProtocolVersion> Versions = Gen.Select(Gen.Int[0, 4], Gen.Int[0, 4], static (major, minor) => new ProtocolVersion(major, minor));

    [Theory]
    [InlineData(1, 3, true)]
    [InlineData(1, 2, true)]
    [InlineData(1, 1, false)]
    [InlineData(1, 4, false)]
    [InlineData(0, 3, false)]
    [InlineData(2, 3, false)]
    [InlineData(1, -1, false)]
    [InlineData(1, int.MinValue, false)]
    [InlineData(1, int.MaxValue, false)]
    public void The_same_minor_version_and_the_one_before_are_served(int major, int minor, bool isServed) =>
        Assert.Equal(isServed, new ProtocolVersion(1, 3).Serves(new ProtocolVersion(major, minor)));

    [Fact]
    public void A_refusal_names_both_versions_and_who_is_to_be_updated()
    {
        Assert.Equal(
            "the worker speaks protocol 1.1, the orchestrator 1.3: update the worker", ProtocolVersion.Refusal(new(1, 3), new(1, 1)));
        Assert.Equal(
            "the worker speaks protocol 2.0, the orchestrator 1.3: update the orchestrator before the worker",
            ProtocolVersion.Refusal(new(1, 3), new(2, 0)));
    }

    [Fact]
    public void Every_version_serves_itself_and_of_two_that_differ_at_most_one_serves_the_other() =>
        Gen.Select(Versions, Versions).Sample((one, other) =>
        {
            Assert.True(one.Serves(one));
            Assert.True(one == other || !(one.Serves(other) && other.Serves(one)));
            Assert.Equal(one.Serves(other), ProtocolVersion.Refusal(one, other) is null);
        });
}
