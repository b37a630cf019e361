using Microsoft.Data.Sqlite;

namespace MiniLambda.Storage.Sqlite;

/// <summary>How values stand in columns: moments as ticks of 100 ns since 1970 UTC, so that they come back exactly as they went in.</summary>
internal static class Columns
{
    public static long Ticks(DateTimeOffset at) => (at - DateTimeOffset.UnixEpoch).Ticks;

    public static object? Ticks(DateTimeOffset? at) => at is { } moment ? Ticks(moment) : null;

    public static DateTimeOffset Moment(this SqliteDataReader row, int column) =>
        DateTimeOffset.UnixEpoch.AddTicks(row.GetInt64(column));

    public static DateTimeOffset? MomentOrNull(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.Moment(column);

    public static string Text(this SqliteDataReader row, int column) => row.IsDBNull(column) ? "" : row.GetString(column);

    public static ReadOnlyMemory<byte> Bytes(this SqliteDataReader row, int column) => row.IsDBNull(column) ? default : (byte[])row[column];
}
