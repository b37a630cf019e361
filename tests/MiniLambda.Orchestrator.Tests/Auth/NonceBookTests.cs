using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using MiniLambda.Orchestrator.Auth;

namespace MiniLambda.Orchestrator.Tests.Auth;

[Trait("Category", "Attack")]
public sealed class NonceBookTests
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public void A_nonce_is_taken_once_for_as_long_as_its_time_would_be()
    {
        var book = new NonceBook(_clock);
        var created = _clock.GetUtcNow().AddMinutes(5);
        Assert.Null(book.RefuseTime(created));
        Assert.Null(book.Take("a", "nonce", created));
        Assert.Null(book.Take("b", "nonce", created));
        // Signed ahead of time: it would be let in for ten minutes.
        for (var minute = 0; minute <= 10; minute++, _clock.Advance(TimeSpan.FromMinutes(1)))
            Assert.Equal("SIGNATURE_REPLAYED", book.Take("a", "nonce", created)?.Reason);
        Assert.Equal("SIGNATURE_STALE", book.RefuseTime(created)?.Reason);
    }

    [Theory]
    [InlineData(-301)]
    [InlineData(301)]
    public void A_time_more_than_five_minutes_off_is_stale(int seconds)
    {
        _clock.Advance(TimeSpan.FromDays(1));
        var book = new NonceBook(_clock);
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal("SIGNATURE_STALE", book.RefuseTime(_clock.GetUtcNow().AddSeconds(seconds))?.Reason);
        Assert.Null(book.RefuseTime(_clock.GetUtcNow().AddSeconds(seconds < 0 ? seconds + 1 : seconds - 1)));
    }

    [Fact]
    public void What_was_signed_before_a_restart_may_have_come_before_it()
    {
        var book = new NonceBook(_clock);
        Assert.Equal("SIGNATURE_STALE", book.RefuseTime(_clock.GetUtcNow().AddSeconds(-1))?.Reason);
        Assert.Null(book.RefuseTime(_clock.GetUtcNow()));
    }

    [Fact]
    public void A_full_book_refuses_rather_than_forgets_and_one_token_does_not_fill_it()
    {
        var book = new NonceBook(_clock);
        var now = _clock.GetUtcNow();
        Fill(book, "a");
        Assert.Equal("TOO_MANY_SIGNED", book.Take("a", "more", now)?.Reason);
        Fill(book, "b");
        Fill(book, "c");
        Fill(book, "d");
        Assert.Equal("TOO_MANY_SIGNED", book.Take("e", "more", now)?.Reason);
        Assert.Equal("SIGNATURE_REPLAYED", book.Take("a", "7", now)?.Reason);
        _clock.Advance(TimeSpan.FromMinutes(6));
        Assert.Null(book.Take("e", "more", _clock.GetUtcNow()));

        void Fill(NonceBook full, string token)
        {
            for (var i = 0; i < 50_000; i++)
                Assert.Null(full.Take(token, i.ToString(CultureInfo.InvariantCulture), now));
        }
    }
}
