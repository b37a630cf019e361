namespace MiniLambda.Workbench.Screens.Logs;

/// <summary>The lines of a log that a filter lets through, kept up to date at the cost of what comes, not of what is there.</summary>
public sealed class ShownLines(LogBuffer buffer)
{
    /// <summary>Numbers of the lines, ascending; null while the filter takes all of them.</summary>
    private List<long>? _numbers;

    private long _seen;

    public LogFilter Filter { get; private set; } = LogFilter.All;

    public int Count => _numbers?.Count ?? buffer.Count;

    /// <summary>The line at a place among those shown.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many.</exception>
    public LogLine this[int index] => buffer[_numbers is null ? buffer.First + index : _numbers[index]];

    /// <summary>Chooses other lines.</summary>
    /// <param name="index">A place among the lines shown until now.</param>
    /// <returns>The place of that line now, or of the next one that is shown.</returns>
    public int Choose(LogFilter filter, int index)
    {
        var number = index < Count ? _numbers?[index] ?? buffer.First + index : buffer.Next;
        Filter = filter;
        _numbers = filter == LogFilter.All ? null : [];
        _seen = buffer.First;
        TakeNew();
        return _numbers is null ? (int)(number - buffer.First) : Place(number);
    }

    /// <summary>Gives pieces to the buffer.</summary>
    /// <returns>Shown lines that were dropped at the beginning.</returns>
    public int Append(IEnumerable<LogPiece> pieces)
    {
        var first = buffer.First;
        var taken = 0;
        foreach (var piece in pieces)
        {
            if (buffer.Append(piece) is { } extended)
                Review(extended);
            TakeNew();
            // As the pieces come, for a flood may drop what it has just brought.
            taken += DropOld();
        }

        return _numbers is null ? (int)Math.Min(int.MaxValue, buffer.First - first) : taken;
    }

    /// <summary>The log is complete.</summary>
    public void End()
    {
        buffer.End();
        // What was held back may have made any of the last lines longer.
        Choose(Filter, 0);
    }

    public void Clear()
    {
        buffer.Clear();
        Choose(Filter, 0);
    }

    private void TakeNew()
    {
        if (_numbers is null)
            return;
        for (var number = Math.Max(_seen, buffer.First); number < buffer.Next; number++)
        {
            if (Filter.Takes(buffer[number]))
                _numbers.Add(number);
        }

        _seen = buffer.Next;
    }

    private void Review(long number)
    {
        if (_numbers is null || number >= _seen)
            return;
        var place = Place(number);
        var isShown = place < _numbers.Count && _numbers[place] == number;
        var takes = Filter.Takes(buffer[number]);
        if (takes && !isShown)
            _numbers.Insert(place, number);
        else if (!takes && isShown)
            _numbers.RemoveAt(place);
    }

    private int DropOld()
    {
        if (_numbers is null || _numbers.Count == 0 || _numbers[0] >= buffer.First)
            return 0;
        var dropped = Place(buffer.First);
        _numbers.RemoveRange(0, dropped);
        return dropped;
    }

    private int Place(long number)
    {
        var place = _numbers!.BinarySearch(number);
        return place < 0 ? ~place : place;
    }
}
