using Microsoft.Data.Sqlite;

namespace MiniLambda.Storage.Sqlite;

/// <summary>How values stand in columns: moments as whole microseconds since 1970 UTC.</summary>
internal static class Columns
{
    public static long Micros(DateTimeOffset at) => (at - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    public static object? Micros(DateTimeOffset? at) => at is { } moment ? Micros(moment) : null;

    public static DateTimeOffset Moment(this SqliteDataReader row, int column) =>
        DateTimeOffset.UnixEpoch.AddTicks(row.GetInt64(column) * TimeSpan.TicksPerMicrosecond);

    public static DateTimeOffset? MomentOrNull(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.Moment(column);

    public static string Text(this SqliteDataReader row, int column) => row.IsDBNull(column) ? "" : row.GetString(column);

    public static ReadOnlyMemory<byte> Bytes(this SqliteDataReader row, int column) => row.IsDBNull(column) ? default : (byte[])row[column];
}
