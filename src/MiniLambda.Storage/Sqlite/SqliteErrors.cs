using Microsoft.Data.Sqlite;

namespace MiniLambda.Storage.Sqlite;

/// <summary>Says SQLite's failures in the ports' words.</summary>
internal static class SqliteErrors
{
    private const int Full = 13;
    private const int Corrupt = 11;
    private const int NotADatabase = 26;

    public static IOException ToIOException(SqliteException failure) => new(
        failure.SqliteErrorCode switch
        {
            Full => "the disk is full",
            Corrupt or NotADatabase => "the database file is damaged",
            _ => $"the database failed: {failure.Message}",
        },
        failure);
}
