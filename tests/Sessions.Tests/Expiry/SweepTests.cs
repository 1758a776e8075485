using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Engine;
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
        var service = await _proxy.NewService();
        for (var i = 0; i < 200; i++)
        {
            await _proxy.NewSession(service, ("Ttl", i < 100 ? "60" : "6000"));
        }

        _app.Clock.Advance(TimeSpan.FromSeconds(60));

        // One read that finds them, one commit of 100, one read that finds nothing, one purge; where it is dear to read
        // what may not be needed, one read of each.
        Assert.Equal(TemporaryStore.IsCosmos ? 104 : 4, await _app.Store.CallsOf(() => _app.Sweep()));
        Assert.Equal(2, await _app.Store.CallsOf(() => _app.Sweep()));
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
        var now = _app.Clock.Now;
        var broken = new Document
        {
            Partition = $"acme:twilio-proxy:{service[^34..]}",
            Id = "broken",
            Kind = "twilio-proxy/session",
            Account = "acme",
            CreatedAt = now,
            UpdatedAt = now,
            DueAt = now,
            Body = "[1]"u8.ToArray(),
        };
        await _app.Store.Commit(broken.Partition, [new Write.Create(broken)], CancellationToken.None);
        _app.Clock.Advance(TimeSpan.FromSeconds(60));

        Assert.Equal(1, await _app.Sweep());
    }

    private async Task<IReadOnlyList<Document>> StoredSessions(string service)
    {
        var query = new ListQuery($"acme:twilio-proxy:{service[^34..]}", "twilio-proxy/session", 1000);
        return (await _app.Store.List(query, CancellationToken.None)).Value!;
    }
}
