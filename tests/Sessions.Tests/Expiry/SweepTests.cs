using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Engine;
using Sessions.Lifecycle;
using Sessions.Storage;
using Sessions.Tests.Support;
using Sessions.Tests.TwilioProxy;
using Sessions.TwilioProxy;

namespace Sessions.Tests.Expiry;

public sealed class SweepTests : IAsyncLifetime
{
    private SessionsApp _app = null!;
    private ProxyClient _proxy = null!;

    public async Task InitializeAsync()
    {
        _app = await SessionsApp.Start();
        _proxy = ProxyClient.Acme(_app);
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task It_closes_what_is_due_in_every_partition_and_nothing_else()
    {
        var (first, second) = (await _proxy.NewService("first"), await _proxy.NewService("second"));
        for (var i = 0; i < 150; i++)
        {
            await _proxy.NewSession(first, ("Ttl", "60"));
        }

        await _proxy.NewSession(second, ("Ttl", "60"));
        await _proxy.NewSession(second, ("Ttl", "61"));
        await _proxy.NewSession(second);
        _app.Clock.Advance(TimeSpan.FromSeconds(60));

        Assert.Equal(151, await _app.Sweep());

        var stored = await StoredSessions(second);
        Assert.Equal([true, true, false], stored.Select(document => document.Lifetime!.Open).OrderDescending());
        Assert.All(await StoredSessions(first), document => Assert.Equal("ttl", document.Lifetime!.ClosedReason));
    }

    [Fact]
    public async Task Its_cost_follows_the_batches_and_not_the_sessions_stored()
    {
        // Each second in which it is at work costs another look at who else is.
        await using var app = await SessionsApp.Start(
            builder => builder.Services.AddSingleton(new RealTime(new FakeClock())));
        var proxy = ProxyClient.Acme(app);
        var service = await proxy.NewService();
        for (var i = 0; i < 200; i++)
        {
            await proxy.NewSession(service, ("Ttl", i < 100 ? "60" : "6000"));
        }

        app.Clock.Advance(TimeSpan.FromSeconds(60));

        // One read that finds them, two that say who is at it, four commits of 25, one read that finds nothing, one
        // that says that it is over, one purge; where it is dear to read what may not be needed, one read of each.
        Assert.Equal(TemporaryStore.IsCosmos ? 110 : 10, await app.Store.CallsOf(() => app.Sweep()));
        Assert.Equal(2, await app.Store.CallsOf(() => app.Sweep()));
    }

    [Fact]
    public async Task Two_sweeps_at_once_close_each_session_once()
    {
        var service = await _proxy.NewService();
        for (var i = 0; i < 50; i++)
        {
            await _proxy.NewSession(service, ("Ttl", "60"));
        }

        _app.Clock.Advance(TimeSpan.FromSeconds(60));

        var settled = await Task.WhenAll(Task.Run(_app.Sweep), Task.Run(_app.Sweep));

        Assert.Equal(50, settled.Sum());
    }

    [Fact]
    public async Task A_session_that_was_reopened_after_its_end_is_left_alone()
    {
        var service = await _proxy.NewService();
        var path = await _proxy.NewSession(service, ("Ttl", "60"));
        _app.Clock.Advance(TimeSpan.FromSeconds(60));
        (await _proxy.Post(path, ("Status", "in-progress"))).Is(HttpStatusCode.OK);

        Assert.Equal(0, await _app.Sweep());

        Assert.Equal("in-progress", (await _proxy.Get(path))["status"]);
    }

    [Fact]
    public async Task What_it_writes_is_not_believed_to_be_as_it_was()
    {
        var session = await _proxy.NewSession(await _proxy.NewService(), ("Ttl", "60"));
        var kind = _app.Services.GetRequiredService<ProxySessionKind>();
        ValueTask<State<ProxySession>?> Recent() => _app.Services.GetRequiredService<Reader>().FindRecent(
            kind, $"acme:twilio-proxy:{session.Split('/')[3]}", session[^34..], _app.Clock.Now, CancellationToken.None);
        _app.Clock.Advance(TimeSpan.FromSeconds(58));
        Assert.True((await Recent())!.Lifetime.Open);
        _app.Clock.Advance(TimeSpan.FromSeconds(2));
        await _app.Sweep();

        Assert.False((await Recent())!.Lifetime.Open);
    }

    [Fact]
    public async Task A_document_that_cannot_be_settled_does_not_keep_the_others()
    {
        var service = await _proxy.NewService();
        await _proxy.NewSession(service, ("Ttl", "60"));
        await StoreBroken(service, 1);
        _app.Clock.Advance(TimeSpan.FromSeconds(60));

        Assert.Equal(1, await _app.Sweep());
    }

    [Fact]
    public async Task More_than_are_looked_for_at_a_time_do_not_either_and_are_tried_ever_more_seldom()
    {
        var service = await _proxy.NewService();
        await _proxy.NewSession(service, ("Ttl", "60"));
        await StoreBroken(service, 1001);
        _app.Clock.Advance(TimeSpan.FromSeconds(60));

        Assert.Equal(1, await _app.Sweep());

        Assert.Equal(1001, await Stuck());
        var calls = await _app.Store.CallsOf(() => _app.Sweep());
        Assert.InRange(calls, 1, 50);
        await Mend(service, "broken7");
        await Mend(service, "broken8");
        Assert.Equal(2, await _app.Sweep());
        _app.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(999, await Stuck());
    }

    [Fact]
    public async Task What_could_not_be_settled_is_tried_again_after_a_minute()
    {
        var service = await _proxy.NewService();
        await StoreBroken(service, 1);
        await _app.Sweep();
        var stuck = _app.Services.GetRequiredService<StuckDocuments>();
        var due = new DueDocument(PartitionOf(service), "broken0", Kind, _app.Clock.Now, await ETagOf(service));
        bool IsLeft() => stuck.IsLeft(due, _app.Clock.Now);
        Assert.True(IsLeft());
        _app.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.False(IsLeft());

        await _app.Sweep();

        _app.Clock.Advance(TimeSpan.FromMinutes(4));
        Assert.True(IsLeft());
        _app.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.False(IsLeft());
    }

    private const string Kind = "twilio-proxy/session";

    private static string PartitionOf(string service) => $"acme:twilio-proxy:{service[^34..]}";

    private async Task<int> Stuck() =>
        (int)(await new ApiClient(_app.Anonymous().WithBearer(TestAccounts.AcmeToken))
            .Send(HttpMethod.Get, "/operator/counts")).Is(HttpStatusCode.OK).Body!["sweep"]!["stuck"]!;

    private async Task StoreBroken(string service, int count)
    {
        var now = _app.Clock.Now;
        foreach (var some in Enumerable.Range(0, count).Chunk(100))
        {
            Write[] writes =
            [
                .. some.Select(number => new Write.Create(new Document
                {
                    Partition = PartitionOf(service),
                    Id = $"broken{number}",
                    Kind = Kind,
                    Account = "acme",
                    CreatedAt = now,
                    UpdatedAt = now,
                    DueAt = now,
                    Body = "[1]"u8.ToArray(),
                })),
            ];
            (await _app.Store.Commit(PartitionOf(service), writes, CancellationToken.None)).OrFault();
        }
    }

    private async Task Mend(string service, string id)
    {
        var oldest = new ListQuery(PartitionOf(service), Kind, 1) { Order = ListOrder.OldestFirst };
        var whole = (await _app.Store.List(oldest, CancellationToken.None)).Value!.Single();
        var broken = (await _app.Store.Read(PartitionOf(service), id, CancellationToken.None)).Value!;
        await _app.Store.Commit(
            broken.Partition,
            [new Write.Replace(broken with { Body = whole.Body, Lifetime = Open(whole.Lifetime!) })],
            CancellationToken.None);
    }

    private static Lifetime Open(Lifetime ended) => ended with { Open = true, EndedAt = null, ClosedReason = null };

    private async Task<string> ETagOf(string service) =>
        (await _app.Store.Read(PartitionOf(service), "broken0", CancellationToken.None)).Value!.ETag;

    private async Task<IReadOnlyList<Document>> StoredSessions(string service)
    {
        var query = new ListQuery(PartitionOf(service), Kind, 1000);
        return (await _app.Store.List(query, CancellationToken.None)).Value!;
    }
}
