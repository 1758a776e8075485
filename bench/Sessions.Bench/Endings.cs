using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Sessions.Expiry;
using Sessions.Hosting;
using Sessions.Hosting.SelfHosted;
using Sessions.Simulation;
using Sessions.StandIn;
using Sessions.Storage;
using Sessions.Storage.Sqlite;
using Sessions.Tests.Support;

namespace Sessions.Bench;

/// <summary>
/// How long the event of a session's end takes from its commit to its target, at rest: when the session's own API ends
/// it, when the operator does, and when the sweep does.
/// </summary>
internal static class Endings
{
    private const string Never = "0 0 0 1 1 *";
    private const string Sessions = "/v1/accounts/dev/sessions";
    private const string Bearer = $"Bearer {DevelopmentAccount.Token}";
    private static readonly TimeSpan _life = TimeSpan.FromHours(9);
    private static readonly TimeSpan _rest = TimeSpan.FromMilliseconds(20);

    /// <summary>Times them on both stores.</summary>
    /// <param name="count">How many sessions end each way; a tenth as many go before to warm up.</param>
    public static async Task Run(int count)
    {
        var folder = Directory.CreateTempSubdirectory("sessions-bench-");
        try
        {
            await using var sqlite = SqliteDocumentStore.Open(
                new(Path.Combine(folder.FullName, "sessions.db")),
                TimeProvider.System,
                NullLogger<SqliteDocumentStore>.Instance);
            await Run("over SQLite", sqlite, count);
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        await using var account = await CosmosAccount.Start(new() { Consistency = Consistency.Strong });
        using var cosmos = await CosmosBench.OpenStore(account, "sessions");
        await Run("over the stand-in", cosmos, count);
    }

    private static async Task Run(string where, IDocumentStore store, int count)
    {
        var commits = new NotedCommits(store);
        var clock = new MovedClock();
        await using var app = SelfHost.Build(["--quiet", "--urls=http://127.0.0.1:0"], builder =>
        {
            builder.Configuration["Expiry:Schedule"] = Never;
            builder.Configuration["Outbox:Schedule"] = Never;
            builder.Services.AddSingleton<IDocumentStore>(commits).AddSingleton<TimeProvider>(clock);
        });
        await app.StartAsync();
        await using var sink = await WebhookSink.Start();
        using var caller = new ApiCaller(new Uri(app.Urls.Single()));
        var ways = new Dictionary<string, Func<string, Task>>
        {
            ["its own delete"] = async session =>
                await caller.Send(new("DELETE", $"{Sessions}/{session}", SurfaceLoads.Basic, 204)),
            ["an operator's close"] = async _ => await Close(caller),
            ["a sweep"] = async _ =>
            {
                clock.Ahead += _life;
                await app.Services.GetRequiredService<Sweep>().Run(CancellationToken.None);
            },
        };
        Console.WriteLine($"{where,-24}{"p50 ms",10}{"p99 ms",10}{"slowest ms",12}");
        foreach (var (way, end) in ways)
        {
            var took = new List<double>();
            for (var round = -count / 10; round < count; round++)
            {
                var session = await Prepared(caller, sink.Url);
                await Task.Delay(_rest);
                commits.OfEvents.Clear();
                var arrived = new TaskCompletionSource<long>();
                sink.Answer = _ =>
                {
                    arrived.TrySetResult(Stopwatch.GetTimestamp());
                    return Task.FromResult(204);
                };
                await end(session);
                var at = await arrived.Task.WaitAsync(TimeSpan.FromSeconds(30));
                if (round >= 0)
                {
                    took.Add(Stopwatch.GetElapsedTime(commits.OfEvents.First(), at).TotalMilliseconds);
                }
            }

            took.Sort();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{way,-24}{took[count / 2],10:N1}{took[count * 99 / 100],10:N1}{took[^1],12:N1}"));
        }
    }

    // A session with one in it whom the sink hears of when it ends.
    private static async Task<string> Prepared(ApiCaller caller, string sink)
    {
        var session = Text(await caller.Send(new("POST", Sessions, SurfaceLoads.Basic) { Body = "{}" }), "id");
        var made = await caller.Send(new("POST", "/v1/accounts/dev/participants", SurfaceLoads.Basic)
        {
            Body = $$"""{"callbackUrl":"{{sink}}/hook"}""",
        });
        var member = Text(made.GetProperty("participant"), "id");
        await caller.Send(new(
            "PUT", $"{Sessions}/{session}/participants/{member}", SurfaceLoads.Basic, 204) { Body = "" });
        return session;
    }

    private static async Task Close(ApiCaller caller)
    {
        var open = await caller.Send(new(
            "GET", "/operator/sessions?kind=bandwidth-webrtc/session&state=open", Bearer));
        var id = Text(open.GetProperty("sessions")[0], "id");
        await caller.Send(new("POST", $"/operator/sessions/{id}/close", Bearer));
    }

    private static string Text(JsonElement of, string name) => of.GetProperty(name).GetString()!;

    /// <summary>A clock for which time has gone by: no leap, which a sweep would doubt.</summary>
    private sealed class MovedClock : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;

        public override long GetTimestamp() => base.GetTimestamp() + (long)(Ahead.TotalSeconds * TimestampFrequency);
    }

    /// <summary>Notes when new events were written, as soon as the store says that they are.</summary>
    private sealed class NotedCommits(IDocumentStore store) : PassedOnStore(store)
    {
        private readonly IDocumentStore _store = store;

        public ConcurrentQueue<long> OfEvents { get; } = [];

        public override async ValueTask<CommitResult> Commit(
            string partition, IReadOnlyList<Write> writes, CancellationToken cancellation)
        {
            var result = await _store.Commit(partition, writes, cancellation);
            if (writes.Any(write => write is Write.Create { Document.Kind: "outbox/event" }))
            {
                OfEvents.Enqueue(Stopwatch.GetTimestamp());
            }

            return result;
        }
    }
}
