using System.Globalization;

namespace MiniLambda.Domain.Workers;

/// <summary>A part of the day in which a worker takes jobs, such as <c>22:00-07:00</c>, which goes over midnight. The end is not in it.</summary>
public readonly record struct OwnerHours(TimeOnly From, TimeOnly To)
{
    /// <summary>What hours may look like, for error messages.</summary>
    public const string Rule = "a part of the day such as 22:00-07:00, in the machine's local time";

    public static bool TryParse(string text, out OwnerHours hours)
    {
        hours = default;
        if (text.Split('-') is not [var from, var to] || !TryParseTime(from, out var start) || !TryParseTime(to, out var end) || start == end)
            return false;
        hours = new OwnerHours(start, end);
        return true;
    }

    public bool Contains(TimeOnly time) => time.IsBetween(From, To);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{From:HH:mm}-{To:HH:mm}");

    private static bool TryParseTime(string text, out TimeOnly time)
    {
        var isMidnight = text.Trim() == "24:00";
        return TimeOnly.TryParseExact(isMidnight ? "00:00" : text.Trim(), "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out time);
    }
}
