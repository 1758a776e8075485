using System.Net;
using System.Text.Json.Nodes;
using Sessions.Tests.Isolation;
using Sessions.Tests.Surfaces;

namespace Sessions.Tests.Limits;

/// <summary>
/// What a tenant meets where a logical partition of Cosmos DB ends, in units and in bytes, as docs/cosmos.md says: each
/// surface's own 429 and 503 with Retry-After, nothing lost and nothing doubled, and no harm to what lies elsewhere.
/// </summary>
[Trait("Host", "Kestrel")]
public sealed class CeilingTests : IAsyncLifetime
{
    private const int Many = 12;
    private const int AnswersUntilTheGuardTells = 120;

    private CeilingScene _scene = null!;

    /// <summary>What makes a session of each surface, and the kind that it is stored as.</summary>
    public static TheoryData<string, string> Creates => new()
    {
        { "TwilioProxy_CreateSession", "twilio-proxy/session" },
        { "BandwidthWebRtc_CreateSession", "bandwidth-webrtc/session" },
        { "Conversation_CreateSession", "conversation/session" },
        { "LiveStream_CreateSession", "live-stream/session" },
        { "CamaraWebRtc_CreateSession", "camara-webrtc/call" },
    };

    public async Task InitializeAsync() => _scene = await CeilingScene.Start(sends: false);

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [Theory]
    [MemberData(nameof(Creates))]
    public async Task Where_a_partition_has_no_units_left_some_are_refused_and_come_to_the_same_when_sent_again(
        string function, string kind)
    {
        var probe = Probe(function, "units");
        var things = await probe.ThingsOf(Tenant.Acme);
        var before = _scene.Stored(kind);
        // The first one is let in, and uses up some seconds. Calls lie apart, but read the registration of one number.
        _scene.Container.ThrottlePartitions(2);

        var probes = Enumerable.Range(0, Many).Select(number => Probe(function, $"{number}")).ToList();
        var answers = await Task.WhenAll(probes.Select(each => each.Send(Tenant.Acme, things)));
        _scene.Container.ThrottlePartitions(double.PositiveInfinity);
        var again = await Task.WhenAll(probes.Select(each => each.Send(Tenant.Acme, things)));

        Assert.Contains(answers, answer => answer.IsRefusal);
        Assert.All(
            answers.Where(answer => answer.IsRefusal),
            answer => AssertRefused(function, answer, HttpStatusCode.TooManyRequests));
        Assert.All(again, answer => Assert.False(answer.IsRefusal, answer.Text));
        Assert.Equal(before + Many, _scene.Stored(kind));
    }

    [Fact]
    public async Task A_call_whose_partition_has_no_units_left_is_refused_by_itself()
    {
        var probe = Probe("CamaraWebRtc_FetchSession");
        var (one, other) = (await probe.ThingsOf(Tenant.Acme), await probe.ThingsOf(Tenant.Acme));
        _scene.Container.ThrottlePartitions(1);

        var answers = await Task.WhenAll(Enumerable.Range(0, Many).Select(_ => probe.Send(Tenant.Acme, one)));
        var elsewhere = await probe.Send(Tenant.Acme, other);

        Assert.Contains(answers, answer => answer.IsRefusal);
        Assert.All(
            answers.Where(answer => answer.IsRefusal),
            answer => AssertRefused("CamaraWebRtc_FetchSession", answer, HttpStatusCode.TooManyRequests));
        Assert.Equal(HttpStatusCode.OK, elsewhere.Status);
    }

    /// <summary>The guard gives up waiting for a store that answers nobody; this one has answered.</summary>
    [Fact]
    public async Task Who_waits_for_units_is_not_taken_for_one_whom_the_store_does_not_answer()
    {
        var probe = Probe("TwilioProxy_FetchSession");
        var things = await probe.ThingsOf(Tenant.Acme);
        await Task.WhenAll(Enumerable.Range(0, AnswersUntilTheGuardTells).Select(_ => probe.Send(Tenant.Acme, things)));
        _scene.Container.ThrottlePartitions(1.7);

        var answers = await Task.WhenAll(Enumerable.Range(0, Many).Select(_ => probe.Send(Tenant.Acme, things)));

        Assert.Contains(answers, answer => answer.IsRefusal);
        Assert.All(
            answers.Where(answer => answer.IsRefusal),
            answer => AssertRefused("TwilioProxy_FetchSession", answer, HttpStatusCode.TooManyRequests));
    }

    [Theory]
    [MemberData(nameof(Creates))]
    public async Task Where_a_partition_is_full_nothing_is_made_until_there_is_room_and_all_else_goes_on(
        string function, string kind)
    {
        var probe = Probe(function, "room");
        var things = await probe.ThingsOf(Tenant.Acme);
        var before = _scene.Stored(kind);
        _scene.Container.LimitPartitions(1);

        var answers = new List<ProbeReply>();
        for (var number = 0; number < Many; number++)
        {
            answers.Add(await probe.Send(Tenant.Acme, things));
        }

        var fetch = await Probe(function.Replace("_Create", FetchOf(function), StringComparison.Ordinal))
            .Send(Tenant.Acme, things);
        var stored = _scene.Stored(kind);
        _scene.Container.LimitPartitions(long.MaxValue);
        var made = await probe.Send(Tenant.Acme, things);

        Assert.All(answers, answer => AssertRefused(function, answer, HttpStatusCode.ServiceUnavailable));
        Assert.All(answers, answer => Assert.Contains("No more can be stored", answer.Text, StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.OK, fetch.Status);
        Assert.Equal(before, stored);
        Assert.False(made.IsRefusal, made.Text);
        Assert.Equal(before + 1, _scene.Stored(kind));
    }

    [Fact]
    public async Task What_is_deleted_makes_room()
    {
        var probe = Probe("BandwidthWebRtc_DeleteSession");
        var things = await probe.ThingsOf(Tenant.Acme);
        _scene.Container.LimitPartitions(1);

        var deleted = await probe.Send(Tenant.Acme, things);

        Assert.Equal(HttpStatusCode.NoContent, deleted.Status);
    }

    private static string FetchOf(string function) => function.StartsWith("Conversation", StringComparison.Ordinal)
        ? "_Get"
        : "_Fetch";

    private Probe Probe(string function, string? key = null) =>
        new(_scene.App.Anonymous, HttpFunction.Named(function)) { IdempotencyKey = key };

    private static void AssertRefused(string function, ProbeReply answer, HttpStatusCode status)
    {
        var surface = SurfaceSamples.Of(HttpFunction.Named(function));
        Assert.Equal(status, answer.Status);
        Assert.Null(surface.FaultOf(answer.Status, answer.Json as JsonObject));
        Assert.Matches("\nRetry-After: [1-9]", answer.Text);
    }
}
