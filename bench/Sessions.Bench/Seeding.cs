using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Sessions.Outbox;
using Sessions.Storage;
using Sessions.Storage.Sqlite;

namespace Sessions.Bench;

/// <summary>Fills a store past the service: with Proxy sessions of the development account, and with events.</summary>
internal static class Seeding
{
    /// <summary>The kind of the sessions.</summary>
    public const string Kind = "twilio-proxy/session";

    private const string Account = "dev:twilio-proxy";
    private static readonly byte[] _body = Encoding.UTF8.GetBytes("""{"mode":"voice-and-message","participants":[]}""");

    public static SqliteDocumentStore Open(string database) => SqliteDocumentStore.Open(
        new(database), TimeProvider.System, NullLogger<SqliteDocumentStore>.Instance);

    /// <summary>An event of Bandwidth's.</summary>
    /// <param name="account">Whose it is.</param>
    /// <param name="stream">What it comes one after the other in.</param>
    /// <param name="number">Its number, of which its id is made.</param>
    /// <param name="sink">Where its target listens.</param>
    /// <param name="at">When it happened.</param>
    public static OutboxEvent Event(string account, string stream, int number, string sink, DateTimeOffset at) => new()
    {
        Id = $"e{number}",
        Partition = $"{account}:bandwidth-webrtc",
        Account = account,
        Stream = stream,
        Sender = "bandwidth-webrtc",
        Target = new($"{sink}/hook"),
        Payload = Encoding.UTF8.GetBytes($$"""{"event":"onLeave","participantId":"{{number}}","tag":"bench"}"""),
        At = at,
    };

    /// <summary>Makes a Service with sessions in it, a tick apart, and gives the path of its sessions.</summary>
    /// <param name="store">The store.</param>
    /// <param name="number">The number of the Service.</param>
    /// <param name="count">How many sessions.</param>
    /// <param name="created">When the first was created; each of them lives an hour.</param>
    public static async Task<string> Service(IDocumentStore store, int number, int count, DateTimeOffset created)
    {
        var sid = $"KS{number:x32}";
        var service = Document($"{Account}:services", sid, "twilio-proxy/service", created) with
        {
            Key = $"name:bench-{number}",
            Body = Encoding.UTF8.GetBytes($$"""{"uniqueName":"bench-{{number}}"}"""),
        };
        await Commit(store, [new Write.Create(service)]);
        await Parallel.ForEachAsync(Enumerable.Range(0, count).Chunk(100), async (chunk, _) =>
            await Commit(store, [.. chunk.Select(index => new Write.Create(Session(sid, index, created)))]));
        return $"/v1/Services/{sid}/Sessions";
    }

    /// <summary>The id of a session that was made.</summary>
    public static string SessionId(int index) => $"KC{(ulong)index * 0x9E3779B97F4A7C15:x16}{index:x16}";

    /// <summary>Fetches a session of a Service.</summary>
    public static ApiRequest Fetch(string sessions) => new("GET", $"{sessions}/####", SurfaceLoads.Basic);

    /// <summary>Creates a session of a Service.</summary>
    public static ApiRequest Create(string sessions) => new("POST", sessions, SurfaceLoads.Basic, 201)
    {
        MediaType = "application/x-www-form-urlencoded",
        Body = $"Ttl=3600&UniqueName=bench-{new string('#', 12)}",
    };

    /// <summary>Says how long something took.</summary>
    public static async Task Timed(string what, Func<Task> work)
    {
        var clock = Stopwatch.StartNew();
        await work();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {clock.Elapsed.TotalSeconds:N1} s"));
    }

    private static Document Session(string service, int index, DateTimeOffset created)
    {
        var at = created.AddTicks(index);
        var document = Document($"{Account}:{service}", SessionId(index), Kind, at);
        return document with
        {
            Lifetime = new() { Status = "open", Open = true, CreatedAt = at, UpdatedAt = at, TtlSeconds = 3600 },
            DueAt = at.AddSeconds(3600),
            Body = _body,
        };
    }

    private static Document Document(string partition, string id, string kind, DateTimeOffset at) => new()
    {
        Partition = partition,
        Id = id,
        Kind = kind,
        Account = partition[..partition.IndexOf(':', StringComparison.Ordinal)],
        CreatedAt = at,
        UpdatedAt = at,
        Body = default,
    };

    private static async Task Commit(IDocumentStore store, IReadOnlyList<Write> writes)
    {
        var partition = ((Write.Create)writes[0]).Document.Partition;
        (await store.Commit(partition, writes, CancellationToken.None)).OrFault();
    }
}
