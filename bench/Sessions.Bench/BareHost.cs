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

    public static readonly ApiRequest CreateOne = new("POST", "/", "none", 201) { Body = "{}" };
    public static readonly ApiRequest FetchOne = new("GET", "/####", "none");
    public static readonly ApiRequest ListTen = new("GET", "/", "none");
    public static readonly ApiRequest UpdateOne = new("PUT", "/####", "none") { Body = "{}" };

    /// <summary>Creates so many, and gives their ids.</summary>
    public static async Task<string[]> Fill(ApiCaller caller, int count)
    {
        var ids = new string[count];
        for (var index = 0; index < count; index++)
        {
            ids[index] = (await caller.Send(CreateOne)).GetProperty("id").GetString()!;
        }

        return ids;
    }

    /// <summary>Runs until it is killed.</summary>
    /// <param name="database">The SQLite file, or null for the constant.</param>
    /// <param name="sizes">How large the answers and documents are.</param>
    public static async Task Run(string? database, BareSizes sizes)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        await using var store = database is null ? null : Seeding.Open(database);
        if (store is null)
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

    private static async Task Answer(HttpContext context, int status, byte[] body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        await context.Response.BodyWriter.WriteAsync(body, context.RequestAborted);
    }
}
