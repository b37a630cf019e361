using Microsoft.Data.Sqlite;
using MiniLambda.Storage.Blobs;
using MiniLambda.Storage.Sqlite;

namespace MiniLambda.Storage.Checks;

/// <summary>
/// Reads a whole store and says all that is wrong with it: the database's own structure, every row, every blob's digest, every name of a blob. Only
/// reads, also beside an orchestrator that works: the rows are those of one moment, and what they name is held until it was looked at.
/// </summary>
public sealed class StoreCheck
{
    private readonly StoreFolder _folder;
    private readonly Action<StoreFinding> _found;
    private readonly StoreTotals _totals = new();

    private StoreCheck(StoreFolder folder, Action<StoreFinding> found) => (_folder, _found) = (folder, found);

    /// <param name="found">Is told each finding as it is made.</param>
    /// <exception cref="IOException">There is no store, or it cannot be read at all.</exception>
    public static async Task<StoreTotals> RunAsync(StoreFolder folder, TimeProvider clock, Action<StoreFinding> found, CancellationToken cancellationToken)
    {
        folder.MustExist();
        var check = new StoreCheck(folder, found);
        // Before the rows are read: what they name is not removed from now on.
        using var hold = await BlobHold.TakeAsync(folder.Blobs, clock, cancellationToken);
        using var session = check.Open();
        if (session is null)
            return check._totals;
        var areRowsKnown = check.LookAtRows(session, cancellationToken);
        check.LookAtBlobs(areRowsKnown ? session : null, cancellationToken);
        return check._totals;
    }

    private SqliteSession? Open()
    {
        SqliteSession? session = null;
        try
        {
            session = new SqliteSession(_folder.Database, SqliteOpenMode.ReadOnly);
            session.ExecuteScript("PRAGMA query_only = ON; PRAGMA busy_timeout = 5000;");
            _totals.Schema = (long)session.Scalar("PRAGMA user_version")!;
            return session;
        }
        catch (SqliteException e)
        {
            session?.Dispose();
            Report("database", "", SqliteErrors.ToIOException(e).Message);
            return null;
        }
    }

    /// <summary>Looks at all that is in the database, as it was at one moment; false when its rows are not those that this program knows.</summary>
    private bool LookAtRows(SqliteSession session, CancellationToken cancellationToken)
    {
        session.ExecuteScript("BEGIN");
        try
        {
            LookAtStructure(session);
            if (_totals.Schema != Migrations.Newest)
            {
                Report("schema", "", _totals.Schema > Migrations.Newest
                    ? $"version {_totals.Schema} was made by a newer MiniLambda, this one knows up to {Migrations.Newest}: its rows are not looked at"
                    : $"version {_totals.Schema} is brought to {Migrations.Newest} when an orchestrator opens it: its rows are not looked at before");
                return false;
            }

            var rows = new RowCheck(session, _totals, Report);
            Guard("the functions", rows.LookAtFunctions);
            Guard("the jobs", () => rows.LookAtJobs(cancellationToken));
            Guard("the events", () => rows.LookAtEvents(cancellationToken));
            Guard("the rest", rows.LookAtTheRest);
            Guard("what names blobs", () => LookAtNames(session, cancellationToken));
            return true;
        }
        finally
        {
            // After some errors SQLite has done so by itself.
            Guard("what was looked at", () => session.ExecuteScript("ROLLBACK"));
        }
    }

    private void LookAtStructure(SqliteSession session)
    {
        Guard("its structure", () =>
        {
            using var row = session.Prepare("PRAGMA integrity_check").ExecuteReader();
            while (row.Read())
            {
                foreach (var line in row.GetString(0).Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(static l => l is not "ok" && !l.StartsWith("***", StringComparison.Ordinal)))
                    Report("database", "", line);
            }
        });
        Guard("its references", () =>
        {
            using var row = session.Prepare("PRAGMA foreign_key_check").ExecuteReader();
            while (row.Read())
                Report("database", "", $"a row of {row.GetString(0)} refers to a row of {row.GetString(2)} that is not there");
        });
    }

    private void LookAtNames(SqliteSession session, CancellationToken cancellationToken)
    {
        foreach (var (digest, size) in NamedBlobRows.All(session))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var held = BlobFiles.FindSize(_folder.Blobs, digest);
            if (held is null)
                Report("blob", digest.Hex, $"is missing; it is {NamedBlobRows.Namers(session, digest)}");
            else if (held != size)
                Report("blob", digest.Hex, $"has {held} bytes, not {size}; it is {NamedBlobRows.Namers(session, digest)}");
        }
    }

    /// <param name="session">Null when what its rows name is not known.</param>
    private void LookAtBlobs(SqliteSession? session, CancellationToken cancellationToken)
    {
        foreach (var file in BlobFiles.List(_folder.Blobs))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var digest = BlobFiles.DigestOf(file);
            if (digest.IsEmpty)
            {
                Report("file", Path.GetRelativePath(_folder.Path, file.FullName), "lies where blobs lie, and bears no blob's name");
                continue;
            }

            var (condition, problem) = BlobFiles.Examine(_folder.Blobs, digest, cancellationToken);
            if (condition == BlobCondition.Missing)
                continue;
            _totals.Blobs++;
            _totals.BlobBytes += BlobFiles.FindSize(_folder.Blobs, digest) ?? 0;
            var isNamed = false;
            if (session is not null)
                Guard("what names blobs", () => isNamed = NamedBlobRows.IsNamed(session, digest));
            if (!isNamed)
                _totals.UnnamedBlobs++;
            if (condition == BlobCondition.Damaged)
                Report("blob", digest.Hex, $"{problem}; {(isNamed ? $"it is {NamedBlobRows.Namers(session!, digest)}" : "nothing names it")}");
        }
    }

    // A damaged page ends one part of the check, not all of it.
    private void Guard(string what, Action look)
    {
        try
        {
            look();
        }
        catch (SqliteException e)
        {
            Report("database", "", $"{what} cannot be read to the end: {SqliteErrors.ToIOException(e).Message}");
        }
    }

    private void Report(string part, string subject, string problem)
    {
        _totals.Findings++;
        _found(new StoreFinding(part, subject, problem));
    }
}
