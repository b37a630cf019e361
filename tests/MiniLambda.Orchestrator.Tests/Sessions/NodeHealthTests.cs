using MiniLambda.Orchestrator.Sessions;

namespace MiniLambda.Orchestrator.Tests.Sessions;

public sealed class NodeHealthTests
{
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);

    [Theory]
    [InlineData(0, "Here")]
    [InlineData(10, "Here")]
    [InlineData(10.1, "Suspect")]
    [InlineData(15, "Suspect")]
    [InlineData(900, "Suspect")]
    public void A_worker_with_an_open_stream_is_suspect_after_two_missed_heartbeats(double silence, string health) =>
        Assert.Equal(health, Of(true, false, silence));

    [Theory]
    [InlineData(0, "Away")]
    [InlineData(10, "Away")]
    [InlineData(10.1, "Suspect")]
    [InlineData(14.9, "Suspect")]
    [InlineData(15, "Lost")]
    [InlineData(900, "Lost")]
    public void A_worker_whose_stream_broke_is_lost_after_its_lease(double silence, string health) => Assert.Equal(health, Of(false, false, silence));

    [Theory]
    [InlineData(0)]
    [InlineData(900)]
    public void A_worker_that_said_goodbye_is_only_away(double silence) => Assert.Equal("Away", Of(false, true, silence));

    private static string Of(bool isConnected, bool saidGoodbye, double silenceSeconds) =>
        NodeHealthRules.Of(isConnected, saidGoodbye, TimeSpan.FromSeconds(silenceSeconds), Heartbeat, Lease).ToString();
}
