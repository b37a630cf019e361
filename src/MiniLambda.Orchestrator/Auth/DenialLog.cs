using System.Collections.Concurrent;
using System.Net;
using MiniLambda.Domain.Text;
using MiniLambda.Orchestrator.Audit;

namespace MiniLambda.Orchestrator.Auth;

/// <summary>Has refusals audited, but lets nobody fill the audit log with them: of one address that is refused over and over, the rest is counted.</summary>
internal sealed class DenialLog(AuditLog audit, TimeProvider clock)
{
    /// <summary>Entries of one address in a minute.</summary>
    private const int MaxPerMinute = 20;

    private const int MaxAddresses = 1024;

    private readonly ConcurrentDictionary<IPAddress, Window> _windows = new();

    /// <param name="target">What was tried.</param>
    public void Record(Refusal refusal, Caller? caller, IPAddress address, string target)
    {
        var minute = clock.GetUtcNow().ToUnixTimeSeconds() / 60;
        var source = AttemptLimits.Source(address);
        if (_windows.Count > MaxAddresses)
            _windows.Clear();
        var window = _windows.GetOrAdd(source, static _ => new Window());
        long left;
        lock (window)
        {
            if (window.Minute != minute)
                (window.Minute, window.Told) = (minute, 0);
            if (window.Told == MaxPerMinute)
            {
                window.Untold++;
                return;
            }

            window.Told++;
            (left, window.Untold) = (window.Untold, 0);
        }

        audit.Record(
            "call", AuditOutcome.Denied, caller, address.ToString(), Printable.Of(target),
            left == 0 ? $"{refusal.Reason}: {refusal.Message}" : $"{refusal.Reason}: {refusal.Message} (and {left} more from there that are not listed)");
    }

    private sealed class Window
    {
        public long Minute { get; set; }

        public int Told { get; set; }

        public long Untold { get; set; }
    }
}
