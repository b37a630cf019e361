using System.Text;
using MiniLambda.Trust.Authorities;
using MiniLambda.Trust.Discovery;

namespace MiniLambda.Trust.Tests.Discovery;

public sealed class AnnouncementTests
{
    private static readonly Announcement Attic = new("attic.lan", 7070, Fingerprint.Of("authority"u8));

    [Fact]
    public void What_is_said_is_heard()
    {
        Assert.Equal(Attic, Announcement.TryRead(Attic.Write()));
        Assert.True(Attic.Write().Length < Announcement.MaxBytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nothing")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"service":"_other._tcp","version":1,"name":"attic","port":7070,"fingerprint":"F"}""")]
    [InlineData("""{"service":"_minilambda._tcp","version":2,"name":"attic","port":7070,"fingerprint":"F"}""")]
    [InlineData("""{"service":"_minilambda._tcp","version":1,"name":"","port":7070,"fingerprint":"F"}""")]
    [InlineData("""{"service":"_minilambda._tcp","version":1,"name":"\u001b[31mattic","port":7070,"fingerprint":"F"}""")]
    [InlineData("""{"service":"_minilambda._tcp","version":1,"name":"attic\nattic","port":7070,"fingerprint":"F"}""")]
    [InlineData("""{"service":"_minilambda._tcp","version":1,"name":"attic","port":0,"fingerprint":"F"}""")]
    [InlineData("""{"service":"_minilambda._tcp","version":1,"name":"attic","port":70700,"fingerprint":"F"}""")]
    [InlineData("""{"service":"_minilambda._tcp","version":1,"name":"attic","port":-1,"fingerprint":"F"}""")]
    [InlineData("""{"service":"_minilambda._tcp","version":1,"name":"attic","port":1e99,"fingerprint":"F"}""")]
    [InlineData("""{"service":"_minilambda._tcp","version":1,"name":"attic","port":7070,"fingerprint":"abc"}""")]
    [InlineData("""{"service":"_minilambda._tcp","version":1,"name":"attic","port":7070}""")]
    [InlineData("""{"service":"_minilambda._tcp","version":1,"name":["attic"],"port":7070,"fingerprint":"F"}""")]
    public void What_is_not_as_it_should_be_is_not_heard(string text) =>
        Assert.Null(Announcement.TryRead(Encoding.UTF8.GetBytes(text.Replace("\"F\"", $"\"{Attic.Fingerprint}\"", StringComparison.Ordinal))));

    [Fact]
    public void One_that_is_too_long_is_not_read()
    {
        byte[] padded = [.. Attic.Write(), .. Enumerable.Repeat((byte)' ', Announcement.MaxBytes)];
        Assert.Null(Announcement.TryRead(padded));
    }

    [Fact]
    public void Noise_is_not_heard()
    {
        var random = new Random(7);
        var spoken = Attic.Write();
        for (var i = 0; i < 2000; i++)
        {
            var noise = spoken.ToArray();
            for (var j = 0; j < 3; j++)
                noise[random.Next(noise.Length)] = (byte)random.Next(256);
            var heard = Announcement.TryRead(noise);
            Assert.True(heard is null || heard.Name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-'));
        }
    }

    [Theory]
    [InlineData("attic", "attic")]
    [InlineData("Attic's laptop", "Attic-s-laptop")]
    [InlineData("", "orchestrator")]
    public void Any_machine_has_a_name_that_may_be_said(string machine, string name) => Assert.Equal(name, Announcement.NameOf(machine));
}
