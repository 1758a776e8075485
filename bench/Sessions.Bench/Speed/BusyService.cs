using System.Diagnostics.CodeAnalysis;
using Sessions.Storage;
using Sessions.Tests.Support;

namespace Sessions.Bench;

/// <summary>
/// A service that has much to do beside its users: a sweep that closes sessions for as long as it runs, and events that
/// come due at a steady pace for a target in the bench's process.
/// </summary>
internal sealed class BusyService : IAsyncDisposable
{
    private const int Due = 120_000;
    private const int EventsPerSecond = 100;
    private const int EventSeconds = 60;

    private readonly string _database;
    private readonly WebhookSink _sink;

    private BusyService(string database, WebhookSink sink, Server server) =>
        (_database, _sink, Server) = (database, sink, server);

    /// <summary>The service.</summary>
    public Server Server { get; }

    /// <summary>How many events have arrived.</summary>
    public int Delivered => _sink.Count;

    /// <summary>Makes a file with what is due in it, and gives its path.</summary>
    public static async Task<string> Seed(string folder)
    {
        var database = Path.Combine(folder, "due.db");
        await Seeding.Timed($"{Due} due sessions stored", async () =>
        {
            await using var store = Seeding.Open(database);
            await Seeding.Service(store, 1, Due, TimeProvider.System.GetUtcNow().AddHours(-2));
        });
        return database;
    }

    /// <summary>Starts one of a build.</summary>
    /// <param name="program">Its assembly.</param>
    /// <param name="seeded">What <see cref="Seed"/> made.</param>
    /// <param name="folder">Where its own file goes.</param>
    [SuppressMessage("Reliability", "CA2000", Justification = "What is given owns both.")]
    public static async Task<BusyService> Start(string program, string seeded, string folder)
    {
        var database = Path.Combine(folder, "busy.db");
        File.Copy(seeded, database);
        var sink = await WebhookSink.Start();
        await using (var store = Seeding.Open(database))
        {
            var now = TimeProvider.System.GetUtcNow();
            // Each in a lane of its own, so that none waits for another.
            var events = Enumerable.Range(0, EventsPerSecond * EventSeconds).Select(number =>
            {
                var due = now.AddSeconds((double)number / EventsPerSecond);
                return Seeding.Event("dev", $"s{number}", number, sink.Url, due).Write(due);
            });
            foreach (var some in events.Chunk(100))
            {
                (await store.Commit("dev:bandwidth-webrtc", some, CancellationToken.None)).OrFault();
            }
        }

        return new(database, sink, await Server.Counting(
            program, database, "--Expiry:Schedule=* * * * * *", "--Outbox:Schedule=* * * * * *"));
    }

    /// <summary>Ends it, and says how many sessions it has closed.</summary>
    /// <exception cref="InvalidOperationException">None was left, so there was not always something to do.</exception>
    public async Task<long> End()
    {
        Server.Dispose();
        await using var store = Seeding.Open(_database);
        var left = await store.ReadDue(
            new([Seeding.Kind], TimeProvider.System.GetUtcNow(), 1), CancellationToken.None);
        var closed = await store.Count(
            CountQuery.Across("dev", Seeding.Kind, CountQuery.ClosedState), CancellationToken.None);
        return left.Value is [_]
            ? closed.Value!.Value
            : throw new InvalidOperationException($"All {Due} sessions were closed before the end: store more.");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await _sink.DisposeAsync();
}
