using System.Net;
using Microsoft.Extensions.Time.Testing;
using MiniLambda.Orchestrator.Auth;

namespace MiniLambda.Orchestrator.Tests.Auth;

[Trait("Category", "Attack")]
public sealed class AttemptLimitsTests
{
    private static readonly IPAddress Attacker = IPAddress.Parse("10.0.0.1");

    private readonly FakeTimeProvider _clock = new();
    private readonly AttemptLimits _limits;

    public AttemptLimitsTests() => _limits = new AttemptLimits(_clock, new OrchestratorOptions { FreeAttempts = 3 });

    [Fact]
    public void After_some_wrong_ones_an_address_waits_each_time_twice_as_long_and_others_never()
    {
        Fail(2);
        Assert.Null(_limits.Wait(Attacker));
        foreach (var seconds in new[] { 1, 2, 4, 8, 16, 32, 60, 60 })
        {
            Fail(1);
            Assert.Equal(TimeSpan.FromSeconds(seconds), _limits.Wait(Attacker));
            _clock.Advance(TimeSpan.FromSeconds(seconds));
            Assert.Null(_limits.Wait(Attacker));
        }

        Fail(1);
        Assert.NotNull(_limits.Wait(Attacker));
        Assert.Null(_limits.Wait(IPAddress.Parse("10.0.0.2")));
    }

    [Fact]
    public void All_is_forgotten_after_a_while()
    {
        Fail(5);
        _clock.Advance(TimeSpan.FromMinutes(11));
        Fail(2);
        Assert.Null(_limits.Wait(Attacker));
    }

    [Theory]
    [InlineData("::ffff:10.0.0.1", "10.0.0.1")]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:3:4:5:6")]
    public void One_who_has_many_addresses_is_one(string one, string other)
    {
        for (var i = 0; i < 3; i++)
            _limits.NoteWrong(IPAddress.Parse(one));
        Assert.NotNull(_limits.Wait(IPAddress.Parse(other)));
    }

    [Fact]
    public void However_many_addresses_come_those_that_came_last_are_remembered()
    {
        for (var i = 0; i < 20_000; i++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(1));
            _limits.NoteWrong(new IPAddress(i + 1));
        }

        Fail(3);
        Assert.NotNull(_limits.Wait(Attacker));
        Assert.InRange(_limits.Count, 1, 4097);
    }

    private void Fail(int times)
    {
        for (var i = 0; i < times; i++)
            _limits.NoteWrong(Attacker);
    }
}
