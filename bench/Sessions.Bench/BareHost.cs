using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sessions.Lifecycle;
using Sessions.Storage;
using Sessions.Storage.Sqlite;

namespace Sessions.Bench;

/// <summary>
/// What to measure against: Kestrel with two routes and nothing else. With a store each request does what a session's
/// create or fetch does there, without credentials, validation or mapping; without one it answers a constant.
/// </summary>
internal static class BareHost
{
    public const string Name = "bare";

    private const string Partition = "dev:twilio-proxy:KS00000000000000000000000000000000";
    private static readonly RandomIds _ids = new();
    private static readonly byte[] _stored =
        Encoding.UTF8.GetBytes("""{"uniqueName":"bench-000000000001","mode":"voice-and-message","participants":[]}""");

    private static long _created;

    /// <summary>Runs until it is killed.</summary>
    /// <param name="database">The SQLite file, or null for the constant.</param>
    /// <param name="size">How many bytes an answer has.</param>
    public static async Task Run(string? database, int size)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        await using var store = database is null ? null : Open(database);
        if (store is null)
        {
            MapConstant(app, size);
        }
        else
        {
            MapStore(app, store, size);
        }

        app.Lifetime.ApplicationStarted.Register(() => Console.WriteLine(app.Urls.Single()));
        await app.RunAsync();
    }

    private static SqliteDocumentStore Open(string database) => SqliteDocumentStore.Open(
        new(database), TimeProvider.System, NullLogger<SqliteDocumentStore>.Instance);

    private static void MapConstant(WebApplication app, int size)
    {
        var body = Body("constant", size);
        app.MapGet("/{id}", context => Answer(context, StatusCodes.Status200OK, body));
        app.MapPost("/", async context =>
        {
            await ReadBody(context);
            await Answer(context, StatusCodes.Status201Created, body);
        });
    }

    private static void MapStore(WebApplication app, SqliteDocumentStore store, int size)
    {
        app.MapGet("/{id}", async context =>
        {
            var id = (string)context.Request.RouteValues["id"]!;
            var read = await store.Read(Partition, id, context.RequestAborted);
            await Answer(context, read.Value is null ? 404 : 200, Body(id, size));
        });
        app.MapPost("/", async context =>
        {
            await ReadBody(context);
            var document = NewDocument();
            var commit = await store.Commit(Partition, [new Write.Create(document)], context.RequestAborted);
            await Answer(context, commit.Outcome == StoreOutcome.Done ? 201 : 500, Body(document.Id, size));
        });
    }

    private static Document NewDocument()
    {
        var id = _ids.Next().ToString("N");
        var now = TimeProvider.System.GetUtcNow();
        return new()
        {
            Partition = Partition,
            Id = $"KC{id}",
            Kind = "twilio-proxy/session",
            Key = $"name:bench-{Interlocked.Increment(ref _created):D12}",
            Lifetime = new() { Status = "open", Open = true, CreatedAt = now, UpdatedAt = now, TtlSeconds = 3600 },
            DueAt = now.AddSeconds(3600),
            Body = _stored,
        };
    }

    private static async Task ReadBody(HttpContext context)
    {
        var body = context.Request.BodyReader;
        var read = await body.ReadAtLeastAsync((int)context.Request.ContentLength.GetValueOrDefault());
        body.AdvanceTo(read.Buffer.End);
    }

    private static byte[] Body(string id, int size) =>
        Encoding.UTF8.GetBytes($"{{\"sid\":\"{id}\",\"filler\":\"".PadRight(size - 2, 'x') + "\"}");

    private static async Task Answer(HttpContext context, int status, byte[] body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        await context.Response.BodyWriter.WriteAsync(body, context.RequestAborted);
    }
}
