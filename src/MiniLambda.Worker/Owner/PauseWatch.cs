using MiniLambda.Contracts.V1;
using MiniLambda.Domain.Workers;
using MiniLambda.Worker.Machine;

namespace MiniLambda.Worker.Owner;

/// <summary>Whether this worker takes jobs now, by what its owner wants and how its machine stands. One at a time may look.</summary>
internal sealed class PauseWatch(OwnerRules rules, LoadAverage load, TimeProvider clock)
{
    private MachineUse _use;
    private long _looked = clock.GetTimestamp();
    private volatile string _reason = "";

    /// <summary>Why it takes none, as it was last looked at; empty when it takes some.</summary>
    public string Reason => _reason;

    /// <param name="running">Guests that run now.</param>
    public string Look(Power? power, int running)
    {
        if (rules.WhenBusy == OwnerWish.Pause)
        {
            _use = _use.Next(load.Read(), running, Environment.ProcessorCount, clock.GetElapsedTime(_looked));
            _looked = clock.GetTimestamp();
        }

        var local = TimeOnly.FromDateTime(clock.GetLocalNow().DateTime);
        return _reason = rules.PauseReason(local, power is { } known ? (PowerSource)known.Source : null, _use.IsInUse);
    }
}
