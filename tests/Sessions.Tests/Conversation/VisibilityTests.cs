using System.Net;
using System.Text.Json.Nodes;

namespace Sessions.Tests.Conversation;

/// <summary>Who sees a session, and who may do what.</summary>
public sealed class VisibilityTests : ConversationTest
{
    private static readonly (string, JsonNode?)[] _private =
        [("sessionType", 2), ("allowedUsers", new JsonArray("users/bob")), ("secretKey", "open sesame")];

    [Fact]
    public async Task Given_a_public_session_then_every_user_of_the_account_sees_it_and_only_owners_the_key()
    {
        var id = await Alice.New(null, ("secretKey", "s3cret"));

        Assert.Equal("s3cret", (await Alice.Get(id))["secretKey"]);
        Assert.Null((await Carol.Get(id)).Is(HttpStatusCode.OK)["secretKey"]);
        Assert.Null((await Carol.Get("")).Body!["sessions"]![0]!["secretKey"]);
        Assert.Null((await Carol.Join(id, "carol")).Is(HttpStatusCode.OK).Body!["session"]!["secretKey"]);
    }

    [Fact]
    public async Task Given_a_private_session_then_owners_and_allowed_users_see_it_and_others_find_nothing()
    {
        var id = await Alice.New(null, _private);

        (await Alice.Get(id)).Is(HttpStatusCode.OK);
        (await Bob.Get(id)).Is(HttpStatusCode.OK);
        Assert.Single((await Bob.Get("")).Body!["sessions"]!.AsArray());
        Assert.Empty((await Carol.Get("")).Body!["sessions"]!.AsArray());
        await SeesNothing(Carol, "carol", id);
    }

    [Fact]
    public async Task Given_a_private_session_when_someone_joins_with_its_key_then_it_is_open_to_them()
    {
        var id = await Alice.New(null, _private);
        (await Carol.Join(id, "carol", """, "secretKey": "open sesame" """)).Is(HttpStatusCode.OK);

        (await Carol.Get(id)).Is(HttpStatusCode.OK);
        (await Carol.Publish(id, "carol", "1")).Is(HttpStatusCode.OK);
        (await Carol.Get($"{id}/members")).Is(HttpStatusCode.OK);

        (await Carol.Leave(id, "carol")).Is(HttpStatusCode.OK);
        await SeesNothing(Carol, "carol", id);
    }

    [Theory]
    [InlineData("")]
    [InlineData("open")]
    [InlineData("Open sesame")]
    [InlineData("open sesame ")]
    public async Task Given_a_private_session_then_a_wrong_key_does_not_open_it(string key)
    {
        var id = await Alice.New(null, _private);

        (await Carol.Join(id, "carol", $$""", "secret_key": "{{key}}" """)).IsError(5, "SESSION_NOT_FOUND");
        (await Carol.Get(id)).IsError(5, "SESSION_NOT_FOUND");
    }

    [Fact]
    public async Task Given_a_private_session_without_a_key_then_no_key_opens_it()
    {
        var id = await Alice.New(null, ("sessionType", 2));

        (await Carol.Join(id, "carol", """, "secretKey": "" """)).IsError(5, "SESSION_NOT_FOUND");
    }

    [Theory]
    [InlineData("allowedUsers", """["bob"]""")]
    [InlineData("secretKey", "\"s\"")]
    public async Task Given_a_temporary_session_that_names_whom_it_is_open_to_then_it_is_guarded(
        string field, string value)
    {
        var open = await Alice.New(null, ("sessionType", 3));
        var guarded = await Alice.New(null, ("sessionType", 3), (field, JsonNode.Parse(value)));

        (await Carol.Get(open)).Is(HttpStatusCode.OK);
        (await Carol.Get(guarded)).IsError(5, "SESSION_NOT_FOUND");
    }

    [Fact]
    public async Task Only_owners_change_and_delete()
    {
        var id = await Alice.New(null, ("owners", new JsonArray("alice", "users/bob")));

        (await Carol.Patch(id, """{"description": "x"}""")).IsError(7, "OWNER_REQUIRED");
        (await Carol.Delete(id)).IsError(7, "OWNER_REQUIRED");
        (await Bob.Patch(id, """{"description": "by bob"}""")).Is(HttpStatusCode.OK);
        (await Bob.Delete(id)).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_token_speaks_for_its_own_user_unless_it_has_the_scope()
    {
        var id = await Alice.New();

        (await Bob.Join(id, "carol")).IsError(7, "USER_MISMATCH");
        (await Bob.Leave(id, "carol")).IsError(7, "USER_MISMATCH");
        (await Bob.Publish(id, "carol", "1")).IsError(7, "USER_MISMATCH");
        (await Bob.Publish(id, "users/bob", "1")).Is(HttpStatusCode.OK);
        (await Alice.Publish(id, "carol", "1")).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_token_that_speaks_for_everyone_speaks_with_their_rights()
    {
        var id = await Alice.New(null, _private);

        (await Alice.Publish(id, "carol", "1")).IsError(5, "SESSION_NOT_FOUND");
        (await Alice.Join(id, "carol")).IsError(5, "SESSION_NOT_FOUND");
        (await Alice.Publish(id, "bob", "1")).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Given_a_private_session_that_has_ended_then_others_still_find_nothing()
    {
        var id = await Alice.New(null, ("sessionType", 3), ("secretKey", "open sesame"));
        await Alice.Join(id, "alice");
        await Alice.Leave(id, "alice");

        (await Alice.Leave(id, "alice")).IsError(9, "SESSION_ENDED");
        await SeesNothing(Carol, "carol", id);
    }

    [Fact]
    public async Task Another_tenant_cannot_tell_a_session_from_none()
    {
        var id = await Alice.New("theirs");
        await Alice.Publish(id, "alice", "1");
        var stranger = App.Stranger();

        await SeesNothing(stranger, "oscar", id);
        Assert.Empty((await stranger.Get("")).Body!["sessions"]!.AsArray());
        var own = (await stranger.Post("?sessionId=theirs", ConversationClient.Body())).Is(HttpStatusCode.OK);
        Assert.NotEqual((await Alice.Get(id))["uid"], own["uid"]);
        (await Alice.Get(id)).Is(HttpStatusCode.OK);
    }

    // What is closed to a caller answers, byte for byte, as what is not there, but for the name that was asked for.
    private static async Task SeesNothing(ConversationClient client, string user, string id)
    {
        (HttpMethod Method, string Path, string? Body)[] all =
        [
            (HttpMethod.Get, "", null),
            (HttpMethod.Patch, "", """{"description": "x"}"""),
            (HttpMethod.Delete, "", null),
            (HttpMethod.Post, "/join", $$"""{"name": "{{user}}"}"""),
            (HttpMethod.Post, "/leave", $$"""{"name": "{{user}}"}"""),
            (HttpMethod.Post, "/messages", $$"""{"name": "{{user}}", "message": 1}"""),
            (HttpMethod.Get, "/members", null),
            (HttpMethod.Get, "/events", null),
        ];
        foreach (var (method, path, body) in all)
        {
            var closed = (await client.Send(method, id + path, body)).IsError(5, "SESSION_NOT_FOUND");
            var absent = await client.Send(method, "absent" + path, body);
            Assert.Equal(
                absent.Body!.ToJsonString(),
                closed.Body!.ToJsonString().Replace($"sessions/{id}", "sessions/absent", StringComparison.Ordinal));
        }
    }
}
