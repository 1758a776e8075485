using System.Net;

namespace Sessions.Tests.Conversation;

/// <summary>AIP-163: validateOnly has a change tried, answers what would come of it, and changes nothing.</summary>
public sealed class AipTrialTests : ConversationTest
{
    private const string Trial = "validateOnly=true";

    [Fact]
    public async Task A_create_answers_the_session_and_there_is_none()
    {
        var tried = (await Alice.Post($"?sessionId=mine&{Trial}", ConversationClient.Body(("secretKey", "s3cret"))))
            .Is(HttpStatusCode.OK);

        Assert.Equal("sessions/mine", tried["name"]);
        Assert.Equal("s3cret", tried["secretKey"]);
        (await Alice.Get("mine")).IsError(5, "SESSION_NOT_FOUND");
        (await Alice.Post("?sessionId=mine", ConversationClient.Body())).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task What_a_create_would_be_refused_for_is_refused()
    {
        await Alice.New("taken");

        (await Alice.Post($"?sessionId=taken&{Trial}", ConversationClient.Body())).IsError(6, "SESSION_EXISTS");
        (await Alice.Post($"?{Trial}", ConversationClient.Body(("profile", null))))
            .IsError(3, "INVALID_FIELD", "profile");
        (await Alice.Post($"?sessionId=Bad&{Trial}", ConversationClient.Body()))
            .IsError(3, "INVALID_FIELD", "sessionId");
    }

    [Fact]
    public async Task An_update_answers_the_session_changed_and_changes_neither_it_nor_its_etag_nor_its_stream()
    {
        var id = await Alice.New();
        var before = (await Alice.Get(id)).Body!.ToJsonString();

        var tried = (await Alice.Patch($"{id}?validate_only=true", """{"displayName": "Evening"}"""))
            .Is(HttpStatusCode.OK);

        Assert.Equal("Evening", tried["displayName"]);
        Assert.NotEqual((await Alice.Get(id))["etag"], tried["etag"]);
        Assert.Equal(before, (await Alice.Get(id)).Body!.ToJsonString());
        Assert.Empty(await EventReading.Types(App, Alice, id));
    }

    [Fact]
    public async Task What_an_update_would_be_refused_for_is_refused()
    {
        var id = await Alice.New();

        (await Alice.Patch($"{id}?{Trial}&updateMask=colour", "{}")).IsError(3, "INVALID_FIELD", "updateMask");
        (await Alice.Patch($"{id}?{Trial}", """{"etag": "other"}""")).IsError(10, "ETAG_MISMATCH");
        (await Bob.Patch($"{id}?{Trial}", """{"displayName": "x"}""")).IsError(7, "OWNER_REQUIRED");
        (await Alice.Patch($"none?{Trial}", """{"displayName": "x"}""")).IsError(5, "SESSION_NOT_FOUND");
    }

    [Fact]
    public async Task A_delete_deletes_nothing()
    {
        var id = await Alice.New();

        var tried = (await Alice.Delete($"{id}?{Trial}")).Is(HttpStatusCode.OK);

        Assert.Equal("{}", tried.Body!.ToJsonString());
        Assert.Equal("ACTIVE", (await Alice.Get(id))["state"]);
        Assert.Empty(await EventReading.Types(App, Alice, id));
        (await Bob.Delete($"{id}?{Trial}")).IsError(7, "OWNER_REQUIRED");
        (await Alice.Delete($"{id}?{Trial}&etag=other")).IsError(10, "ETAG_MISMATCH");
        (await Alice.Delete($"none?{Trial}")).IsError(5, "SESSION_NOT_FOUND");
    }

    [Theory]
    [InlineData("?validateOnly=true", "")]
    [InlineData("", ", \"validateOnly\": true")]
    [InlineData("", ", \"validate_only\": true")]
    public async Task A_join_a_leave_and_a_message_happen_to_nobody(string query, string more)
    {
        var id = await Alice.New();
        await Alice.Join(id, "bob");
        string Body(string user) => $$"""{"name": "{{user}}", "message": {"text": "hi"}{{more}}}""";

        (await Alice.Post($"{id}/join{query}", Body("carol"))).Is(HttpStatusCode.OK);
        (await Alice.Post($"{id}/join{query}", Body("bob"))).Is(HttpStatusCode.OK);
        (await Alice.Post($"{id}/leave{query}", Body("bob"))).Is(HttpStatusCode.OK);
        (await Alice.Post($"{id}/leave{query}", Body("carol"))).Is(HttpStatusCode.OK);
        var published = (await Alice.Post($"{id}/messages{query}", Body("bob"))).Is(HttpStatusCode.OK);

        Assert.Equal("hi", (string)published.Body!["message"]!["text"]!);
        Assert.Equal(["JOINED"], await EventReading.Types(App, Alice, id));
        Assert.Single((await Alice.Get($"{id}/members")).Body!["members"]!.AsArray());
    }

    [Fact]
    public async Task What_a_join_a_leave_or_a_message_would_be_refused_for_is_refused()
    {
        var id = await Alice.New();
        var hidden = await Alice.New(null, ("sessionType", 2), ("secretKey", "open sesame"));
        const string more = ", \"validateOnly\": true";

        (await Bob.Join(hidden, "bob", more)).IsError(5, "SESSION_NOT_FOUND");
        (await Bob.Join(hidden, "bob", """, "secretKey": "open sesame", "validateOnly": true"""))
            .Is(HttpStatusCode.OK);
        (await Bob.Get(hidden)).IsError(5, "SESSION_NOT_FOUND");
        (await Bob.Post($"{hidden}/leave?{Trial}", """{"name": "bob"}""")).IsError(5, "SESSION_NOT_FOUND");
        (await Bob.Publish(id, "bob", "1", ", \"channel\": 9" + more)).IsError(9, "CHANNEL_NOT_ALLOWED");
        (await Bob.Publish(id, "alice", "1", more)).IsError(7, "USER_MISMATCH");
    }

    [Fact]
    public async Task The_last_owner_who_tries_to_leave_ends_nothing_and_who_is_not_there_would_end_nothing()
    {
        var id = await Alice.New(null, ("sessionType", 3));
        var absent = (await Alice.Post($"{id}/leave?{Trial}", """{"name": "alice"}""")).Is(HttpStatusCode.OK);
        await Alice.Join(id, "alice");

        var tried = (await Alice.Post($"{id}/leave?{Trial}", """{"name": "alice"}""")).Is(HttpStatusCode.OK);

        Assert.Equal("ACTIVE", (string)absent.Body!["session"]!["state"]!);
        Assert.Equal("ENDED", (string)tried.Body!["session"]!["state"]!);
        Assert.Equal("ACTIVE", (await Alice.Get(id))["state"]);
    }

    [Fact]
    public async Task A_heartbeat_a_read_position_and_a_signal_are_tried_only()
    {
        var id = await Alice.New();
        await Alice.Join(id, "bob");
        App.Clock.Advance(TimeSpan.FromMinutes(1));
        var before = (await Alice.Get($"{id}/members")).Body!.ToJsonString();
        var commits = App.Store.Commits;

        (await Alice.Post($"{id}/heartbeat?{Trial}", """{"name": "bob"}""")).Is(HttpStatusCode.OK);
        (await Alice.Post($"{id}/read", """{"name": "bob", "sequence": 1, "validateOnly": true}"""))
            .Is(HttpStatusCode.OK);
        (await Alice.Post($"{id}/signals?{Trial}", """{"name": "bob", "signal": 1}""")).Is(HttpStatusCode.OK);
        (await Alice.Post($"{id}/heartbeat?{Trial}", """{"name": "carol"}""")).Is(HttpStatusCode.BadRequest);

        Assert.Equal(commits, App.Store.Commits);
        Assert.Equal(before, (await Alice.Get($"{id}/members")).Body!.ToJsonString());
    }

    [Fact]
    public async Task Nothing_is_written_and_no_request_id_is_used_up()
    {
        var id = await Alice.New();
        (string, string) key = ("Idempotency-Key", "once");
        var commits = App.Store.Commits;

        await Alice.Post($"?{Trial}", ConversationClient.Body(), key);
        await Alice.Patch($"{id}?{Trial}", """{"displayName": "Evening"}""", key);
        await Alice.Post($"{id}/join?{Trial}", """{"name": "bob"}""", key);
        await Alice.Post($"{id}/messages?{Trial}", """{"name": "bob", "message": 1}""", key);
        await Alice.Delete($"{id}?{Trial}", key);

        Assert.Equal(commits, App.Store.Commits);
        Assert.Equal("Night", (await Alice.Patch(id, """{"displayName": "Night"}""", key))["displayName"]);
    }

    [Theory]
    [InlineData("false", HttpStatusCode.OK)]
    [InlineData("yes", HttpStatusCode.BadRequest)]
    [InlineData("1", HttpStatusCode.BadRequest)]
    public async Task Only_true_is_true(string value, HttpStatusCode status)
    {
        var id = await Alice.New();

        (await Alice.Delete($"{id}?validateOnly={value}")).Is(status);

        (await Alice.Get(id)).Is(status is HttpStatusCode.OK ? HttpStatusCode.NotFound : HttpStatusCode.OK);
        (await Alice.Publish(await Alice.New(), "alice", "1", $", \"validateOnly\": \"{value}\""))
            .IsError(3, "INVALID_FIELD", "validateOnly");
    }
}
