using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Sessions.Conversation;
using Sessions.Storage;

namespace Sessions.Tests.Conversation;

/// <summary>Records are written to the byte as they are here, and sessions read whatever is stored beside.</summary>
public sealed class SessionJsonTests : ConversationTest
{
    // What JSON must escape, and what it may.
    private const string Odd = "Grüße \"<b>\" & 'c' +\n/\\";

    private const string OddJson = """
        "Grüße \"<b>\" & 'c' +\n/\\"
        """;

    private const string WholeJson = $$"""
        {"profile":{{OddJson}},"displayName":"d","sessionType":2,"owners":["users/alice",{{OddJson}}],
        "defaultChannels":[1,70],"name":"sessions/s1","description":"two","sessionId":"s1","allowedUsers":["carol"],
        "options":{"pi": 3.1400, "é":"\u00e9"},"secretKey":"key","createTime":"2026-11-27T09:05:07Z",
        "updateTime":"2026-11-27T09:05:07.000000100Z","uid":"01a21e2c-973a-408b-b959-19a92c25d33c",
        "etag":"01a21e2c-1","state":"ENDED","expireTime":"2026-11-27T09:05:07.012Z",
        "endTime":"2026-11-27T09:05:07.000003Z","endReason":"deleted"}
        """;

    private const string FewJson = $$"""
        {"profile":{{OddJson}},"displayName":"d","sessionType":2,"owners":[],"defaultChannels":[],
        "name":"sessions/s1","description":"two","sessionId":"s1","allowedUsers":[],"options":{},
        "createTime":"2026-11-27T09:05:07Z","updateTime":"2026-11-27T09:05:07.000000100Z",
        "uid":"01a21e2c-973a-408b-b959-19a92c25d33c","etag":"01a21e2c-1","state":"ENDED"}
        """;

    private const string MemberJson = $$"""
        {"name":{{OddJson}},"joinTime":"2026-11-27T09:05:07.000000100Z","present":true,
        "presentUntil":"2026-11-27T09:05:07Z","readSequence":7,"readTime":"2026-11-27T09:05:07.001Z"}
        """;

    private const string ItemJson = $$"""
        {"event":{"sequence":3,"type":"UPDATED","name":"n","createTime":"2026-11-27T09:05:07.000000100Z",
        "user":{{OddJson}},"channel":4,"session":{"a": 1},"reason":{{OddJson}},"readSequence":2},
        "message":"<ü> \u00fc","session":{{OddJson}},"sessions":["s",{{OddJson}}],"hasMore":true,"cursor":"c"}
        """;

    private static readonly DateTimeOffset _then = new(2026, 11, 27, 9, 5, 7, TimeSpan.Zero);

    private static readonly DateTimeOffset _inTheEast = _then.ToOffset(TimeSpan.FromHours(1)).AddTicks(1);

    private static readonly SessionResource _whole = new(
        Odd, "d", 2, ["users/alice", Odd], [1, 70], "sessions/s1", "two", "s1", ["carol"],
        new("""{"pi": 3.1400, "é":"\u00e9"}"""), "key", _then, _inTheEast,
        Guid.Parse("01a21e2c-973a-408b-b959-19a92c25d33c"), "01a21e2c-1", "ENDED", _then.AddMilliseconds(12),
        _then.AddTicks(30), "deleted");

    private static readonly SessionResource _few = _whole with
    {
        Owners = [], DefaultChannels = [], AllowedUsers = [], Options = new("{}"), SecretKey = null, ExpireTime = null,
        EndTime = null, EndReason = null,
    };

    private static readonly MemberResource _member = new(Odd, _inTheEast, true)
    {
        PresentUntil = _then, ReadSequence = 7, ReadTime = _then.AddMilliseconds(1),
    };

    private static readonly StreamItem _item = new(
        new(3, "UPDATED")
        {
            Name = "n", CreateTime = _inTheEast, User = Odd, Channel = 4, Session = new("""{"a": 1}"""), Reason = Odd,
            ReadSequence = 2,
        },
        new("""
            "<ü> \u00fc"
            """))
    {
        Session = Odd, Sessions = ["s", Odd], HasMore = true, Cursor = "c",
    };

    [Fact]
    public async Task Sessions_are_written_with_all_members_and_with_few()
    {
        var json = ConversationJson.Default;
        await IsWritten(WholeJson, _whole, json.SessionResource);
        await IsWritten(FewJson, _few, json.SessionResource);
        await IsWritten($$"""{"session":{{FewJson}}}""", new(_few), json.SessionEnvelope);
        await IsWritten(
            $$"""{"sessions":[{{WholeJson}},{{FewJson}}],"nextPageToken":{{OddJson}},"totalSize":3}""",
            new([_whole, _few], Odd, 3),
            json.SessionPage);
        await IsWritten("""{"sessions":[],"nextPageToken":""}""", new([], "", null), json.SessionPage);
    }

    [Fact]
    public async Task Members_are_written_with_all_members_and_with_few()
    {
        var json = ConversationJson.Default;
        await IsWritten($$"""{"member":{{MemberJson}}}""", new(_member), json.MemberEnvelope);
        const string absent = """{"name":"b","joinTime":"2026-11-27T09:05:07Z","present":false}""";
        await IsWritten(
            $$"""{"members":[{{MemberJson}},{{absent}}],"nextPageToken":"","totalSize":2}""",
            new([_member, new("b", _then, false)], "") { TotalSize = 2 },
            json.MemberPage);
    }

    [Fact]
    public async Task What_happens_is_written_with_all_members_and_with_few()
    {
        var json = ConversationJson.Default;
        const string left = """{"event":{"sequence":4,"type":"LEFT"}}""";
        await IsWritten(
            $$"""{"messages":[{{ItemJson}},{{left}}],"nextPageToken":{{OddJson}}}""",
            new([_item, new(new(4, "LEFT"))], Odd),
            json.MessagePage);
        await IsWritten(
            """
            {"acknowledgment":{"name":"n","sequence":1,"channel":0,"publishTime":"2026-11-27T09:05:07Z"},
            "message":[1.0, "é"]}
            """,
            new(new("n", 1, 0, _then), new("""[1.0, "é"]""")),
            json.PublishedMessage);
        await IsWritten(
            $$"""{"token":{{OddJson}},"expireTime":"2026-11-27T09:05:07Z"}""", new(Odd, _then), json.StreamTicket);
    }

    [Fact]
    public void Streams_write_the_same() =>
        Assert.Equal(ItemJson.ReplaceLineEndings(""), Encoding.UTF8.GetString(_item.ToJson()));

    [Fact]
    public async Task An_update_tells_of_the_session_as_it_is_written()
    {
        var id = await Alice.New();
        (await Alice.Patch(id, """{"displayName": "Grüße <b>"}""")).Is(HttpStatusCode.OK);

        using var events = await EventReading.Open(Alice.Http, id);

        Assert.Contains(
            "\"session\":{\"profile\":\"default\",\"displayName\":\"Grüße <b>\",\"sessionType\":1,",
            await events.Line(),
            StringComparison.Ordinal);
    }

    [Fact]
    public Task Errors_are_written_with_all_members_and_with_few() => IsWritten(
        $$"""
        {"code":3,"message":{{OddJson}},"status":"S","details":[{"@type":"t","reason":"r","domain":"d",
        "metadata":{{{OddJson}}:{{OddJson}}},"fieldViolations":[{"field":{{OddJson}},"description":"d","reason":"R"}],
        "retryDelay":"1s"},{"@type":"u"}]}
        """,
        new(
            3,
            Odd,
            "S",
            [
                new("t")
                {
                    Reason = "r", Domain = "d", Metadata = new Dictionary<string, string> { [Odd] = Odd },
                    FieldViolations = [new(Odd, "d", "R")], RetryDelay = "1s",
                },
                new("u"),
            ]),
        ConversationJson.Default.StatusResource);

    [Fact]
    public async Task Read_with_what_a_member_is_by_itself_where_none_is_stored()
    {
        var id = await Alice.New();
        var before = (await Alice.Get(id)).Is(HttpStatusCode.OK).Body!;
        await Rewrite(id, body =>
        {
            foreach (var name in (string[])["description", "allowedUsers", "options", "secretKey"])
            {
                Assert.True(body["fields"]!.AsObject().Remove(name));
            }
        });

        Assert.Equal(before.ToJsonString(), (await Alice.Get(id)).Body!.ToJsonString());
    }

    [Fact]
    public async Task Read_with_all_that_was_stored_whatever_a_later_program_has_added()
    {
        var id = (string)(await Alice.Post("", ConversationClient.Body(
            ("description", "d"), ("allowedUsers", new JsonArray("bob")), ("defaultChannels", new JsonArray(1, 2)),
            ("options", new JsonObject { ["colour"] = "red" }), ("secretKey", "s"))))["sessionId"]!;
        var before = (await Alice.Get(id)).Is(HttpStatusCode.OK).Body!;
        await Rewrite(id, body =>
        {
            body["fields"]!["later"] = new JsonArray(1, new JsonObject());
            body["later"] = new JsonObject { ["of"] = "something" };
        });

        Assert.Equal(before.ToJsonString(), (await Alice.Get(id)).Body!.ToJsonString());
    }

    private async Task Rewrite(string id, Action<JsonNode> change)
    {
        var stored = (await App.Store.Read("acme:conversation", id, default)).Value!;
        var body = JsonNode.Parse(stored.Body.Span)!;
        change(body);
        var changed = stored with { Body = Encoding.UTF8.GetBytes(body.ToJsonString()) };
        await App.Store.Commit("acme:conversation", [new Write.Replace(changed)], default);
    }

    private static async Task IsWritten<T>(string expected, T value, JsonTypeInfo<T> type)
    {
        Assert.True(type.Options.Converters is [], "With a converter it is not written by generated code.");
        using var body = new MemoryStream();
        var context = new DefaultHttpContext { Response = { Body = body } };
        await ConversationSurface.Reply(value, type).ExecuteAsync(context);
        await context.Response.BodyWriter.FlushAsync();
        Assert.Equal(expected.ReplaceLineEndings(""), Encoding.UTF8.GetString(body.ToArray()));
    }
}
