using System.Net;
using Sessions.Tests.BandwidthWebRtc;
using Sessions.Tests.Support;
using Sessions.Tests.TwilioProxy;

namespace Sessions.Tests.Limits;

/// <summary>What goes on by itself where a partition is full: the sweep passes it over, and events wait.</summary>
[Trait("Host", "Kestrel")]
public sealed class FullPartitionTests
{
    [Fact]
    public async Task The_sweep_closes_what_lies_elsewhere_and_this_when_there_is_room()
    {
        await using var scene = await CeilingScene.Start(sends: false);
        var api = ProxyClient.Acme(scene.App);
        var (full, other) = (await api.NewService("full"), await api.NewService("other"));
        var (here, there) = (
            await api.NewSession(full, ("Ttl", "60")), await api.NewSession(other, ("Ttl", "60")));
        scene.Container.LimitPartition(PartitionOf(full), 1);
        scene.App.Clock.Advance(TimeSpan.FromMinutes(2));

        await scene.App.Sweep();

        Assert.Equal((true, false), (IsOpen(here), IsOpen(there)));
        Assert.Equal("closed", (await api.Get(here))["status"]);

        scene.Container.LimitPartition(PartitionOf(full), long.MaxValue);
        scene.App.Clock.Advance(TimeSpan.FromDays(1));
        await scene.App.Sweep();

        Assert.False(IsOpen(here));
        bool IsOpen(string path) => scene.Container.Items
            .Single(item => item.Json.GetProperty("id").GetString() == LastOf(path))
            .Json.GetProperty("open").GetBoolean();
    }

    [Fact]
    public async Task An_event_waits_and_is_sent_once_when_there_is_room()
    {
        await using var scene = await CeilingScene.Start(sends: true);
        await using var sink = await WebhookSink.Start();
        sink.Answer = _ => Task.FromResult(500);
        var api = BandwidthClient.Acme(scene.App);
        var session = await api.NewSession();
        var member = await api.NewMember(session, $$"""{"callbackUrl":"{{sink.Url}}/hook"}""");
        (await api.Delete($"/sessions/{session}/participants/{member}")).Is(HttpStatusCode.NoContent);
        await sink.Next();
        await UntilItWaits(scene);
        sink.Answer = _ => Task.FromResult(204);

        scene.Container.LimitPartitions(1);
        scene.App.Clock.Advance(TimeSpan.FromMinutes(5));
        await scene.App.DeliverDue();
        Assert.Equal((1, 1), (sink.Count, scene.Stored("outbox/event")));

        scene.Container.LimitPartitions(long.MaxValue);
        scene.App.Clock.Advance(TimeSpan.FromMinutes(5));
        await scene.App.DeliverDue();
        Assert.Equal(2, sink.Count);

        scene.App.Clock.Advance(TimeSpan.FromHours(1));
        await scene.App.DeliverDue();
        Assert.Equal(2, sink.Count);
    }

    private static string PartitionOf(string service) => $"acme:twilio-proxy:{LastOf(service)}";

    private static string LastOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    // Its lease is over when it is due again in five seconds.
    private static async Task UntilItWaits(CeilingScene scene)
    {
        var next = scene.App.Clock.Now.AddSeconds(5);
        while (scene.Container.Items.Single(item => item.Json.GetProperty("kind").GetString() is "outbox/event")
            .Json.GetProperty("dueAt").GetDateTimeOffset() != next)
        {
            await Task.Yield();
        }
    }
}
