using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Sessions.Tests.Support;

namespace Sessions.Tests.Conversation;

/// <summary>
/// AIP-193, and whatever bytes a caller may send: always google.rpc.Status, never a 5xx, nothing written.
/// </summary>
public sealed class AipErrorTests : ConversationTest
{
    [Theory]
    [InlineData("profile", "5")]
    [InlineData("profile", "\"\"")]
    [InlineData("displayName", "[\"x\"]")]
    [InlineData("displayName", "\"\\ud800\"")]
    [InlineData("sessionType", "4")]
    [InlineData("sessionType", "0")]
    [InlineData("sessionType", "-1")]
    [InlineData("sessionType", "1.5")]
    [InlineData("sessionType", "\"SECRET\"")]
    [InlineData("sessionType", "99999999999")]
    [InlineData("sessionType", "true")]
    [InlineData("owners", "\"alice\"")]
    [InlineData("owners", "[]")]
    [InlineData("owners", "[\"\"]")]
    [InlineData("owners", "[1]")]
    [InlineData("owners", "[null]")]
    [InlineData("defaultChannels", "[0]")]
    [InlineData("defaultChannels", "[\"x\"]")]
    [InlineData("defaultChannels", "1")]
    [InlineData("allowedUsers", "{}")]
    [InlineData("options", "[]")]
    [InlineData("options", "\"x\"")]
    [InlineData("options", "{\"a\": 1, \"a\": 2}")]
    [InlineData("options", "{\"\\ud800\": 1}")]
    [InlineData("secretKey", "7")]
    public async Task Aip193_a_bad_value_names_its_field(string field, string value)
    {
        var body = ConversationClient.Body((field, null));

        (await Alice.Post("", $"{body[..^1]}, \"{field}\": {value}}}")).IsError(3, "INVALID_FIELD", field);

        await NothingWasCreated();
    }

    [Theory]
    [InlineData("600")]
    [InlineData("0s")]
    [InlineData("-5s")]
    [InlineData("0.000s")]
    [InlineData("1.s")]
    [InlineData(".5s")]
    [InlineData("1.0000000001s")]
    [InlineData("+1s")]
    [InlineData("1e3s")]
    [InlineData("99999999999s")]
    [InlineData("2147483647.1s")]
    [InlineData("٣s")]
    public async Task Aip193_a_ttl_that_is_no_duration(string ttl) =>
        (await Alice.Post("", ConversationClient.Body(("options", new JsonObject { ["ttl"] = ttl }))))
            .IsError(3, "INVALID_FIELD", "options.ttl");

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"x\"")]
    [InlineData("{")]
    [InlineData("{} {}")]
    [InlineData("{\"profile\": }")]
    [InlineData("{\"a\": 1,}")]
    [InlineData("{\"\\ud800\": 1}")]
    [InlineData("profile=x")]
    public async Task Aip193_a_body_that_is_no_json_object(string body)
    {
        (await Alice.Post("", body)).IsError(3, "INVALID_BODY");

        await NothingWasCreated();
    }

    [Fact]
    public async Task Aip193_bytes_that_are_no_utf8_and_json_that_is_too_deep_or_too_large()
    {
        await Refused([.. "{\"profile\": \""u8, 0xC3, 0x28, .. "\"}"u8], "INVALID_BODY");
        var deep = new string('[', 100) + new string(']', 100);
        await Refused(Encoding.UTF8.GetBytes($"{{\"x\": {deep}}}"), "INVALID_BODY");
        await Refused(Encoding.UTF8.GetBytes($"{{\"x\": \"{new string('x', 90_000)}\"}}"), "BODY_TOO_LARGE");

        await NothingWasCreated();
    }

    [Fact]
    public async Task Aip193_a_member_in_both_spellings_is_refused() =>
        (await Alice.Post("", $"{ConversationClient.Body()[..^1]}, \"display_name\": \"x\"}}"))
            .IsError(3, "INVALID_FIELD", "displayName");

    [Fact]
    public async Task Aip193_all_that_is_wrong_is_told_at_once()
    {
        var body = """{"displayName": 5, "sessionType": 9, "owners": [], "options": {"ttl": "soon"}}""";

        var reply = (await Alice.Post("?sessionId=A&requestId=x", body)).IsError(3, "INVALID_FIELD", "sessionId");

        Assert.Equal(
            [
                ("sessionId", "UNSUITABLE"), ("requestId", "UNSUITABLE"), ("displayName", "WRONG_TYPE"),
                ("profile", "REQUIRED"), ("owners", "REQUIRED"), ("defaultChannels", "REQUIRED"),
                ("sessionType", "UNSUITABLE"), ("options.ttl", "UNSUITABLE"),
            ],
            reply.Violations());
        var id = await Alice.New();
        Assert.Equal(
            [("displayName", "TOO_LONG"), ("profile", "REQUIRED")],
            (await Alice.Patch($"{id}?updateMask=profile,displayName", $$"""{"displayName": "{{new('x', 257)}}"}"""))
                .IsError(3, "INVALID_FIELD").Violations());
        Assert.Equal(
            [("session", "UNSUITABLE"), ("message", "REQUIRED"), ("channel", "WRONG_TYPE")],
            (await Alice.Post($"{id}/messages", """{"name": "alice", "session": "other", "channel": "x"}"""))
                .IsError(3, "INVALID_FIELD").Violations());
    }

    [Fact]
    public async Task Aip193_what_may_be_tried_again_says_when()
    {
        App.Store.Down = true;

        var reply = await Alice.Post("", ConversationClient.Body());

        Assert.Equal((14, "UNAVAILABLE"), ((int)reply.Body!["code"]!, reply["status"]));
        var details = reply.Body["details"]!.AsArray();
        Assert.Equal("STORE_UNAVAILABLE", (string)details[0]!["reason"]!);
        Assert.Equal("type.googleapis.com/google.rpc.RetryInfo", (string)details[1]!["@type"]!);
        Assert.Equal("1s", (string)details[1]!["retryDelay"]!);
    }

    [Theory]
    [InlineData("displayName", 257)]
    [InlineData("description", 4097)]
    [InlineData("secretKey", 257)]
    public async Task Aip193_a_text_that_is_too_long(string field, int length) =>
        (await Alice.Post("", ConversationClient.Body((field, new string('ü', length)))))
            .IsError(3, "INVALID_FIELD", field);

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer wrong")]
    [InlineData("Bearer ")]
    [InlineData("Basic YWxpY2U6eA==")]
    [InlineData("acme-token")]
    public async Task Aip193_without_a_valid_token_everything_is_UNAUTHENTICATED(string? header)
    {
        var id = await Alice.New();
        var nobody = new ConversationClient(App.Anonymous());
        (string, string)[] headers = header is null ? [] : [("Authorization", header)];
        (HttpMethod, string)[] all =
        [
            (HttpMethod.Post, ""), (HttpMethod.Get, ""), (HttpMethod.Get, id), (HttpMethod.Patch, id),
            (HttpMethod.Delete, id), (HttpMethod.Post, $"{id}/join"), (HttpMethod.Post, $"{id}/leave"),
            (HttpMethod.Get, $"{id}/members"), (HttpMethod.Post, $"{id}/messages"), (HttpMethod.Get, $"{id}/events"),
        ];

        foreach (var (method, path) in all)
        {
            var reply = (await nobody.Send(method, path, null, headers)).IsError(
                16, header is null ? "CREDENTIALS_REQUIRED" : "CREDENTIALS_INVALID");
            Assert.Equal("Bearer", reply.Headers["WWW-Authenticate"]);
        }
    }

    [Fact]
    public async Task Aip193_unknown_paths_and_methods()
    {
        (await Alice.Get("/v1/conversation/nothing")).IsError(5, "PATH_NOT_FOUND");
        (await Alice.Send(HttpMethod.Put, "one", "{}")).IsError(12, "METHOD_NOT_ALLOWED");
    }

    [Fact]
    public async Task Aip193_a_query_parameter_that_is_there_twice() =>
        (await Alice.Get("?pageSize=1&page_size=2")).IsError(3, "INVALID_FIELD", "pageSize");

    private async Task Refused(byte[] body, string reason)
    {
        using var content = new ByteArrayContent(body);
        (await new ApiClient(Alice.Http).Send(HttpMethod.Post, ConversationClient.Collection, content))
            .IsError(3, reason);
    }

    private async Task NothingWasCreated() =>
        Assert.Empty((await Alice.Get("")).Is(HttpStatusCode.OK).Body!["sessions"]!.AsArray());
}
