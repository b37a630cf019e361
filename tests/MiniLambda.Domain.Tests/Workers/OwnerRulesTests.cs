using MiniLambda.Domain.Workers;

namespace MiniLambda.Domain.Tests.Workers;

public sealed class OwnerRulesTests
{
    [Theory]
    [InlineData("22:00-07:00", "21:59", false)]
    [InlineData("22:00-07:00", "22:00", true)]
    [InlineData("22:00-07:00", "00:00", true)]
    [InlineData("22:00-07:00", "06:59", true)]
    [InlineData("22:00-07:00", "07:00", false)]
    [InlineData("12:00-13:30", "12:00", true)]
    [InlineData("12:00-13:30", "13:30", false)]
    [InlineData("18:00-24:00", "23:59", true)]
    [InlineData("18:00-24:00", "00:00", false)]
    public void Hours_hold_their_beginning_and_not_their_end(string text, string time, bool isIn)
    {
        Assert.True(OwnerHours.TryParse(text, out var hours));
        Assert.Equal(isIn, hours.Contains(TimeOnly.ParseExact(time, "HH:mm")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("22:00")]
    [InlineData("22:00-")]
    [InlineData("22-7")]
    [InlineData("25:00-07:00")]
    [InlineData("07:00-07:00")]
    [InlineData("07:00-08:00-09:00")]
    public void What_is_no_part_of_a_day_is_refused(string text) => Assert.False(OwnerHours.TryParse(text, out _));

    [Theory]
    [InlineData("", "run", "run", PowerSource.Battery, true, "")]
    [InlineData("", "pause", "run", PowerSource.Battery, false, "on battery")]
    [InlineData("", "pause", "run", PowerSource.Mains, false, "")]
    [InlineData("", "pause", "run", null, false, "")]
    [InlineData("", "run", "pause", null, true, "its machine is in use")]
    [InlineData("", "run", "pause", null, false, "")]
    [InlineData("22:00-07:00 11:00-13:00", "pause", "pause", PowerSource.Mains, false, "")]
    [InlineData("22:00-07:00", "pause", "pause", PowerSource.Battery, true, "outside its hours (22:00-07:00)")]
    public void A_worker_is_paused_for_the_first_reason_there_is(
        string hours, string onBattery, string whenBusy, PowerSource? power, bool isInUse, string reason)
    {
        var rules = new OwnerRules(
            [.. hours.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => OwnerHours.TryParse(text, out var parsed) ? parsed : default)],
            Wish(onBattery), Wish(whenBusy));
        Assert.Equal(reason, rules.PauseReason(new TimeOnly(12, 0), power, isInUse));
    }

    [Fact]
    public void A_machine_is_in_use_while_others_keep_it_busy_and_a_little_longer()
    {
        var use = new MachineUse().Next(3, running: 0, cores: 4, TimeSpan.FromSeconds(5));
        Assert.True(use.IsInUse);
        Assert.True(use.Next(1.5, 0, 4, TimeSpan.FromSeconds(5)).IsInUse);
        Assert.False(use.Next(0.9, 0, 4, TimeSpan.FromSeconds(5)).IsInUse);
        Assert.False(new MachineUse().Next(1.5, 0, 4, TimeSpan.FromSeconds(5)).IsInUse);
    }

    [Fact]
    public void What_the_worker_runs_itself_is_no_use_by_others_neither_while_it_runs_nor_after()
    {
        // The system's own average of four guests that begin, run for five minutes, and end.
        var (load, use, step) = (0.0, new MachineUse(), TimeSpan.FromSeconds(5));
        var kept = Math.Exp(-5.0 / 60);
        for (var i = 0; i < 120; i++)
        {
            var running = i < 60 ? 4 : 0;
            load = (load * kept) + (running * (1 - kept));
            use = use.Next(load, running, 4, step);
            Assert.False(use.IsInUse);
        }
    }

    [Fact]
    public void Where_the_system_does_not_tell_a_machine_is_never_in_use() =>
        Assert.False(new MachineUse(0, true).Next(null, 0, 4, TimeSpan.FromSeconds(5)).IsInUse);

    [Theory]
    [InlineData("img-resize", "default", "", null)]
    [InlineData("mine", "default", "", "runs only functions img-*: its owner wants it so")]
    [InlineData("img-x", "photos", "", "runs only jobs of tenants default, home: its owner wants it so")]
    [InlineData("img-prod", "home", "", "runs 'img-prod' only when a signer that its owner trusts signed it; nobody did")]
    [InlineData("img-prod", "home", "k9", "runs 'img-prod' only when a signer that its owner trusts signed it; none of them did")]
    [InlineData("img-prod", "home", "k9 k1", null)]
    public void Pins_say_what_runs(string function, string tenant, string signers, string? refusal)
    {
        var pins = new OwnerPins { Functions = ["img-*"], Tenants = ["default", "home"], RequireSignature = ["*-prod"], Signers = ["k1", "k2"] };
        Assert.Equal(refusal, pins.Refusal(function, tenant, signers.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        Assert.Null(OwnerPins.None.Refusal(function, tenant, []));
    }

    private static OwnerWish Wish(string text) => Enum.Parse<OwnerWish>(text, ignoreCase: true);
}
