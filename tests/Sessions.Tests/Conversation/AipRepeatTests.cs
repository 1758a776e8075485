using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Storage;
using Sessions.Tests.Support;

namespace Sessions.Tests.Conversation;

/// <summary>AIP-155: a request that is sent again under its request id, whatever has happened in between.</summary>
public sealed class AipRepeatTests : ConversationTest
{
    private static readonly (string, string) _key = ("Idempotency-Key", "once");

    [Theory]
    [InlineData("update")]
    [InlineData("delete")]
    [InlineData("expiry")]
    public async Task A_create_gives_its_first_answer_whatever_became_of_the_session(string since)
    {
        var body = ConversationClient.Body(
            ("sessionType", 3), ("options", new JsonObject { ["ttl"] = "60s" }), ("secretKey", "s3cret"));
        var first = (await Alice.Post("?sessionId=mine", body, _key)).Is(HttpStatusCode.OK);
        await (since switch
        {
            "update" => Alice.Patch("mine", """{"displayName": "Evening"}"""),
            "delete" => Alice.Delete("mine"),
            _ => Expire("mine"),
        });
        var before = (await Alice.Get("")).Body!.ToJsonString();

        var again = (await Alice.Post("?sessionId=mine", body, _key)).Is(HttpStatusCode.OK);

        Assert.Equal(first.Body!.ToJsonString(), again.Body!.ToJsonString());
        Assert.Equal(before, (await Alice.Get("")).Body!.ToJsonString());
    }

    [Fact]
    public async Task A_create_does_not_show_a_later_session_of_the_same_id()
    {
        var body = ConversationClient.Body(("owners", new JsonArray("bob")), ("sessionType", 2));
        var first = (await Bob.Post("?sessionId=same", body, _key)).Is(HttpStatusCode.OK);
        await Bob.Delete("same");
        await Alice.New("same", ("sessionType", 2), ("secretKey", "hidden"));

        var again = (await Bob.Post("?sessionId=same", body, _key)).Is(HttpStatusCode.OK);

        Assert.Equal(first["uid"], again["uid"]);
        (await Bob.Get("same")).IsError(5, "SESSION_NOT_FOUND");
    }

    [Fact]
    public async Task Given_a_delete_whose_process_died_half_way_when_the_timer_has_done_the_rest_a_repeat_is_no_error()
    {
        await Alice.New("half");
        await DieAfter(1, other => other.Alice().Delete("half", _key));
        App.Clock.Advance(TimeSpan.FromMinutes(1));
        await App.Sweep();
        (await Alice.Get("half")).IsError(5, "SESSION_NOT_FOUND");

        (await Alice.Delete("half", _key)).Is(HttpStatusCode.OK);

        (await Alice.Delete("half", ("Idempotency-Key", "another"))).IsError(5, "SESSION_NOT_FOUND");
    }

    [Fact]
    public async Task A_key_is_its_callers_own()
    {
        var alices = (await Alice.Post("", ConversationClient.Body(), _key)).Is(HttpStatusCode.OK);
        var bobs = (await Bob.Post("", ConversationClient.Body(), _key)).Is(HttpStatusCode.OK);
        var id = alices["sessionId"]!;

        Assert.NotEqual(alices["uid"], bobs["uid"]);
        (await Alice.Post($"{id}/messages", """{"name": "alice", "message": 1}""", _key)).Is(HttpStatusCode.OK);
        (await Bob.Post($"{id}/messages", """{"name": "bob", "message": 2}""", _key)).Is(HttpStatusCode.OK);
        Assert.Equal(["MESSAGE", "MESSAGE"], await EventReading.Types(App, Alice, id));
    }

    [Fact]
    public async Task No_secret_is_kept_for_repeats_and_owners_see_it_all_the_same()
    {
        var body = ConversationClient.Body(("secretKey", "s3cret"));
        await Alice.Post("?sessionId=mine", body, _key);
        (string, string) other = ("Idempotency-Key", "update");
        var first = await Alice.Patch("mine", """{"description": "x"}""", other);

        var again = await Alice.Patch("mine", """{"description": "x"}""", other);

        Assert.Equal("s3cret", (await Alice.Post("?sessionId=mine", body, _key))["secretKey"]);
        Assert.Equal("s3cret", again.Is(HttpStatusCode.OK)["secretKey"]);
        Assert.Equal(first.Body!.ToJsonString(), again.Body!.ToJsonString());
        var records = await App.Store.List(
            new("acme:conversation", "idempotency/record", 10), CancellationToken.None);
        Assert.Equal(2, records.Value!.Count);
        Assert.All(records.Value, record => Assert.DoesNotContain(
            "s3cret", System.Text.Encoding.UTF8.GetString(record.Body.Span), StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_update_is_made_once()
    {
        var id = await Alice.New();
        var first = (await Alice.Patch(id, """{"displayName": "Evening"}""", _key)).Is(HttpStatusCode.OK);
        await Alice.Patch(id, """{"displayName": "Night"}""");

        var again = (await Alice.Patch(id, """{"displayName": "Evening"}""", _key)).Is(HttpStatusCode.OK);

        Assert.Equal(first.Body!.ToJsonString(), again.Body!.ToJsonString());
        Assert.Equal("Night", (await Alice.Get(id))["displayName"]);
        Assert.Equal(["UPDATED", "UPDATED"], await EventReading.Types(App, Alice, id));
    }

    [Fact]
    public async Task A_delete_is_made_once_and_does_not_meet_a_later_session()
    {
        var id = await Alice.New("again");
        (await Alice.Delete(id, _key)).Is(HttpStatusCode.OK);
        (await Alice.Delete(id, _key)).Is(HttpStatusCode.OK);
        (await Alice.Delete(id)).IsError(5, "SESSION_NOT_FOUND");
        await Alice.New("again");

        (await Alice.Delete(id, _key)).Is(HttpStatusCode.OK);

        Assert.Equal("ACTIVE", (await Alice.Get(id)).Is(HttpStatusCode.OK)["state"]);
        Assert.Empty(await EventReading.Types(App, Alice, id));
    }

    [Fact]
    public async Task Deletes_of_one_key_at_once_all_succeed()
    {
        var id = await Alice.New();

        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Alice.Delete(id, _key)));

        Assert.All(replies, reply => reply.Is(HttpStatusCode.OK));
    }

    [Theory]
    [InlineData("delete")]
    [InlineData("expiry")]
    [InlineData("nothing")]
    public async Task A_publish_gives_its_first_answer_as_long_as_the_session_is_there(string since)
    {
        var id = await Alice.New(null, ("sessionType", 3), ("options", new JsonObject { ["ttl"] = "60s" }));
        await Alice.Publish(id, "alice", "0");
        const string message = """{"name": "alice", "message": {"text": "hi"}}""";
        var first = (await Alice.Post($"{id}/messages", message, _key)).Is(HttpStatusCode.OK);
        await (since switch
        {
            "delete" => Alice.Delete(id),
            "expiry" => Expire(id),
            _ => Alice.Publish(id, "alice", "2"),
        });

        var again = await Alice.Post($"{id}/messages", message, _key);

        if (since is "delete")
        {
            again.IsError(5, "SESSION_NOT_FOUND");
            return;
        }

        Assert.Equal(first.Body!.ToJsonString(), again.Is(HttpStatusCode.OK).Body!.ToJsonString());
        var messages = (await EventReading.Types(App, Alice, id)).Count(type => type == "MESSAGE");
        Assert.Equal(since is "nothing" ? 3 : 2, messages);
    }

    [Fact]
    public async Task Who_joins_and_leaves_is_not_brought_back_by_a_late_repeat()
    {
        var id = await Alice.New();
        (await Alice.Post($"{id}/join", """{"name": "bob"}""", _key)).Is(HttpStatusCode.OK);
        (await Alice.Leave(id, "bob")).Is(HttpStatusCode.OK);

        (await Alice.Post($"{id}/join", """{"name": "bob"}""", _key)).Is(HttpStatusCode.OK);

        Assert.Empty((await Alice.Get($"{id}/members")).Body!["members"]!.AsArray());
        Assert.Equal(["JOINED", "LEFT"], await EventReading.Types(App, Alice, id));
    }

    [Fact]
    public async Task Another_signing_secret_makes_no_second_thing_of_a_repeat()
    {
        var first = (await Alice.Post("", ConversationClient.Body(), _key)).Is(HttpStatusCode.OK);
        var id = first["sessionId"]!;
        const string message = """{"name": "alice", "message": 1}""";
        var published = (await Alice.Post($"{id}/messages", message, _key)).Is(HttpStatusCode.OK);
        await using var rotated = await SessionsApp.Start(builder =>
        {
            builder.Configuration["Accounts:0:SigningSecret"] = "another";
            builder.Services.AddSingleton<TimeProvider>(App.Clock).AddSingleton<IDocumentStore>(App.Store);
        });

        var again = (await rotated.Alice().Post("", ConversationClient.Body(), _key)).Is(HttpStatusCode.OK);
        var repeated = await rotated.Alice().Post($"{id}/messages", message, _key);

        Assert.Equal(first.Body!.ToJsonString(), again.Body!.ToJsonString());
        Assert.Equal(published.Body!.ToJsonString(), repeated.Is(HttpStatusCode.OK).Body!.ToJsonString());
    }

    private async Task<ApiReply> Expire(string id)
    {
        App.Clock.Advance(TimeSpan.FromMinutes(2));
        await App.Sweep();
        return await Alice.Get(id);
    }
}
