using System.Net;

namespace Sessions.Tests.Conversation;

/// <summary>AIP-122, 131, 133, 135, 148, 154, 155, 203, 216: names, fields and the plain methods.</summary>
public sealed class AipResourceTests : ConversationTest
{
    [Theory]
    [InlineData("a")]
    [InlineData("morning-standup-2026")]
    [InlineData("a23456789012345678901234567890123456789012345678901234567890123")]
    public async Task Aip122_a_client_may_choose_the_id(string id)
    {
        var created = (await Alice.Post($"?sessionId={id}", ConversationClient.Body())).Is(HttpStatusCode.OK);

        Assert.Equal($"sessions/{id}", created["name"]);
        Assert.Equal(id, created["sessionId"]);
        (await Alice.Get(id)).Is(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("Upper")]
    [InlineData("1st")]
    [InlineData("ends-")]
    [InlineData("-begins")]
    [InlineData("under_score")]
    [InlineData("dot.ted")]
    [InlineData("s%C3%A9ance")]
    [InlineData("a%0A")]
    [InlineData("a234567890123456789012345678901234567890123456789012345678901234")]
    public async Task Aip122_an_id_that_is_no_dns_label_is_refused(string id) =>
        (await Alice.Post($"?sessionId={id}", ConversationClient.Body())).IsError(3, "INVALID_FIELD", "sessionId");

    [Fact]
    public async Task Aip122_an_id_that_the_service_chooses_has_the_same_form()
    {
        var created = await Alice.Post("", ConversationClient.Body());

        Assert.Matches("^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$", created["sessionId"]);
    }

    [Fact]
    public async Task Aip131_get_gives_what_create_gave()
    {
        var created = await Alice.Post("?sessionId=one", ConversationClient.Body(("description", "Daily")));
        var got = (await Alice.Get("one")).Is(HttpStatusCode.OK);

        Assert.Equal(created.Body!.ToJsonString(), got.Body!.ToJsonString());
        Assert.Equal(created.Headers["ETag"], got.Headers["ETag"]);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("No_Such_Id")]
    [InlineData("%20")]
    public async Task Aip131_what_is_not_there_is_NOT_FOUND(string id) =>
        (await Alice.Get(id)).IsError(5, "SESSION_NOT_FOUND");

    [Fact]
    public async Task Aip133_create_ignores_the_name_and_what_is_output_only()
    {
        var body = ConversationClient.Body(
            ("name", "sessions/other"), ("sessionId", "other"), ("uid", "x"), ("etag", "x"), ("state", "ENDED"),
            ("createTime", "2000-01-01T00:00:00Z"), ("updateTime", "2000-01-01T00:00:00Z"));

        var created = (await Alice.Post("?sessionId=mine", body)).Is(HttpStatusCode.OK);

        Assert.Equal("sessions/mine", created["name"]);
        Assert.Equal("ACTIVE", created["state"]);
        Assert.NotEqual("x", created["etag"]);
        Assert.StartsWith("2026-", created["createTime"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Aip133_an_id_that_is_taken_is_ALREADY_EXISTS_and_changes_nothing()
    {
        await Alice.New("taken");

        (await Alice.Post("?sessionId=taken", ConversationClient.Body(("displayName", "Second"))))
            .IsError(6, "SESSION_EXISTS");

        Assert.Equal("Morning", (await Alice.Get("taken"))["displayName"]);
    }

    [Theory]
    [InlineData("profile")]
    [InlineData("displayName")]
    [InlineData("sessionType")]
    [InlineData("owners")]
    [InlineData("defaultChannels")]
    public async Task Aip133_a_required_field_must_be_there(string field) =>
        (await Alice.Post("", ConversationClient.Body((field, null)))).IsError(3, "INVALID_FIELD", field);

    [Fact]
    public async Task Aip135_delete_answers_with_an_empty_message_and_then_it_is_gone()
    {
        var id = await Alice.New();

        var deleted = (await Alice.Delete(id)).Is(HttpStatusCode.OK);

        Assert.Equal("{}", deleted.Body!.ToJsonString());
        (await Alice.Get(id)).IsError(5, "SESSION_NOT_FOUND");
        (await Alice.Delete(id)).IsError(5, "SESSION_NOT_FOUND");
    }

    [Fact]
    public async Task Aip135_an_id_may_be_used_again_after_a_delete_and_begins_empty()
    {
        await Alice.New("again");
        await Alice.Publish("again", "alice", "\"old\"");
        await Alice.Delete("again");

        var second = await Alice.New("again");

        var acknowledged = (await Alice.Publish(second, "alice", "\"new\"")).Is(HttpStatusCode.OK);
        Assert.Equal(1, (int)acknowledged.Body!["acknowledgment"]!["sequence"]!);
    }

    [Fact]
    public async Task Aip148_the_standard_fields()
    {
        var created = await Alice.Post("", ConversationClient.Body(("secretKey", "s")));

        Assert.Equal(
            ["profile", "displayName", "sessionType", "owners", "defaultChannels", "name", "description", "sessionId",
                "allowedUsers", "options", "secretKey", "createTime", "updateTime", "uid", "etag", "state"],
            created.Body!.AsObject().Select(member => member.Key));
        Assert.True(Guid.TryParseExact(created["uid"], "D", out var uid) && uid.Version == 4);
        Assert.Equal(created["createTime"], created["updateTime"]);
    }

    [Fact]
    public async Task Aip154_an_etag_in_header_or_message_must_match_else_ABORTED()
    {
        var id = await Alice.New();
        var etag = (await Alice.Get(id))["etag"]!;
        (await Alice.Patch(id, """{"description": "two"}""", ("If-Match", $"\"{etag}\""))).Is(HttpStatusCode.OK);

        (await Alice.Patch(id, """{"description": "x"}""", ("If-Match", $"\"{etag}\""))).IsError(10, "ETAG_MISMATCH");
        (await Alice.Patch(id, $$"""{"description": "x", "etag": "{{etag}}"}""")).IsError(10, "ETAG_MISMATCH");
        (await Alice.Delete($"{id}?etag={etag}")).IsError(10, "ETAG_MISMATCH");
        (await Alice.Delete(id, ("If-Match", "\"other\""))).IsError(10, "ETAG_MISMATCH");

        Assert.Equal("two", (await Alice.Get(id))["description"]);
        (await Alice.Delete($"{id}?etag={(await Alice.Get(id))["etag"]}")).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Aip154_publishing_does_not_change_the_sessions_etag()
    {
        var id = await Alice.New();
        var before = (await Alice.Get(id))["etag"];
        await Alice.Publish(id, "alice", "1");
        await App.Sweep();

        Assert.Equal(before, (await Alice.Get(id))["etag"]);
    }

    [Theory]
    [InlineData("?requestId=0b54ad17-3a1d-4b1c-9d6e-7f2f9a0c1e11", "")]
    [InlineData("?sessionId=mine&request_id=0b54ad17-3a1d-4b1c-9d6e-7f2f9a0c1e11", "")]
    [InlineData("", "any key")]
    [InlineData("?sessionId=mine", "any key")]
    public async Task Aip155_a_repeated_create_gives_the_first_one(string query, string header)
    {
        (string, string)[] headers = header.Length > 0 ? [("Idempotency-Key", header)] : [];
        var first = (await Alice.Post(query, ConversationClient.Body(), headers)).Is(HttpStatusCode.OK);
        App.Clock.Advance(TimeSpan.FromMinutes(1));

        var second = (await Alice.Post(query, ConversationClient.Body(), headers)).Is(HttpStatusCode.OK);

        Assert.Equal(first.Body!.ToJsonString(), second.Body!.ToJsonString());
        Assert.Single((await Alice.Get("")).Body!["sessions"]!.AsArray());
    }

    [Theory]
    [InlineData("", "Other")]
    [InlineData("&sessionId=elsewhere", "Morning")]
    public async Task Aip155_a_request_id_that_was_used_for_another_request_is_refused(string query, string title)
    {
        const string repeat = "?requestId=0b54ad17-3a1d-4b1c-9d6e-7f2f9a0c1e11";
        await Alice.Post(repeat, ConversationClient.Body());

        (await Alice.Post(repeat + query, ConversationClient.Body(("displayName", title))))
            .IsError(6, "REQUEST_ID_REUSED");
    }

    [Fact]
    public async Task Aip155_another_request_id_does_not_find_a_session_of_the_same_id_and_body()
    {
        await Alice.Post("?sessionId=mine", ConversationClient.Body(), ("Idempotency-Key", "one"));

        (await Alice.Post("?sessionId=mine", ConversationClient.Body(), ("Idempotency-Key", "two")))
            .IsError(6, "SESSION_EXISTS");
    }

    [Fact]
    public async Task Aip155_a_request_id_must_be_a_uuid_and_agree_with_the_header()
    {
        (await Alice.Post("?requestId=seven", ConversationClient.Body())).IsError(3, "INVALID_FIELD", "requestId");
        (await Alice.Post(
            "?requestId=0b54ad17-3a1d-4b1c-9d6e-7f2f9a0c1e11",
            ConversationClient.Body(),
            ("Idempotency-Key", "another"))).IsError(3, "IDEMPOTENCY_KEYS_DIFFER");
    }
}
