using Microsoft.Extensions.Logging.Abstractions;
using Sessions.Storage;
using Sessions.Storage.Sqlite;

namespace Sessions.Tests.Storage;

public sealed class SqliteDocumentStoreTests : DocumentStoreContract
{
    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("sessions-");

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        directory.Delete(recursive: true);
    }

    protected override Task<IDocumentStore> CreateStore(TimeProvider clock)
    {
        var options = new SqliteStoreOptions(Path.Combine(directory.FullName, "data", "sessions.db"));
        var store = SqliteDocumentStore.Open(options, clock, NullLogger<SqliteDocumentStore>.Instance);
        return Task.FromResult<IDocumentStore>(store);
    }
}
