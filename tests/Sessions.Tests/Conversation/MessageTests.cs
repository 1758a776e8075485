using System.Net;
using System.Text.Json.Nodes;
using Sessions.Tests.Support;

namespace Sessions.Tests.Conversation;

/// <summary>Publishing.</summary>
public sealed class MessageTests : ConversationTest
{
    [Fact]
    public async Task A_message_is_acknowledged_with_its_place_and_given_back()
    {
        var id = await Alice.New();
        await Alice.Join(id, "bob");

        var reply = (await Alice.Publish(id, "bob", """{"text": "hi"}""")).Is(HttpStatusCode.OK).Body!;

        Assert.Equal("""{"text":"hi"}""", reply["message"]!.ToJsonString());
        var expected = new JsonObject
        {
            ["name"] = $"sessions/{id}/events/2",
            ["sequence"] = 2,
            ["channel"] = 1,
            ["publishTime"] = "2026-03-14T09:26:53.589793200Z",
        };
        Assert.Equal(expected.ToJsonString(), reply["acknowledgment"]!.ToJsonString());
    }

    [Fact]
    public async Task A_clock_that_is_put_back_makes_no_publish_time_run_backwards()
    {
        var id = await Alice.New();
        await Publish(id);
        App.Clock.Advance(TimeSpan.FromMinutes(1));
        var last = await Publish(id);

        App.Clock.Now -= TimeSpan.FromMinutes(5);
        var after = await Publish(id);

        Assert.Equal(last, after);
        using var reading = await EventReading.Open(Alice.Http, id, "?after=2");
        Assert.Equal(after, (string)(await reading.Next())!["event"]!["createTime"]!);
        App.Clock.Now += TimeSpan.FromMinutes(6);
        Assert.True(string.CompareOrdinal(await Publish(id), after) > 0);
    }

    private async Task<string> Publish(string session) =>
        (await Alice.Publish(session, "alice", "1")).Is(HttpStatusCode.OK)
            .Body!["acknowledgment"]!["publishTime"]!.ToString();

    [Theory]
    [InlineData("""{"text":  "a\u00e9\/b", "n": 1.000, "big": 123456789012345678901234567890}""")]
    [InlineData("\"just text — ünïcode 😀\"")]
    [InlineData("[]")]
    [InlineData("false")]
    [InlineData("-0.0e-5")]
    [InlineData("""{"a": 1, "a": 2}""")]
    public async Task A_message_is_any_json_and_comes_byte_for_byte(string message)
    {
        var id = await Alice.New();
        (await Alice.Publish(id, "alice", message)).Is(HttpStatusCode.OK);

        using var reading = await EventReading.Open(Alice.Http, id);

        Assert.EndsWith($",\"message\":{message}}}", await reading.Line(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Line_breaks_between_tokens_become_spaces()
    {
        var id = await Alice.New();
        await Alice.Publish(id, "alice", "{\r\n  \"a\": \"x\\n\"\n}");

        using var reading = await EventReading.Open(Alice.Http, id);

        Assert.EndsWith("\"message\":{    \"a\": \"x\\n\" }}", await reading.Line(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_has_at_most_64_kilobytes()
    {
        var id = await Alice.New();

        (await Alice.Publish(id, "alice", $"\"{new string('x', 65_534)}\"")).Is(HttpStatusCode.OK);
        (await Alice.Publish(id, "alice", $"\"{new string('x', 65_535)}\"")).IsError(3, "INVALID_FIELD", "message");
        (await Alice.Publish(id, "alice", $"\"{new string('é', 32_768)}\"")).IsError(3, "INVALID_FIELD", "message");

        Assert.Equal(["MESSAGE"], await EventReading.Types(App, Alice, id));
    }

    [Theory]
    [InlineData("""{"name": "alice"}""", "message")]
    [InlineData("""{"name": "alice", "message": null}""", "message")]
    [InlineData("""{"name": "alice", "message": "\udc00"}""", "message")]
    [InlineData("""{"message": {}}""", "name")]
    [InlineData("""{"name": "alice", "message": {}, "session": "other"}""", "session")]
    [InlineData("""{"name": "alice", "message": {}, "channel": "x"}""", "channel")]
    public async Task A_bad_request_names_its_field_and_publishes_nothing(string body, string field)
    {
        var id = await Alice.New();

        (await Alice.Post($"{id}/messages", body)).IsError(3, "INVALID_FIELD", field);

        Assert.Empty(await EventReading.Types(App, Alice, id));
    }

    [Theory]
    [InlineData("1", "", 1)]
    [InlineData("1", """, "channel": 2""", 2)]
    [InlineData("1", """, "channel": "2" """, 2)]
    [InlineData("""{"channel": 2}""", "", 2)]
    [InlineData("""{"channel": "two"}""", "", 1)]
    [InlineData("""{"channel": 2}""", """, "channel": 1""", 1)]
    public async Task A_message_goes_to_the_channel_that_it_names_or_the_first(string message, string more, int channel)
    {
        var reply = (await Alice.Publish(await Alice.New(), "alice", message, more)).Is(HttpStatusCode.OK);

        Assert.Equal(channel, (int)reply.Body!["acknowledgment"]!["channel"]!);
    }

    [Fact]
    public async Task Another_channel_is_refused_unless_the_session_allows_any()
    {
        var strict = await Alice.New();
        var loose = await Alice.New(null, ("options", new JsonObject { ["anyChannel"] = true }));

        (await Alice.Publish(strict, "alice", "1", """, "channel": 3""")).IsError(9, "CHANNEL_NOT_ALLOWED");
        (await Alice.Publish(loose, "alice", "1", """, "channel": -3""")).IsError(9, "CHANNEL_NOT_ALLOWED");
        (await Alice.Publish(loose, "alice", "1", """, "channel": 3""")).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Aip155_a_repeated_publish_is_one_message()
    {
        var id = await Alice.New();
        const string repeat = """, "requestId": "0b54ad17-3a1d-4b1c-9d6e-7f2f9a0c1e11" """;
        var first = await Alice.Publish(id, "alice", "1", repeat);
        await Alice.Publish(id, "alice", "2");
        App.Clock.Advance(TimeSpan.FromSeconds(1));

        var again = (await Alice.Publish(id, "alice", "1", repeat)).Is(HttpStatusCode.OK);

        Assert.Equal(first.Body!.ToJsonString(), again.Body!.ToJsonString());
        (await Alice.Publish(id, "alice", "3", repeat)).IsError(6, "REQUEST_ID_REUSED");
        Assert.Equal(["MESSAGE", "MESSAGE"], await EventReading.Types(App, Alice, id));
    }

    [Fact]
    public async Task Aip155_many_repeats_at_once_are_one_message()
    {
        var id = await Alice.New();

        var replies = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => Alice.Post(
            $"{id}/messages", """{"name": "alice", "message": 1}""", ("Idempotency-Key", "once"))));

        Assert.Single(replies.Select(reply => reply.Is(HttpStatusCode.OK).Body!.ToJsonString()).Distinct());
        Assert.Equal(["MESSAGE"], await EventReading.Types(App, Alice, id));
    }

    [Fact]
    public async Task Large_messages_at_once_are_all_stored()
    {
        var id = await Alice.New();
        var large = $"\"{new string('x', 60_000)}\"";

        var replies = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => Alice.Publish(id, "alice", large)));

        Assert.Equal(Enumerable.Range(1, 60), replies.Select(Sequence).Order());
    }

    private static int Sequence(ApiReply reply) =>
        (int)reply.Is(HttpStatusCode.OK).Body!["acknowledgment"]!["sequence"]!;
}
