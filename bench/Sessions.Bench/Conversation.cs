using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sessions.Hosting;
using Sessions.Hosting.SelfHosted;
using Sessions.Storage;
using Sessions.Storage.Sqlite;
using Sessions.Tests.Support;

namespace Sessions.Bench;

/// <summary>
/// Streams of events: how long a message takes from the publisher to the readers, in the process that published it and
/// in another one over the same store, how many messages a second one session takes, and what an idle reader costs.
/// </summary>
internal static class Conversation
{
    private const string Collection = "v1/conversation/sessions";
    private const string NewSession = """
        {"profile": "bench", "displayName": "Bench", "sessionType": 1, "owners": ["dev-user"], "defaultChannels": [1]}
        """;

    private const int Messages = 200;
    private const int Publishers = 200;

    public static async Task Run(int readers, TimeSpan time)
    {
        var folder = Directory.CreateTempSubdirectory("sessions-bench-");
        try
        {
            await using var sqlite = SqliteDocumentStore.Open(
                new(Path.Combine(folder.FullName, "sessions.db")),
                TimeProvider.System,
                NullLogger<SqliteDocumentStore>.Instance);
            var store = new CountingStore(sqlite);
            await using var here = await Host(store);
            await using var there = await Host(store);
            using var publisher = Client(here);
            using var reader = Client(there);
            await Delay("delay, same process", publisher, publisher, readers);
            await Delay("delay, other process", publisher, reader, readers);
            await Throughput(publisher, time);
            await Idle(publisher, store, time);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task Delay(string what, HttpClient publisher, HttpClient reader, int readers)
    {
        var session = await Create(publisher);
        var reading = Enumerable.Range(0, readers).Select(_ => Arrivals(reader, session)).ToList();
        var (sent, acknowledged) = (new long[Messages], new List<double>());
        for (var i = 0; i < Messages; i++)
        {
            // At no regular distance, so that no look at the store falls always at the same place.
            await Task.Delay(20 + (i * 37 % 61));
            sent[i] = Stopwatch.GetTimestamp();
            await Publish(publisher, session);
            acknowledged.Add(Milliseconds(sent[i], Stopwatch.GetTimestamp()));
        }

        var arrivals = await Task.WhenAll(reading);
        Report("publish, answered", acknowledged);
        Report(what, arrivals.SelectMany(each => each.Zip(sent, (arrived, at) => Milliseconds(at, arrived))));
    }

    private static async Task Throughput(HttpClient client, TimeSpan time)
    {
        var session = await Create(client);
        var clock = Stopwatch.StartNew();
        var counts = await Task.WhenAll(Enumerable.Range(0, Publishers).Select(async _ =>
        {
            var count = 0;
            for (; clock.Elapsed < time; count++)
            {
                await Publish(client, session);
            }

            return count;
        }));
        Print($"{Publishers} publishers", $"{counts.Sum() / clock.Elapsed.TotalSeconds:N0} messages/s");
    }

    private static async Task Idle(HttpClient client, CountingStore store, TimeSpan time)
    {
        var session = await Create(client);
        using var stream = await client.GetStreamAsync(new Uri($"{Collection}/{session}/events", UriKind.Relative));
        // By then it looks as seldom as it ever does.
        await Task.Delay(TimeSpan.FromSeconds(5));
        var before = store.Calls;
        await Task.Delay(time * 4);
        Print("idle stream", $"{(store.Calls - before) / (time * 4).TotalMinutes:N0} store calls/min");
    }

    private static async Task<List<long>> Arrivals(HttpClient client, string session)
    {
        await using var stream = await client.GetStreamAsync(
            new Uri($"{Collection}/{session}/events", UriKind.Relative));
        using var lines = new StreamReader(stream);
        var arrivals = new List<long>();
        while (arrivals.Count < Messages && await lines.ReadLineAsync() is { } line)
        {
            if (line.Contains("\"MESSAGE\"", StringComparison.Ordinal))
            {
                arrivals.Add(Stopwatch.GetTimestamp());
            }
        }

        return arrivals;
    }

    private static async Task<string> Create(HttpClient client)
    {
        using var body = new StringContent(NewSession, Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri(Collection, UriKind.Relative), body);
        var session = await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();
        return session.GetProperty("sessionId").GetString()!;
    }

    private static async Task Publish(HttpClient client, string session)
    {
        using var answer = await client.PostAsJsonAsync(
            new Uri($"{Collection}/{session}/messages", UriKind.Relative),
            new { name = "dev-user", message = new { text = "The quick brown fox jumps over the lazy dog." } });
        answer.EnsureSuccessStatusCode();
    }

    private static async Task<WebApplication> Host(CountingStore store)
    {
        var app = SelfHost.Build(["--quiet", "--urls=http://127.0.0.1:0"], builder =>
        {
            builder.Logging.ClearProviders();
            // The timers' own calls would count too.
            builder.Configuration["Expiry:Schedule"] = "0 0 0 1 1 *";
            builder.Configuration["Outbox:Schedule"] = "0 0 0 1 1 *";
            builder.Services.AddSingleton<IDocumentStore>(store);
        });
        await app.StartAsync();
        return app;
    }

    private static HttpClient Client(WebApplication app) => new()
    {
        BaseAddress = new Uri(app.Urls.Single()),
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", DevelopmentAccount.Token) },
    };

    private static double Milliseconds(long from, long to) => Stopwatch.GetElapsedTime(from, to).TotalMilliseconds;

    private static void Report(string what, IEnumerable<double> milliseconds)
    {
        var sorted = milliseconds.Order().ToList();
        Print(what, $"median {sorted[sorted.Count / 2],7:N1} ms   p99 {sorted[sorted.Count * 99 / 100],7:N1} ms");
    }

    private static void Print(string what, FormattableString figures) =>
        Console.WriteLine(what.PadRight(24) + figures.ToString(CultureInfo.InvariantCulture));
}
