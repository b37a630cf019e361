using Microsoft.Data.Sqlite;
using MiniLambda.Domain.Jobs;

namespace MiniLambda.Storage.Sqlite;

/// <summary>Says SQLite's failures in the ports' words.</summary>
internal static class SqliteErrors
{
    private const int Busy = 5;
    private const int Locked = 6;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int NotADatabase = 26;

    public static IOException ToIOException(SqliteException failure) => failure.SqliteErrorCode switch
    {
        Full => new StoreFullException(failure),
        Corrupt or NotADatabase => new StoreDamagedException(failure),
        _ => new IOException($"the database failed: {failure.Message}", failure),
    };

    /// <summary>Whether something else than the file is to blame, so that the same may work later.</summary>
    public static bool IsPassing(SqliteException failure) => failure.SqliteErrorCode is Busy or Locked or Full;
}
