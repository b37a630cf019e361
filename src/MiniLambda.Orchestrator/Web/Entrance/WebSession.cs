using System.Security.Cryptography;
using System.Text;
using MiniLambda.Orchestrator.Auth;

namespace MiniLambda.Orchestrator.Web.Entrance;

/// <summary>Somebody who signed in with a token in one browser. Safe for calls from several threads.</summary>
internal sealed class WebSession : IDisposable
{
    private readonly CancellationTokenSource _ended;
    private Notice? _notice;
    private long _used;

    /// <param name="owner">Whose token it is; the session ends with it.</param>
    /// <param name="now">The clock's ticks.</param>
    public WebSession(Caller owner, long now)
    {
        _ended = CancellationTokenSource.CreateLinkedTokenSource(owner.Ended);
        Caller = owner with { Ended = _ended.Token };
        Begun = _used = now;
    }

    /// <summary>Who signed in. Streams that were opened with it end with the session.</summary>
    public Caller Caller { get; }

    /// <summary>When it was opened, in the clock's ticks.</summary>
    public long Begun { get; }

    /// <summary>When its owner last did something, in the clock's ticks.</summary>
    public long Used => Volatile.Read(ref _used);

    /// <summary>Every form of it bears this, so that no other page can send one.</summary>
    public string FormToken { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    public bool IsOver => _ended.IsCancellationRequested;

    public void Use(long now) => Volatile.Write(ref _used, now);

    /// <summary>Whether a form is one of this session's. Takes the same time for every text of that length.</summary>
    public bool Owns(string? formToken) => formToken is not null
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(formToken), Encoding.UTF8.GetBytes(FormToken));

    /// <summary>Leaves a line for the next page that is shown.</summary>
    public void Leave(Notice notice) => Volatile.Write(ref _notice, notice);

    /// <summary>The line that was left; null when there is none. It is told once.</summary>
    public Notice? TakeNotice() => Interlocked.Exchange(ref _notice, null);

    public void End() => _ended.Cancel();

    public void Dispose() => _ended.Dispose();
}

/// <summary>One line about what was just done.</summary>
/// <param name="IsRefusal">It was not done.</param>
internal sealed record Notice(string Text, bool IsRefusal)
{
    /// <summary>What was filled in, to be shown again.</summary>
    public IReadOnlyDictionary<string, string> Entered { get; init; } = new Dictionary<string, string>();
}
