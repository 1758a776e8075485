using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Outbox;
using Sessions.Storage;
using Sessions.Tests.Support;

namespace Sessions.Tests.BandwidthWebRtc;

public sealed class CallbackTests : IAsyncLifetime
{
    private SessionsApp _app = null!;
    private WebhookSink _sink = null!;
    private BandwidthClient _api = null!;
    private string _session = "";

    private string Told => $$"""{"callbackUrl": "{{_sink.Url}}/hook", "tag": "ann"}""";

    public async Task InitializeAsync()
    {
        _app = await SessionsApp.Start();
        _sink = await WebhookSink.Start();
        _api = BandwidthClient.Acme(_app);
        _session = await _api.NewSession();
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        await _sink.DisposeAsync();
    }

    [Fact]
    public async Task A_removal_tells_onLeave_at_once_signed_with_the_accounts_secret()
    {
        var member = await _api.NewMember(_session, Told);

        await _api.Delete($"/sessions/{_session}/participants/{member}");

        var received = await _sink.Next();
        Assert.Equal(("POST", "/hook"), (received.Method, received.Path));
        Assert.Equal("application/json", received.Headers["Content-Type"]);
        var timestamp = _app.Clock.Now.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        Assert.True(
            JsonNode.DeepEquals(
                JsonNode.Parse($$"""
                    {"event": "onLeave", "timestamp": "{{timestamp}}", "participantId": "{{member}}", "tag": "ann"}
                    """),
                JsonNode.Parse(received.Body)),
            received.Body);
        var signed = $"{received.Headers["Webhook-Id"]}.{received.Headers["Webhook-Timestamp"]}.{received.Body}";
        var signature = HMACSHA256.HashData(
            Encoding.UTF8.GetBytes(TestAccounts.AcmeSecret), Encoding.UTF8.GetBytes(signed));
        Assert.Equal($"v1,{Convert.ToBase64String(signature)}", received.Headers["Webhook-Signature"]);
    }

    [Fact]
    public async Task A_deleted_participant_tells_onLeave_and_one_in_no_session_tells_nothing()
    {
        var member = await _api.NewMember(_session, Told);
        var free = await _api.NewParticipant(Told);

        await _api.Delete($"/participants/{free}");
        await _api.Delete($"/participants/{member}");

        Assert.Equal(("onLeave", member), await Next());
        Assert.Equal(1, _sink.Count);
    }

    [Fact]
    public async Task A_deleted_session_tells_onLeave_of_everyone_in_it()
    {
        string[] members = [await _api.NewMember(_session, Told), await _api.NewMember(_session, Told)];
        await _api.NewMember(_session);

        await _api.Delete($"/sessions/{_session}");

        (string Event, string Id)[] told = [await Next(), await Next()];
        Assert.Equal(members.Order(), told.Select(callback => callback.Id).Order());
        Assert.All(told, callback => Assert.Equal("onLeave", callback.Event));
        Assert.Equal(2, _sink.Count);
    }

    [Fact]
    public async Task A_session_whose_time_is_over_tells_onLeave_of_everyone_in_it_with_the_moment_of_its_end()
    {
        await _api.NewMember(_session, Told);
        var end = _app.Clock.Now.AddHours(9);
        _app.Clock.Advance(TimeSpan.FromHours(10));

        await _app.Sweep();
        await _app.DeliverDue();

        var body = JsonNode.Parse((await _sink.Next()).Body)!;
        Assert.Equal("onLeave", body["event"]!.ToString());
        Assert.Equal($"{end.ToUnixTimeMilliseconds()}", body["timestamp"]!.ToString());
    }

    [Fact]
    public async Task What_the_media_server_reports_is_told_in_its_order_before_the_leaving()
    {
        var member = await _api.NewMember(_session, Told);
        var reports = $"/participants/{member}/events";

        (await _api.Post(reports, """{"event": "onConnect", "deviceId": "d1"}""")).Is(HttpStatusCode.NoContent);
        (await _api.Post(reports, """{"event": "onDisconnect", "deviceId": "d1"}""")).Is(HttpStatusCode.NoContent);
        await _api.Delete($"/sessions/{_session}/participants/{member}");

        var first = JsonNode.Parse((await _sink.Next()).Body)!;
        Assert.Equal(("onConnect", "d1"), (first["event"]!.ToString(), first["deviceId"]!.ToString()));
        Assert.Equal(("onDisconnect", member), await Next());
        Assert.Equal(("onLeave", member), await Next());
    }

    [Fact]
    public async Task A_callback_that_is_refused_comes_again_and_holds_back_the_later_ones_of_its_session()
    {
        _sink.Answer = _ => Task.FromResult(500);
        var (one, two) = (await _api.NewMember(_session, Told), await _api.NewMember(_session, Told));
        await _api.Delete($"/sessions/{_session}/participants/{one}");
        Assert.Equal(one, (await Next()).Id);
        await UntilItWaits();
        await _api.Delete($"/sessions/{_session}/participants/{two}");
        _sink.Answer = _ => Task.FromResult(204);

        _app.Clock.Advance(TimeSpan.FromSeconds(5));
        await _app.DeliverDue();

        Assert.Equal([one, two], [(await Next()).Id, (await Next()).Id]);
    }

    [Theory]
    [InlineData("""{"event": "onLeave", "deviceId": "d"}""")]
    [InlineData("""{"event": "onConnect"}""")]
    [InlineData("""{"event": "onConnect", "deviceId": ""}""")]
    [InlineData("""{"event": "onConnect", "deviceId": 5}""")]
    [InlineData("")]
    [InlineData("{")]
    public async Task A_bad_report_is_400_and_tells_nothing(string body)
    {
        var member = await _api.NewMember(_session, Told);

        (await _api.Post($"/participants/{member}/events", body)).IsError(HttpStatusCode.BadRequest);

        await _app.DeliverDue();
        Assert.Equal(0, _sink.Count);
    }

    [Fact]
    public async Task A_report_needs_the_accounts_credentials_and_a_participant_but_no_callback_url()
    {
        const string report = """{"event": "onConnect", "deviceId": "d"}""";
        var silent = await _api.NewParticipant();
        var nobody = new BandwidthClient(_app.Anonymous(), "acme");

        (await nobody.Post($"/participants/{silent}/events", report)).IsError(HttpStatusCode.Unauthorized);
        (await BandwidthClient.Other(_app).Post($"/participants/{silent}/events", report))
            .IsError(HttpStatusCode.NotFound);
        (await _api.Post($"/participants/{BandwidthClient.Unknown}/events", report)).IsError(HttpStatusCode.NotFound);
        (await _api.Post($"/participants/{silent}/events", report)).Is(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task An_event_is_left_to_its_process_for_half_as_long_again_as_a_target_may_take()
    {
        await using var app = await SessionsApp.Start(builder => builder.Services.AddSingleton(
            new OutboxSettings { AllowLocal = true, Parallelism = 0, Patience = TimeSpan.FromMinutes(1) }));
        var api = BandwidthClient.Acme(app);
        var session = await api.NewSession();
        var member = await api.NewMember(session, Told);

        await api.Delete($"/sessions/{session}/participants/{member}");

        var outbox = new ListQuery("acme:bandwidth-webrtc:account", "outbox/event", 1);
        var told = (await app.Store.List(outbox, CancellationToken.None)).Value!.Single();
        Assert.Equal(app.Clock.Now.AddSeconds(90), told.DueAt);
    }

    // The answer has come before the service has written down when to try again.
    private async Task UntilItWaits()
    {
        var outbox = new ListQuery("acme:bandwidth-webrtc:account", "outbox/event", 1);
        var next = _app.Clock.Now.AddSeconds(5);
        while ((await _app.Store.List(outbox, CancellationToken.None)).Value!.Single().DueAt != next)
        {
            await Task.Yield();
        }
    }

    private async Task<(string Event, string Id)> Next()
    {
        var body = JsonNode.Parse((await _sink.Next()).Body)!;
        return (body["event"]!.ToString(), body["participantId"]!.ToString());
    }
}
