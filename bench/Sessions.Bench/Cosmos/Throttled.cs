using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Text;
using Sessions.StandIn;
using Sessions.Storage;
using Sessions.Storage.Cosmos;
using Sessions.Tests.Support;

namespace Sessions.Bench;

/// <summary>
/// What one tenant leaves to do for the timers, or asks for without credentials, in a container that has 5,000 request
/// units a second: how long it takes, what it costs, and what another tenant's users wait meanwhile. Alone they are
/// timed before there is any of it.
/// </summary>
internal sealed class Throttled : IAsyncDisposable
{
    private const double PerSecond = 5000;
    private static readonly TimeSpan _warmUp = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _alone = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan _mostPatient = TimeSpan.FromMinutes(6);

    private static readonly string[] _settings =
    [
        $"--Accounts:2:Id={Neighbour.Name}",
        "--Accounts:2:Sid=AC33333333333333333333333333333333",
        $"--Accounts:2:Secrets:0={Neighbour.Name}-secret",
        $"--Accounts:2:Tokens:0:Token={Neighbour.Name}-token",
        $"--Accounts:2:Tokens:0:Subject={Neighbour.Name}",
        "--Accounts:2:Tokens:0:Scopes:0=*",
        "--LiveStream:PublicAccounts:0=acme",
    ];

    private readonly CosmosBench _bench;
    private readonly UsersBeside _users;

    private Throttled(CosmosBench bench, UsersBeside users) => (_bench, _users) = (bench, users);

    public static async Task Run(Consistency level, string? only)
    {
        if (only is null or "due")
        {
            await Due(level);
        }

        if (only is null or "dead")
        {
            await Outbox(level, isDead: true);
        }

        if (only is null or "taken")
        {
            await Outbox(level, isDead: false);
        }

        if (only is null or "pages")
        {
            await Pages(level);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _users.Dispose();
        await _bench.DisposeAsync();
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "What is given owns both.")]
    private static async Task<Throttled> Start(Consistency level, params string[] settings)
    {
        var bench = await CosmosBench.Start(null, level, [.. _settings, .. settings]);
        return new(bench, UsersBeside.Start(bench.Server.Address));
    }

    private static async Task Due(Consistency level)
    {
        await using var run = await Start(level, "--Expiry:Schedule=*/5 * * * * *");
        using var store = await run._bench.OpenStore();
        var alone = await run.Alone();
        const string Kind = "twilio-proxy/session";
        var due = DateTimeOffset.UtcNow + TimeSpan.FromSeconds(20);
        var removed = string.Join(',', Enumerable.Range(0, 400).Select(number =>
            $$"""
            {"sid":"KP{{number:x32}}","identifier":"+1555{{number:D7}}","proxyIdentifier":"+1666{{number:D7}}",
            "deletedAt":"2026-01-01T00:00:00Z","claimedAt":"2026-01-01T00:00:00Z",
            "createdAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-01T00:00:00Z"}
            """));
        var body = Encoding.UTF8.GetBytes($$"""{"mode":"voice-and-message","participants":[{{removed}}]}""");
        await run.Fill(store, 1000, number => Document($"acme:twilio-proxy:KS{number / 10:x32}", $"KC{number:x32}") with
        {
            Kind = Kind,
            Lifetime = new()
            {
                Status = "open", Open = true, CreatedAt = due, UpdatedAt = due, DateExpiry = due,
            },
            DueAt = due,
            Body = body,
        });
        await Task.Delay(due > DateTimeOffset.UtcNow ? due - DateTimeOffset.UtcNow : TimeSpan.Zero);
        await run.Beside($"1,000 due documents of {body.Length / 1024} KB", alone, async () => (await store.ReadDue(
            new([Kind], due.AddMinutes(1), 1), CancellationToken.None)).Value is []);
    }

    private static async Task Outbox(Consistency level, bool isDead)
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var sink = await WebhookSink.Start();
        sink.Answer = _ =>
        {
            asked.TrySetResult();
            return Task.FromResult(isDead ? 503 : 200);
        };
        await using var run = await Start(level, "--Outbox:Schedule=*/30 * * * * *");
        using var store = await run._bench.OpenStore();
        var alone = await run.Alone();
        var at = DateTimeOffset.UtcNow;
        await run.Fill(store, 10_000, number => ((Write.Create)Seeding
            .Event("acme", "s1", number, sink.Url, at.AddTicks(number))
            .Write(at.AddHours(-1))).Document);
        await asked.Task;
        var until = DateTimeOffset.UtcNow.AddMinutes(1);
        await run.Beside(
            isDead ? "10,000 events behind a dead target, for a minute" : "10,000 events that their target takes",
            alone,
            async () => isDead ? DateTimeOffset.UtcNow > until : (await store.ReadDue(
                new(["outbox/event"], DateTimeOffset.UtcNow.AddDays(2), 1), CancellationToken.None)).Value is []);
    }

    [SuppressMessage("Reliability", "CA2025", Justification = "Who uses the clients is waited for.")]
    private static async Task Pages(Consistency level)
    {
        await using var run = await Start(level);
        var bench = run._bench;
        using var anybody = new HttpClient { BaseAddress = bench.Server.Address };
        using var host = new HttpClient { BaseAddress = bench.Server.Address };
        host.WithBearer(TestAccounts.AcmeToken);
        using var title = new StringContent("""{"title":"Bench"}""", null, "application/json");
        using var made = await host.PostAsync(new Uri("/rooms", UriKind.Relative), title);
        var room = System.Text.Json.JsonElement.Parse(await made.Content.ReadAsByteArrayAsync())
            .GetProperty("data").GetProperty("room").GetProperty("id").GetString()!;
        await Sessions(host, room);
        bench.Container.Throttle(PerSecond);
        string[] asked =
        [
            "/sessions?page=100&limit=100",
            "/sessions?page=100&limit=10",
            $"/rooms/{room}/sessions?page=100&limit=100",
        ];
        foreach (var path in asked)
        {
            foreach (var client in new[] { anybody, host })
            {
                var status = HttpStatusCode.OK;
                var cost = await bench.CostOf(async () =>
                {
                    using var answer = await client.GetAsync(new Uri(path, UriKind.Relative));
                    status = answer.StatusCode;
                });
                Console.WriteLine($"{(client == host ? "its host" : "anybody")} asks for {path.Replace(room, "{id}",
                    StringComparison.Ordinal)}: {(int)status}, {cost.Requests} requests, {Number(cost.Units)} units");
            }
        }

        var alone = await run.Alone();
        using var end = new CancellationTokenSource();
        var until = DateTimeOffset.UtcNow.AddSeconds(40);
        var asking = Again(anybody, asked[1], end.Token);
        await run.Beside(
            "anybody who asks for page 100 of 10 again and again, for 40 s",
            alone,
            () => Task.FromResult(DateTimeOffset.UtcNow > until));
        await end.CancelAsync();
        Console.WriteLine($"  he was answered {await asking} times");
    }

    private static async Task<int> Again(HttpClient client, string path, CancellationToken cancellation)
    {
        var answers = 0;
        for (; !cancellation.IsCancellationRequested; answers++)
        {
            using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), CancellationToken.None);
        }

        return answers;
    }

    private static async Task Sessions(HttpClient host, string room)
    {
        using var plan = new StringContent(
            """{"name":"Bench","type":"rtmp","primary_color":"#1a2b3c"}""", null, "application/json");
        using var made = await host.PostAsync(new Uri("/presets", UriKind.Relative), plan);
        var preset = System.Text.Json.JsonElement.Parse(await made.Content.ReadAsByteArrayAsync())
            .GetProperty("data").GetProperty("id").GetString()!;
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 10_000),
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (number, _) =>
            {
                using var session = new HttpRequestMessage(
                    HttpMethod.Post, new Uri($"/rooms/{room}/sessions", UriKind.Relative));
                session.Content = new StringContent(
                    $$"""{"title":"Bench {{number}}","preset_id":"{{preset}}"}""", null, "application/json");
                using var answer = await host.SendAsync(session, CancellationToken.None);
                answer.EnsureSuccessStatusCode();
            });
    }

    private async Task<(Neighbours.Times Times, double UnitsEach)> Alone()
    {
        _bench.Container.Throttle(PerSecond);
        await _users.Time(() => Task.Delay(_warmUp));
        var units = _bench.Container.Log.Units;
        var times = await _users.Time(() => Task.Delay(_alone));
        return (times, (_bench.Container.Log.Units - units) / times.Count);
    }

    private async Task Beside(string what, (Neighbours.Times Times, double UnitsEach) alone, Func<Task<bool>> isDone)
    {
        var log = _bench.Container.Log;
        var (units, clock) = (log.Units, Stopwatch.StartNew());
        log.Clear();
        log.Watched = true;
        var beside = await _users.Time(async () =>
        {
            while (clock.Elapsed < _mostPatient && !await isDone())
            {
                await Task.Delay(500);
            }
        });
        log.Watched = false;
        var refused = log.All.Count(charge => charge.Status is 429);
        var cost = log.Units - units - (alone.UnitsEach * beside.Count);
        FormattableString text = $"""
            {what}: {clock.Elapsed.TotalSeconds:N0} s, {cost:N0} units, {refused} requests told to come later
              another tenant: p50 {alone.Times.At(50):N1} ms alone, {beside.At(50):N1} beside;
              p99 {alone.Times.At(99):N1} alone, {beside.At(99):N1} beside; {beside.Refused} of {beside.Count} refused
            """;
        Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
    }

    private static Document Document(string partition, string id) => new()
    {
        Partition = partition,
        Id = id,
        Kind = "",
        Account = "acme",
        CreatedAt = DateTimeOffset.UtcNow,
        UpdatedAt = DateTimeOffset.UtcNow,
        Body = default,
    };

    private async Task Fill(CosmosDocumentStore store, int count, Func<int, Document> make)
    {
        _bench.Container.Throttle(double.PositiveInfinity);
        foreach (var some in Enumerable.Range(0, count).Select(make).GroupBy(document => document.Partition))
        {
            foreach (var chunk in some.Chunk(some.First().Body.Length > 10_000 ? 10 : 100))
            {
                Write[] writes = [.. chunk.Select(document => new Write.Create(document))];
                (await store.Commit(some.Key, writes, CancellationToken.None)).OrFault();
            }
        }

        _bench.Container.Throttle(PerSecond);
    }

    private static string Number(double units) => units.ToString("N0", CultureInfo.InvariantCulture);
}
