using System.Net;
using System.Text.Json.Nodes;
using Sessions.Tests.Support;

namespace Sessions.Tests.BandwidthWebRtc;

public sealed class MemberTests : IAsyncLifetime
{
    private SessionsApp _app = null!;
    private BandwidthClient _api = null!;
    private string _session = "";

    public async Task InitializeAsync()
    {
        _app = await SessionsApp.Start();
        _api = BandwidthClient.Acme(_app);
        _session = await _api.NewSession();
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task Added_participants_are_listed_in_the_order_of_their_coming_as_they_are_fetched()
    {
        string[] ids = [await _api.NewMember(_session, """{"tag": "a"}"""), await _api.NewMember(_session)];

        var list = (await _api.Get($"/sessions/{_session}/participants")).Is(HttpStatusCode.OK).Body!.AsArray();

        Assert.Equal(ids, list.Select(participant => participant!["id"]!.ToString()));
        Assert.Equal(ids, await _api.MembersOf(_session));
        foreach (var listed in list)
        {
            var fetched = (await _api.Get($"/participants/{listed!["id"]}")).Body;
            Assert.True(JsonNode.DeepEquals(fetched, listed), $"{fetched} and {listed}");
            Assert.Equal($"""["{_session}"]""", fetched!["sessions"]!.ToJsonString());
        }
    }

    [Fact]
    public async Task An_empty_session_has_an_empty_list()
    {
        var list = (await _api.Get($"/sessions/{_session}/participants")).Is(HttpStatusCode.OK);

        Assert.Equal("[]", list.Body!.ToJsonString());
    }

    [Fact]
    public async Task A_participant_that_is_in_another_session_is_409_until_it_is_removed_there()
    {
        var participant = await _api.NewMember(_session);
        var other = await _api.NewSession();

        (await _api.Put($"/sessions/{other}/participants/{participant}")).IsError(HttpStatusCode.Conflict);
        Assert.Empty(await _api.MembersOf(other));
        Assert.Equal([_session], await _api.SessionsOf(participant));

        (await _api.Delete($"/sessions/{_session}/participants/{participant}")).Is(HttpStatusCode.NoContent);
        (await _api.Put($"/sessions/{other}/participants/{participant}")).Is(HttpStatusCode.NoContent);
        Assert.Equal([other], await _api.SessionsOf(participant));
    }

    [Fact]
    public async Task Adding_a_participant_again_to_its_session_replaces_its_subscriptions_and_nothing_else()
    {
        var first = await _api.NewMember(_session, subscriptions: $$"""{"sessionId": "{{_session}}"}""");
        await _api.NewMember(_session);
        var before = await _api.MembersOf(_session);

        (await _api.Put($"/sessions/{_session}/participants/{first}")).Is(HttpStatusCode.NoContent);

        Assert.Equal(before, await _api.MembersOf(_session));
        Assert.Equal("{}", await _api.Heard(_session, first));
    }

    [Fact]
    public async Task A_removed_participant_is_free_and_nobody_hears_it_any_more()
    {
        var gone = await _api.NewMember(_session);
        var listener = await _api.NewMember(
            _session, subscriptions: $$"""{"participants": [{"participantId": "{{gone}}"}]}""");

        (await _api.Delete($"/sessions/{_session}/participants/{gone}")).Is(HttpStatusCode.NoContent);

        Assert.Equal([listener], await _api.MembersOf(_session));
        Assert.Empty(await _api.SessionsOf(gone));
        Assert.Equal("{}", await _api.Heard(_session, listener));
        (await _api.Delete($"/sessions/{_session}/participants/{gone}")).IsError(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Coming_back_brings_no_old_subscription()
    {
        var participant = await _api.NewMember(_session, subscriptions: $$"""{"sessionId": "{{_session}}"}""");
        var member = $"/sessions/{_session}/participants/{participant}";
        await _api.Delete(member);

        (await _api.Put(member)).Is(HttpStatusCode.NoContent);

        Assert.Equal("{}", await _api.Heard(_session, participant));
    }

    [Fact]
    public async Task A_session_has_20_participants_at_most()
    {
        for (var i = 0; i < 20; i++)
        {
            await _api.NewMember(_session);
        }

        var late = await _api.NewParticipant();

        (await _api.Put($"/sessions/{_session}/participants/{late}")).IsError(HttpStatusCode.Conflict);
        Assert.Empty(await _api.SessionsOf(late));
        var first = (await _api.MembersOf(_session))[0];
        (await _api.Put($"/sessions/{_session}/participants/{first}")).Is(HttpStatusCode.NoContent);
        (await _api.Delete($"/participants/{first}")).Is(HttpStatusCode.NoContent);
        (await _api.Put($"/sessions/{_session}/participants/{late}")).Is(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task Unknown_sessions_and_participants_are_404_everywhere()
    {
        var participant = await _api.NewParticipant();
        const string unknown = BandwidthClient.Unknown;
        string[] members =
        [
            $"/sessions/{unknown}/participants/{participant}",
            $"/sessions/{_session}/participants/{unknown}",
            $"/sessions/no-id/participants/{participant}",
            $"/sessions/{_session}/participants/no%20id",
            $"/sessions/{participant}/participants/{_session}",
        ];
        foreach (var member in members)
        {
            (await _api.Put(member)).IsError(HttpStatusCode.NotFound);
            (await _api.Delete(member)).IsError(HttpStatusCode.NotFound);
            (await _api.Get($"{member}/subscriptions")).IsError(HttpStatusCode.NotFound);
            (await _api.Put($"{member}/subscriptions")).IsError(HttpStatusCode.NotFound);
        }

        (await _api.Get($"/participants/{_session}")).IsError(HttpStatusCode.NotFound);
        (await _api.Get($"/sessions/{participant}")).IsError(HttpStatusCode.NotFound);
        (await _api.Get($"/sessions/{unknown}/participants")).IsError(HttpStatusCode.NotFound);
        (await _api.Delete($"/sessions/{_session}/participants/{participant}")).IsError(HttpStatusCode.NotFound);
    }
}
