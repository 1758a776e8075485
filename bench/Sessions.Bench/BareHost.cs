using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Sessions.Storage.Sqlite;

namespace Sessions.Bench;

/// <summary>
/// What to measure against: Kestrel with a few routes and nothing else. With a store each request does there what a
/// session's create, fetch, list or update does, without credentials, validation or mapping; without one it answers a
/// constant.
/// </summary>
internal static class BareHost
{
    public const string Name = "bare";

    private static readonly ReadOnlyMemory<byte> _heartbeat =
        "{\"event\":{\"sequence\":0,\"type\":\"HEARTBEAT\"}}\n"u8.ToArray();

    /// <summary>What it is asked.</summary>
    public static SurfaceLoad Load { get; } = new("bare/session", new("POST", "/", "none", 201) { Body = "{}" })
    {
        Id = static answer => answer.GetProperty("id").GetString()!,
        Fetch = new("GET", "/####", "none"),
        List = new("GET", "/", "none"),
        Update = new("PUT", "/####", "none") { Body = "{}" },
    };

    /// <summary>Runs until it is killed.</summary>
    /// <param name="database">The SQLite file, or null for the constant.</param>
    /// <param name="lean">Whether its store is <see cref="LeanDocuments"/>.</param>
    /// <param name="sizes">How large the answers and documents are.</param>
    public static async Task Run(string? database, bool lean, BareSizes sizes)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        await using var store = database is null || lean ? null : Seeding.Open(database);
        using var documents = database is not null && lean ? new LeanDocuments(database, sizes) : null;
        if (documents is not null)
        {
            MapLean(app, documents, sizes);
        }
        else if (store is null)
        {
            MapConstant(app, sizes);
        }
        else
        {
            MapStore(app, store, sizes);
        }

        app.Lifetime.ApplicationStarted.Register(() => Console.WriteLine(app.Urls.Single()));
        await app.RunAsync();
    }

    private static void MapConstant(WebApplication app, BareSizes sizes)
    {
        app.MapGet($"/{Streams.Collection}/{{id}}/events", Beat);
        var (one, list, update) = (Body("", sizes.One), Body("", sizes.List), Body("", sizes.Update));
        app.MapGet("/{id}", context => Answer(context, StatusCodes.Status200OK, one));
        app.MapGet("/", context => Answer(context, StatusCodes.Status200OK, list));
        app.MapPost("/", async context =>
        {
            await ReadBody(context);
            await Answer(context, StatusCodes.Status201Created, one);
        });
        app.MapPut("/{id}", async context =>
        {
            await ReadBody(context);
            await Answer(context, StatusCodes.Status200OK, update);
        });
    }

    private static void MapStore(WebApplication app, SqliteDocumentStore store, BareSizes sizes)
    {
        var documents = new BareDocuments(store, sizes.Stored);
        app.MapGet("/{id}", async context =>
        {
            var found = await documents.Fetch(Id(context), context.RequestAborted);
            await Answer(context, found ? 200 : 404, Body(Id(context), sizes.One));
        });
        app.MapGet("/", async context =>
        {
            var found = await documents.List(10, context.RequestAborted);
            await Answer(context, found ? 200 : 404, Body("", sizes.List));
        });
        app.MapPost("/", async context =>
        {
            await ReadBody(context);
            var id = await documents.Create(context.RequestAborted);
            await Answer(context, id is null ? 500 : 201, Body(id ?? "", sizes.One));
        });
        app.MapPut("/{id}", async context =>
        {
            await ReadBody(context);
            var updated = await documents.Update(Id(context), context.RequestAborted);
            await Answer(context, updated ? 200 : 409, Body(Id(context), sizes.Update));
        });
    }

    // Its answers are what it has stored.
    private static void MapLean(WebApplication app, LeanDocuments documents, BareSizes sizes)
    {
        app.MapGet("/{id}", async context =>
        {
            var found = documents.Fetch(Id(context));
            await Answer(context, found is null ? 404 : 200, found);
        });
        app.MapGet("/", context => Answer(context, 200, documents.List(10)));
        app.MapPost("/", async context =>
        {
            await ReadBody(context);
            await Answer(context, 201, await documents.Create());
        });
        app.MapPut("/{id}", async context =>
        {
            await ReadBody(context);
            var updated = await documents.Update(Id(context));
            await Answer(context, updated is null ? 404 : 200, sizes.Update is 0 ? null : updated);
        });
    }

    // A stream in which nothing happens.
    private static async Task Beat(HttpContext context)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(45));
        try
        {
            do
            {
                await context.Response.BodyWriter.WriteAsync(_heartbeat, context.RequestAborted);
            }
            while (await timer.WaitForNextTickAsync(context.RequestAborted));
        }
        catch (OperationCanceledException)
        {
            // The reader has gone.
        }
    }

    private static string Id(HttpContext context) => (string)context.Request.RouteValues["id"]!;

    private static async Task ReadBody(HttpContext context)
    {
        var body = context.Request.BodyReader;
        var read = await body.ReadAtLeastAsync((int)context.Request.ContentLength.GetValueOrDefault());
        body.AdvanceTo(read.Buffer.End);
    }

    private static byte[] Body(string id, int size) => JsonSerializer.SerializeToUtf8Bytes(
        new { id, filler = new string('x', Math.Max(0, size - id.Length - 20)) });

    private static async Task Answer(HttpContext context, int status, byte[]? body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body?.Length ?? 0;
        await context.Response.BodyWriter.WriteAsync(body, context.RequestAborted);
    }
}
