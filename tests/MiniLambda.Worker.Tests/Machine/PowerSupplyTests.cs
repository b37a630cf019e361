using MiniLambda.Contracts.V1;
using MiniLambda.Worker.Machine;

namespace MiniLambda.Worker.Tests.Machine;

public sealed class PowerSupplyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_machine_that_tells_nothing_has_no_power_to_report()
    {
        Assert.Null(Read());
        Assert.Null(new PowerSupply(Path.Combine(_folder.FullName, "missing")).Read());
    }

    [Fact]
    public void A_laptop_on_its_battery_says_how_full_it_is()
    {
        Supply("AC", ("type", "Mains"), ("online", "0"));
        Supply("BAT0", ("type", "Battery"), ("status", "Discharging"), ("capacity", "41"));
        Assert.Equal(new Power { Source = Power.Types.Source.Battery, BatteryPercent = 41 }, Read());
    }

    [Fact]
    public void A_laptop_at_the_wall_charges()
    {
        Supply("AC", ("type", "Mains"), ("online", "1"));
        Supply("BAT0", ("type", "Battery"), ("status", "Charging"), ("capacity", "80"));
        Supply("BAT1", ("type", "Battery"), ("status", "Full"), ("capacity", "100"));
        Assert.Equal(new Power { Source = Power.Types.Source.Mains, BatteryPercent = 90, Charging = true }, Read());
    }

    [Fact]
    public void A_machine_without_a_battery_runs_on_mains()
    {
        Supply("AC", ("type", "Mains"), ("online", "1"));
        Assert.Equal(new Power { Source = Power.Types.Source.Mains }, Read());
    }

    [Fact]
    public void Without_word_of_mains_the_battery_tells_whether_it_is_used()
    {
        Supply("BAT0", ("type", "Battery"), ("status", "Full"), ("capacity", "100"));
        Assert.Equal(Power.Types.Source.Mains, Read()!.Source);
    }

    [Fact]
    public void The_battery_of_a_mouse_does_not_count()
    {
        Supply("hidpp", ("type", "Battery"), ("scope", "Device"), ("status", "Discharging"), ("capacity", "5"));
        Assert.Null(Read());
    }

    [Theory]
    [InlineData("")]
    [InlineData("-3")]
    [InlineData("many")]
    [InlineData("101")]
    public void A_level_that_cannot_be_is_left_out(string level)
    {
        Supply("BAT0", ("type", "Battery"), ("status", "Discharging"), ("capacity", level));
        Assert.Equal(new Power { Source = Power.Types.Source.Battery }, Read());
    }

    private Power? Read() => new PowerSupply(_folder.FullName).Read();

    private void Supply(string name, params (string File, string Text)[] lines)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder.FullName, name)).FullName;
        foreach (var (file, text) in lines)
            File.WriteAllText(Path.Combine(folder, file), $"{text}\n");
    }
}
