using Microsoft.Extensions.Logging.Abstractions;
using MiniLambda.Storage.Sqlite;

namespace MiniLambda.Storage.Tests.Sqlite;

/// <summary>One database in a temporary folder, opened again and again.</summary>
internal sealed class DatabaseFile
{
    private readonly string _folder = Directory.CreateTempSubdirectory("minilambda-storage-").FullName;
    private SqliteDatabase? _open;

    public string Path => Beside("minilambda.db");

    public string Beside(string name) => System.IO.Path.Combine(_folder, name);

    public static SqliteDatabase Open(string path) => SqliteDatabase.Open(path, NullLogger.Instance);

    public async Task<SqliteDatabase> ReopenAsync()
    {
        await CloseAsync();
        return _open = Open(Path);
    }

    public async Task CloseAsync()
    {
        if (_open is not null)
            await _open.DisposeAsync();
        _open = null;
    }

    public async Task RemoveAsync()
    {
        await CloseAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
