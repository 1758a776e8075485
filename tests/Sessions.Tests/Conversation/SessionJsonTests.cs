using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sessions.Conversation;
using Sessions.Storage;

namespace Sessions.Tests.Conversation;

/// <summary>Sessions are written and read member by member, and no otherwise than generated code would.</summary>
public sealed class SessionJsonTests : ConversationTest
{
    private static readonly DateTimeOffset _then = new(2026, 11, 27, 9, 5, 7, TimeSpan.Zero);

    private static readonly SessionResource _whole = new(
        "a \"profile\"", "Grüße <b>", 2, ["users/alice", "bob"], [1, 70], "sessions/s1", "two\nlines", "s1",
        ["carol"], """{"ttl":"600s"}""", "key", _then, _then.AddTicks(1),
        Guid.Parse("01a21e2c-973a-408b-b959-19a92c25d33c"), "01a21e2c-1", "ENDED", _then.AddMilliseconds(12),
        _then.AddTicks(30), "deleted");

    [Fact]
    public void Written_with_all_members_and_with_few()
    {
        Same(_whole);
        Same(_whole with
        {
            Owners = [], DefaultChannels = [], AllowedUsers = [], Options = "{}", SecretKey = null, ExpireTime = null,
            EndTime = null, EndReason = null,
        });

        static void Same(SessionResource session) => Assert.Equal(
            Plain(JsonSerializer.Serialize(session, ConversationJson.Default.SessionResource)),
            Plain(JsonSerializer.Serialize(session, ConversationJson.Wire.SessionResource)));

        // The two spell some letters differently.
        static string Plain(string json) => JsonNode.Parse(json)!.ToJsonString();
    }

    [Fact]
    public void Moments_have_as_many_digits_of_a_second_as_proto3_JSON_writes()
    {
        var written = JsonSerializer.Serialize(_whole, ConversationJson.Wire.SessionResource);
        Assert.Contains("\"createTime\":\"2026-11-27T09:05:07Z\"", written, StringComparison.Ordinal);
        Assert.Contains("\"updateTime\":\"2026-11-27T09:05:07.000000100Z\"", written, StringComparison.Ordinal);
        Assert.Contains("\"expireTime\":\"2026-11-27T09:05:07.012Z\"", written, StringComparison.Ordinal);
        Assert.Contains("\"endTime\":\"2026-11-27T09:05:07.000003Z\"", written, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_with_all_that_was_stored_whatever_a_later_program_has_added()
    {
        var id = (string)(await Alice.Post("", ConversationClient.Body(
            ("description", "d"), ("allowedUsers", new JsonArray("bob")), ("defaultChannels", new JsonArray(1, 2)),
            ("options", new JsonObject { ["colour"] = "red" }), ("secretKey", "s"))))["sessionId"]!;
        var before = (await Alice.Get(id)).Is(HttpStatusCode.OK).Body!;
        var stored = (await App.Store.Read("acme:conversation", id, default)).Value!;
        var body = JsonNode.Parse(stored.Body.Span)!;
        body["fields"]!["later"] = new JsonArray(1, new JsonObject());
        body["later"] = new JsonObject { ["of"] = "something" };
        var later = stored with { Body = Encoding.UTF8.GetBytes(body.ToJsonString()) };
        await App.Store.Commit("acme:conversation", [new Write.Replace(later)], default);

        Assert.Equal(before.ToJsonString(), (await Alice.Get(id)).Body!.ToJsonString());
    }
}
