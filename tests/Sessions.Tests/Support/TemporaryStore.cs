using Microsoft.Extensions.Logging.Abstractions;
using Sessions.Storage;
using Sessions.Storage.Sqlite;

namespace Sessions.Tests.Support;

/// <summary>
/// A store that goes with the test: a file of its own, or a container of its own when the environment variable
/// <c>SESSIONS_TEST_STORE</c> is <c>cosmos</c>. So the same tests run on both.
/// </summary>
internal sealed class TemporaryStore : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sessions-test-");
    private IDocumentStore? _store;

    /// <summary>Whether stores are containers of Cosmos DB's stand-in.</summary>
    public static bool IsCosmos { get; } = Environment.GetEnvironmentVariable("SESSIONS_TEST_STORE") is "cosmos";

    public async Task<IDocumentStore> Open(TimeProvider clock) => _store = IsCosmos
        ? await CosmosStandIn.OpenStore(clock)
        : SqliteDocumentStore.Open(
            new(Path.Combine(_folder.FullName, "sessions.db")), clock, NullLogger<SqliteDocumentStore>.Instance);

    public async ValueTask DisposeAsync()
    {
        switch (_store)
        {
            case IAsyncDisposable store:
                await store.DisposeAsync();
                break;
            case IDisposable store:
                store.Dispose();
                break;
        }

        _folder.Delete(recursive: true);
    }
}
