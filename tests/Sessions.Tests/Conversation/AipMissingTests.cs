using System.Net;
using System.Text.Json.Nodes;

namespace Sessions.Tests.Conversation;

/// <summary>AIP-134, 135: updates that create and deletes that find nothing, by allowMissing.</summary>
public sealed class AipMissingTests : ConversationTest
{
    private const string Id = "0b54ad17-3a1d-4b1c-9d6e-7f2f9a0c1e11";

    [Fact]
    public async Task An_update_creates_what_is_not_there_of_all_that_is_sent()
    {
        var body = ConversationClient.Body(("description", "Daily"), ("secretKey", "s3cret"));

        var created = (await Alice.Patch("mine?allowMissing=true&updateMask=displayName", body)).Is(HttpStatusCode.OK);

        Assert.Equal("sessions/mine", created["name"]);
        Assert.Equal("Daily", created["description"]);
        Assert.Equal("s3cret", created["secretKey"]);
        Assert.Equal(created.Body!.ToJsonString(), (await Alice.Get("mine")).Body!.ToJsonString());
        Assert.Empty(await EventReading.Types(App, Alice, "mine"));
    }

    [Fact]
    public async Task An_update_changes_what_is_there()
    {
        await Alice.New("mine", ("description", "kept"));

        var updated = await Alice.Patch("mine?allow_missing=true", """{"displayName": "Evening"}""");

        Assert.Equal("Evening", updated.Is(HttpStatusCode.OK)["displayName"]);
        Assert.Equal("kept", updated["description"]);
        Assert.Equal(["UPDATED"], await EventReading.Types(App, Alice, "mine"));
    }

    [Fact]
    public async Task An_update_creates_nothing_that_a_create_would_not()
    {
        await Alice.New("hidden", ("sessionType", 2));
        await Alice.New("open");

        (await Alice.Patch("mine?allowMissing=true", """{"displayName": "x"}"""))
            .IsError(3, "INVALID_FIELD", "profile");
        (await Alice.Patch("Not_an_id?allowMissing=true", ConversationClient.Body()))
            .IsError(3, "INVALID_FIELD", "sessionId");
        (await Bob.Patch("hidden?allowMissing=true", ConversationClient.Body())).IsError(6, "SESSION_EXISTS");
        (await Bob.Patch("open?allowMissing=true", ConversationClient.Body())).IsError(7, "OWNER_REQUIRED");
        (await Alice.Patch("mine", ConversationClient.Body())).IsError(5, "SESSION_NOT_FOUND");
        (await Alice.Patch("mine?allowMissing=false", ConversationClient.Body())).IsError(5, "SESSION_NOT_FOUND");
        (await Alice.Patch("mine?allowMissing=si", ConversationClient.Body()))
            .IsError(3, "INVALID_FIELD", "allowMissing");
        (await Alice.Get("mine")).IsError(5, "SESSION_NOT_FOUND");
    }

    [Fact]
    public async Task Who_has_seen_a_version_does_not_create_another_session()
    {
        var body = ConversationClient.Body();
        (await Alice.Patch("mine?allowMissing=true", body, ("If-Match", "\"x\""))).IsError(10, "ETAG_MISMATCH");
        (await Alice.Patch("mine?allowMissing=true", body, ("If-Match", "*"))).IsError(10, "ETAG_MISMATCH");
        (await Alice.Patch("mine?allowMissing=true", ConversationClient.Body(("etag", "x"))))
            .IsError(10, "ETAG_MISMATCH");
    }

    [Fact]
    public async Task Updates_that_create_at_once_make_one_session()
    {
        var replies = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Alice.Patch(
            $"mine?allowMissing=true&updateMask=options.k{i}",
            ConversationClient.Body(("options", new JsonObject { [$"k{i}"] = i })))));

        Assert.All(replies, reply => reply.Is(HttpStatusCode.OK));
        Assert.Single(replies.Select(reply => reply["uid"]).Distinct());
        Assert.Equal(16, (await Alice.Get("mine")).Body!["options"]!.AsObject().Count);
    }

    [Fact]
    public async Task An_update_that_creates_can_be_tried()
    {
        (await Alice.Patch("mine?allowMissing=true&validateOnly=true", ConversationClient.Body()))
            .Is(HttpStatusCode.OK);

        (await Alice.Get("mine")).IsError(5, "SESSION_NOT_FOUND");
    }

    [Fact]
    public async Task A_delete_of_nothing_is_no_error()
    {
        await Alice.New("hidden", ("sessionType", 2));
        await Alice.New("open");

        var nothing = (await Alice.Delete("none?allowMissing=true")).Is(HttpStatusCode.OK);

        Assert.Equal("{}", nothing.Body!.ToJsonString());
        (await Alice.Delete("No_Id?allowMissing=true")).Is(HttpStatusCode.OK);
        (await Bob.Delete("hidden?allowMissing=true")).Is(HttpStatusCode.OK);
        (await Bob.Delete("open?allowMissing=true")).IsError(7, "OWNER_REQUIRED");
        (await Alice.Delete("hidden?allowMissing=true&etag=x")).IsError(10, "ETAG_MISMATCH");
        (await Alice.Get("hidden")).Is(HttpStatusCode.OK);
        (await Alice.Delete("hidden?allowMissing=true")).Is(HttpStatusCode.OK);
        (await Alice.Get("hidden")).IsError(5, "SESSION_NOT_FOUND");
    }

    [Fact]
    public async Task Aip155_an_update_under_a_request_id_is_made_once()
    {
        var id = await Alice.New();
        var path = $"{id}?requestId={Id}";
        var first = (await Alice.Patch(path, """{"displayName": "Evening"}""")).Is(HttpStatusCode.OK);
        await Alice.Patch(id, """{"displayName": "Night"}""");

        var again = (await Alice.Patch(path, """{"displayName": "Evening"}""")).Is(HttpStatusCode.OK);

        Assert.Equal(first.Body!.ToJsonString(), again.Body!.ToJsonString());
        Assert.Equal("Night", (await Alice.Get(id))["displayName"]);
        (await Alice.Patch(path, """{"displayName": "Noon"}""")).IsError(6, "REQUEST_ID_REUSED");
        (await Alice.Patch($"{id}?requestId=x", "{}")).IsError(3, "INVALID_FIELD", "requestId");
        (await Alice.Patch(path, "{}", ("Idempotency-Key", "other"))).IsError(3, "IDEMPOTENCY_KEYS_DIFFER");
    }

    [Fact]
    public async Task Aip155_an_update_that_created_gives_its_first_answer()
    {
        var path = $"mine?allowMissing=true&requestId={Id}";
        var body = ConversationClient.Body(("secretKey", "s3cret"));
        var first = (await Alice.Patch(path, body)).Is(HttpStatusCode.OK);
        await Alice.Patch("mine", """{"displayName": "Night"}""");

        Assert.Equal(first.Body!.ToJsonString(), (await Alice.Patch(path, body)).Body!.ToJsonString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("&allowMissing=true")]
    public async Task Aip155_a_delete_under_a_request_id_does_not_meet_a_later_session(string more)
    {
        if (more is "")
        {
            await Alice.New("again");
        }

        (await Alice.Delete($"again?request_id={Id}{more}")).Is(HttpStatusCode.OK);
        await Alice.New("again");

        (await Alice.Delete($"again?request_id={Id}{more}")).Is(HttpStatusCode.OK);

        (await Alice.Get("again")).Is(HttpStatusCode.OK);
    }
}
