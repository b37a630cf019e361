using System.Collections;

namespace MiniLambda.Workbench.Screens.Gauges;

/// <summary>The latest samples of one measure, oldest first; the oldest go when there are too many. Not for several threads.</summary>
/// <param name="capacity">Samples that are kept; at least 1.</param>
public sealed class SampleRing(int capacity) : IReadOnlyList<double>
{
    private readonly double[] _samples = new double[capacity];
    private int _first;

    public int Count { get; private set; }

    /// <exception cref="ArgumentOutOfRangeException">There are not so many.</exception>
    public double this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            return _samples[(_first + index) % _samples.Length];
        }
    }

    /// <summary>The latest one; not a number when there is none.</summary>
    public double Last => Count == 0 ? double.NaN : this[Count - 1];

    /// <param name="sample">Not a number where nothing was measured: a gap.</param>
    public void Add(double sample)
    {
        _samples[(_first + Count) % _samples.Length] = sample;
        if (Count < _samples.Length)
            Count++;
        else
            _first = (_first + 1) % _samples.Length;
    }

    public IEnumerator<double> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
