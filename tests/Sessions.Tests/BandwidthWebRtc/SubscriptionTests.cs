using System.Net;
using Sessions.Tests.Support;

namespace Sessions.Tests.BandwidthWebRtc;

public sealed class SubscriptionTests : IAsyncLifetime
{
    private SessionsApp _app = null!;
    private BandwidthClient _api = null!;
    private string _session = "";
    private string _speaker = "";
    private string _listener = "";

    private string Subscriptions => $"/sessions/{_session}/participants/{_listener}/subscriptions";

    public async Task InitializeAsync()
    {
        _app = await SessionsApp.Start();
        _api = BandwidthClient.Acme(_app);
        _session = await _api.NewSession();
        _speaker = await _api.NewMember(_session);
        _listener = await _api.NewMember(_session);
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task Who_has_subscribed_to_nobody_has_an_empty_object() =>
        Assert.Equal("{}", await _api.Heard(_session, _listener));

    [Fact]
    public async Task The_session_alone_is_the_whole_session()
    {
        (await _api.Put(Subscriptions, $$"""{"sessionId": "{{_session}}"}""")).Is(HttpStatusCode.NoContent);

        Assert.Equal($$"""{"sessionId":"{{_session}}"}""", await _api.Heard(_session, _listener));
    }

    [Theory]
    [InlineData("SESSION")]
    [InlineData("75c21163-e110-41bc-bd76-1bb428ec85d5")]
    public async Task A_list_of_participants_wins_over_the_session(string named)
    {
        var body = $$"""
            {"sessionId": "{{named.Replace("SESSION", _session, StringComparison.Ordinal)}}",
             "participants": [{"participantId": "{{_speaker}}", "streamAliases": ["alias_1", "alias_2"]}]}
            """;

        (await _api.Put(Subscriptions, body)).Is(HttpStatusCode.NoContent);

        Assert.Equal(
            $$"""{"sessionId":"{{_session}}","participants":"""
            + $$"""[{"participantId":"{{_speaker}}","streamAliases":["alias_1","alias_2"]}]}""",
            await _api.Heard(_session, _listener));
        var participant = await _api.Get($"/participants/{_listener}");
        Assert.Equal(_speaker, participant.Body!["subscriptions"]!["participants"]![0]!["participantId"]!.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("{}")]
    [InlineData("""{"participants": []}""")]
    [InlineData("""{"participants": null, "sessionId": null}""")]
    public async Task Nothing_named_clears_them(string? body)
    {
        await _api.Put(Subscriptions, $$"""{"sessionId": "{{_session}}"}""");

        (await _api.Put(Subscriptions, body)).Is(HttpStatusCode.NoContent);

        Assert.Equal("{}", await _api.Heard(_session, _listener));
    }

    [Fact]
    public async Task An_update_replaces_all_of_them()
    {
        await _api.Put(Subscriptions, $$"""{"participants": [{"participantId": "{{_speaker}}"}]}""");

        await _api.Put(Subscriptions, $$"""{"participants": [{"participantId": "{{_listener}}"}]}""");

        Assert.Equal(
            $$"""{"sessionId":"{{_session}}","participants":[{"participantId":"{{_listener}}"}]}""",
            await _api.Heard(_session, _listener));
    }

    [Theory]
    [InlineData("""{"sessionId": "75c21163-e110-41bc-bd76-1bb428ec85d5"}""")]
    [InlineData("""{"participants": [{"participantId": "75c21163-e110-41bc-bd76-1bb428ec85d5"}]}""")]
    [InlineData("""{"participants": [{"participantId": "SPEAKER"}, {"participantId": "SPEAKER"}]}""")]
    [InlineData("""{"participants": [{"participantId": "SPEAKER", "streamAliases": ["a", "a"]}]}""")]
    [InlineData("""{"participants": [{"participantId": "SPEAKER", "streamAliases": [null]}]}""")]
    [InlineData("""{"participants": [{"participantId": "SPEAKER", "streamAliases": "a"}]}""")]
    [InlineData("""{"participants": [{"participantId": "SPEAKER", "streamAliases": ["\ud800"]}]}""")]
    [InlineData("""{"participants": [{"streamAliases": ["a"]}]}""")]
    [InlineData("""{"participants": [null]}""")]
    [InlineData("""{"participants": ["SPEAKER"]}""")]
    [InlineData("""{"participants": {}}""")]
    [InlineData("""{"sessionId": 5}""")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{")]
    public async Task A_bad_body_is_400_on_both_ways_and_changes_nothing(string template)
    {
        var body = template.Replace("SPEAKER", _speaker, StringComparison.Ordinal);
        await _api.Put(Subscriptions, $$"""{"sessionId": "{{_session}}"}""");
        var late = await _api.NewParticipant();

        (await _api.Put(Subscriptions, body)).IsError(HttpStatusCode.BadRequest);
        (await _api.Put($"/sessions/{_session}/participants/{late}", body)).IsError(HttpStatusCode.BadRequest);

        Assert.Equal($$"""{"sessionId":"{{_session}}"}""", await _api.Heard(_session, _listener));
        Assert.Empty(await _api.SessionsOf(late));
        Assert.Equal([_speaker, _listener], await _api.MembersOf(_session));
    }

    [Fact]
    public async Task An_update_of_another_version_is_412()
    {
        var seen = (await _api.Get(Subscriptions)).Headers["ETag"];
        await _api.NewMember(_session);

        (await _api.Put(Subscriptions, null, ("If-Match", seen))).IsError(HttpStatusCode.PreconditionFailed);
    }

    [Fact]
    public async Task Who_is_in_no_session_may_subscribe_before_it_is_added_and_is_still_free()
    {
        var outsider = await _api.NewParticipant();
        var path = $"/sessions/{_session}/participants/{outsider}/subscriptions";

        (await _api.Put(path, $$"""{"participants": [{"participantId": "{{_speaker}}"}]}"""))
            .Is(HttpStatusCode.NoContent);

        Assert.Contains(_speaker, await _api.Heard(_session, outsider), StringComparison.Ordinal);
        Assert.Equal([_speaker, _listener], await _api.MembersOf(_session));
        Assert.Empty(await _api.SessionsOf(outsider));
        (await _api.Delete($"/sessions/{_session}/participants/{outsider}")).IsError(HttpStatusCode.NotFound);

        await _api.Delete($"/participants/{_speaker}");
        Assert.Equal("{}", await _api.Heard(_session, outsider));

        var other = await _api.NewSession();
        (await _api.Put($"/sessions/{other}/participants/{outsider}")).Is(HttpStatusCode.NoContent);
        (await _api.Get(path)).IsError(HttpStatusCode.NotFound);
        (await _api.Put(path)).IsError(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Twenty_at_most_subscribe_from_outside()
    {
        var body = $$"""{"sessionId": "{{_session}}"}""";
        for (var i = 0; i < 20; i++)
        {
            var outsider = await _api.NewParticipant();
            (await _api.Put($"/sessions/{_session}/participants/{outsider}/subscriptions", body))
                .Is(HttpStatusCode.NoContent);
        }

        var late = $"/sessions/{_session}/participants/{await _api.NewParticipant()}/subscriptions";
        (await _api.Put(late, body)).IsError(HttpStatusCode.Conflict);
        (await _api.Put(late)).Is(HttpStatusCode.NoContent);
    }
}
