using Microsoft.Extensions.Logging.Abstractions;
using Sessions.Storage;
using Sessions.Storage.Sqlite;

namespace Sessions.Tests.Support;

/// <summary>A store in a folder that goes with the test.</summary>
internal sealed class TemporaryStore : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sessions-test-");
    private SqliteDocumentStore? _store;

    public IDocumentStore Open(TimeProvider clock) =>
        _store = SqliteDocumentStore.Open(
        new(Path.Combine(_folder.FullName, "sessions.db")), clock, NullLogger<SqliteDocumentStore>.Instance);

    public async ValueTask DisposeAsync()
    {
        if (_store is not null)
        {
            await _store.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }
}
