using System.Diagnostics;
using System.Globalization;
using Sessions.Storage.Sqlite;

namespace Sessions.Bench;

/// <summary>
/// Very many sessions that are due at once, in a hundred Services: how long until all are closed, and how the service
/// answers meanwhile: fetches as fast as they are answered, and creates that arrive at a steady pace, each timed from
/// when it was to be sent.
/// </summary>
internal static class MassExpiry
{
    private const int Services = 100;
    private const int Living = 1000;
    private const int CreatesPerSecond = 100;
    private const int Connections = 32;
    private static readonly TimeSpan _round = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(10);

    public static async Task Run(int sessions, int readers)
    {
        var folder = Directory.CreateTempSubdirectory("sessions-bench-");
        try
        {
            var database = Path.Combine(folder.FullName, "sessions.db");
            await using var store = Seeding.Open(database);
            var path = "";
            await Seeding.Timed($"{sessions} sessions stored", async () => path = await Fill(store, sessions));
            using var server = await Server.Service(database, "--Expiry:Schedule=* * * * * *");
            var ids = Enumerable.Range(0, Living).Select(Seeding.SessionId).ToArray();
            var fetch = new Target("service", server).Each(Seeding.Fetch(path), ids);
            Console.WriteLine("         due     fetches/s        p99 ms  create p50 ms  create p99 ms");
            var create = new Target("service", server).Numbered(Seeding.Create(path));
            await Watch(store, server, fetch, create, readers);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<string> Fill(SqliteDocumentStore store, int sessions)
    {
        var now = TimeProvider.System.GetUtcNow();
        for (var number = 1; number <= Services; number++)
        {
            await Seeding.Service(store, number, sessions / Services, now.AddHours(-2));
        }

        return await Seeding.Service(store, Services + 1, Living, now);
    }

    private static async Task Watch(
        SqliteDocumentStore store, Server server, Exchange fetch, Exchange create, int readers)
    {
        var clock = Stopwatch.StartNew();
        TimeSpan? closed = null;
        await Creates();
        var watching = Task.Run(async () => closed = await AllClosed(store, clock));
        var during = Arrived.Nobody;
        while (!watching.IsCompleted && clock.Elapsed < _patience)
        {
            var creating = Creates();
            var figures = readers > 0 ? await Load.Run(server, fetch, readers, _round) : null;
            var took = await creating;
            during = closed is null ? during.And(took) : during;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{(closed is null ? "some" : "none"),12}{figures?.PerSecond,14:N0}{figures?.P99Milliseconds,14:N2}"
                + $"{took.At(50),15:N2}{took.At(99),15:N2}"));
        }

        await watching;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"all closed after {closed?.TotalSeconds:N1} s; meanwhile of {during.Took.Count} creates "
            + $"p50 {during.At(50):N2} ms, p99 {during.At(99):N2} ms, {during.Refused} refused"));

        Task<Arrived> Creates() => Paced.Run(server, create, CreatesPerSecond, _round, Connections);
    }

    private static async Task<TimeSpan> AllClosed(SqliteDocumentStore store, Stopwatch clock)
    {
        while (true)
        {
            var now = TimeProvider.System.GetUtcNow();
            var due = await store.ReadDue(new([Seeding.Kind], now, 1), CancellationToken.None);
            if (due.Value is [])
            {
                return clock.Elapsed;
            }

            await Task.Delay(100);
        }
    }
}
