using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Sessions.Storage;
using Sessions.Storage.Sqlite;
using Sessions.Tests.Support;

namespace Sessions.Tests.Crash;

/// <summary>Where a service that is killed keeps its data: a file, or a container that lives on without it.</summary>
internal sealed class CrashStore : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sessions-crash-");
    private readonly Func<string, IDocumentStore> _open;
    private IDocumentStore? _opened;

    private CrashStore(string name, Func<string, IDocumentStore> open, params (string, string)[] settings) =>
        (Name, _open, Settings) = (name, open, settings);

    /// <summary>For people.</summary>
    public string Name { get; }

    /// <summary>The file of the embedded store; unused by Cosmos DB.</summary>
    public string Database => Path.Combine(_folder.FullName, "sessions.db");

    /// <summary>What tells a process to use it.</summary>
    public (string Key, string Value)[] Settings { get; }

    /// <summary>A look at the store past the service.</summary>
    public IDocumentStore Opened => _opened ??= _open(Database);

    public static CrashStore Sqlite() => new("SQLite", database => SqliteDocumentStore.Open(
        new(database), TimeProvider.System, NullLogger<SqliteDocumentStore>.Instance));

    public static async Task<CrashStore> Cosmos()
    {
        var settings = await CosmosStandIn.NewSettings();
        return new(
            "Cosmos DB",
            _ => CosmosStandIn.Open(settings, TimeProvider.System, handler: null),
            ("Cosmos__ConnectionString", settings.ConnectionString!),
            ("Cosmos__Database", settings.Database),
            ("Cosmos__Container", settings.Container),
            ("Cosmos__ConnectionMode", "Gateway"),
            ("Cosmos__LimitToEndpoint", "true"),
            // The stand-in looks at every item of a partition, the events that were delivered among them.
            ("Retention__Events", "0"));
    }

    /// <summary>What is wrong with the file itself, if it is one.</summary>
    public IEnumerable<string> Faults()
    {
        if (!File.Exists(Database))
        {
            return [];
        }

        using var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA integrity_check";
        return command.ExecuteScalar() is "ok" ? [] : ["the file fails its integrity check"];
    }

    public async ValueTask DisposeAsync()
    {
        switch (_opened)
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
