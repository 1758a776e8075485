using System.Net;
using Sessions.Tests.Support;

namespace Sessions.Tests.BandwidthWebRtc;

public sealed class SessionTests : IAsyncLifetime
{
    private SessionsApp _app = null!;
    private BandwidthClient _api = null!;

    public async Task InitializeAsync()
    {
        _app = await SessionsApp.Start();
        _api = BandwidthClient.Acme(_app);
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task A_create_answers_id_participants_and_tag_and_nothing_else()
    {
        var reply = (await _api.Post("/sessions", """{"tag": "session1"}""")).Is(HttpStatusCode.OK);

        Assert.Equal(["id", "participants", "tag"], reply.Body!.AsObject().Select(member => member.Key));
        Assert.True(Guid.TryParseExact(reply["id"], "D", out _));
        Assert.Equal("[]", reply.Body["participants"]!.ToJsonString());
        Assert.Equal("session1", reply["tag"]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("{}")]
    [InlineData("""{"tag": null}""")]
    [InlineData("""{"tag": ""}""")]
    [InlineData("""{"colour": "blue"}""")]
    public async Task A_session_without_a_tag_has_its_id_as_tag(string? body)
    {
        var reply = (await _api.Post("/sessions", body)).Is(HttpStatusCode.OK);

        Assert.Equal(reply["id"], reply["tag"]);
    }

    [Fact]
    public async Task What_is_read_only_is_ignored_in_a_create()
    {
        var body = $$"""{"id": "{{BandwidthClient.Unknown}}", "participants": ["x"], "tag": "t"}""";

        var reply = (await _api.Post("/sessions", body)).Is(HttpStatusCode.OK);

        Assert.NotEqual(BandwidthClient.Unknown, reply["id"]);
        Assert.Equal("[]", reply.Body!["participants"]!.ToJsonString());
    }

    [Fact]
    public async Task A_fetch_answers_what_the_create_did_and_the_id_may_be_in_any_case()
    {
        var created = await _api.Post("/sessions", """{"tag": "Größe +15551234567"}""");

        var fetched = (await _api.Get($"/sessions/{created["id"]!.ToUpperInvariant()}")).Is(HttpStatusCode.OK);

        Assert.Equal(created.Body!.ToJsonString(), fetched.Body!.ToJsonString());
        Assert.Equal(created.Headers["ETag"], fetched.Headers["ETag"]);
    }

    [Fact]
    public async Task A_deleted_session_is_gone_and_frees_its_participants()
    {
        var session = await _api.NewSession();
        var participant = await _api.NewMember(session, subscriptions: $$"""{"sessionId": "{{session}}"}""");

        (await _api.Delete($"/sessions/{session}")).Is(HttpStatusCode.NoContent);

        (await _api.Get($"/sessions/{session}")).IsError(HttpStatusCode.NotFound);
        (await _api.Delete($"/sessions/{session}")).IsError(HttpStatusCode.NotFound);
        (await _api.Get($"/sessions/{session}/participants")).IsError(HttpStatusCode.NotFound);
        var freed = (await _api.Get($"/participants/{participant}")).Is(HttpStatusCode.OK);
        Assert.Equal(("[]", "{}"), (freed["sessions"], freed["subscriptions"]));
        var next = await _api.NewSession();
        (await _api.Put($"/sessions/{next}/participants/{participant}")).Is(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_repeated_create_under_one_idempotency_key_makes_one_session_and_another_body_is_409()
    {
        var key = ("Idempotency-Key", "key-1");
        var first = await _api.Post("/sessions", """{"tag": "a"}""", key);

        var again = await _api.Post("/sessions", """{"tag": "a"}""", key);

        Assert.Equal(first.Is(HttpStatusCode.OK)["id"], again.Is(HttpStatusCode.OK)["id"]);
        (await _api.Post("/sessions", """{"tag": "b"}""", key)).IsError(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task A_delete_of_another_version_is_412()
    {
        var created = await _api.Post("/sessions");
        await _api.NewMember(created["id"]!);
        var path = $"/sessions/{created["id"]}";

        (await _api.Delete(path, ("If-Match", created.Headers["ETag"]))).IsError(HttpStatusCode.PreconditionFailed);

        (await _api.Delete(path, ("If-Match", (await _api.Get(path)).Headers["ETag"]))).Is(HttpStatusCode.NoContent);
    }

    [Theory]
    [InlineData("/sessions")]
    [InlineData("/participants")]
    public async Task The_path_with_the_account_twice_reaches_the_same(string collection)
    {
        var created = (await _api.Post($"/accounts/acme{collection}")).Is(HttpStatusCode.OK).Body!;
        var id = created["id"] ?? created["participant"]!["id"];

        (await _api.Get($"{collection}/{id}")).Is(HttpStatusCode.OK);
        (await _api.Get($"/accounts/acme{collection}/{id}")).Is(HttpStatusCode.OK);
        (await _api.Get($"/accounts/other{collection}/{id}")).IsError(HttpStatusCode.Forbidden);
        (await _api.Delete($"/accounts/acme{collection}/{id}")).Is(HttpStatusCode.NoContent);
        (await _api.Get($"{collection}/{id}")).IsError(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_path_with_the_account_twice_has_every_operation()
    {
        const string again = "/accounts/acme";
        var session = await _api.NewSession();
        var participant = await _api.NewParticipant();
        var member = $"{again}/sessions/{session}/participants/{participant}";

        (await _api.Put(member)).Is(HttpStatusCode.NoContent);
        Assert.Single((await _api.Get($"{again}/sessions/{session}/participants")).Body!.AsArray());
        (await _api.Put($"{member}/subscriptions", $$"""{"sessionId": "{{session}}"}""")).Is(HttpStatusCode.NoContent);
        Assert.Equal(session, (await _api.Get($"{member}/subscriptions"))["sessionId"]);
        (await _api.Delete(member)).Is(HttpStatusCode.NoContent);
        Assert.Empty(await _api.MembersOf(session));
    }
}
