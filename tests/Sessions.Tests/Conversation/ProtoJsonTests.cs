using System.Net;

namespace Sessions.Tests.Conversation;

/// <summary>Proto3 JSON: what is read, and what is written.</summary>
public sealed class ProtoJsonTests : ConversationTest
{
    [Theory]
    [InlineData("2")]
    [InlineData("\"2\"")]
    [InlineData("2.0")]
    [InlineData("\"PRIVATE\"")]
    [InlineData("\"Private\"")]
    [InlineData("\"SESSION_TYPE_PRIVATE\"")]
    public async Task Enums_are_read_as_number_or_name_and_written_as_number(string type)
    {
        var others = ConversationClient.Body(("sessionType", null));

        var created = await Alice.Post("", $"{others[..^1]}, \"sessionType\": {type}}}");

        Assert.Equal("2", created.Is(HttpStatusCode.OK).Body!["sessionType"]!.ToJsonString());
    }

    [Fact]
    public async Task Both_spellings_numbers_as_text_nulls_and_unknown_members_are_read()
    {
        const string body = """
            {"profile": "p", "display_name": "D", "session_type": 1, "owners": ["alice"], "default_channels": ["1", 2],
             "allowed_users": null, "description": null, "unknown": {"any": "thing"}}
            """;

        var created = (await Alice.Post("", body)).Is(HttpStatusCode.OK);

        Assert.Equal("D", created["displayName"]);
        Assert.Equal("[1,2]", created.Body!["defaultChannels"]!.ToJsonString());
        Assert.Equal("[]", created.Body["allowedUsers"]!.ToJsonString());
        Assert.Null(created.Body["unknown"]);
    }

    [Fact]
    public async Task Options_are_kept_as_they_were_written()
    {
        const string options = """{"pi": 3.1400, "big": 1234567890123456789012, "Ünï_code": "\u00e9", "n": null}""";

        var created = await Alice.Post("", $"{ConversationClient.Body()[..^1]}, \"options\": {options}}}");

        Assert.Contains(options, await Alice.Http.GetStringAsync(
            $"{ConversationClient.Collection}/{created.Is(HttpStatusCode.OK)["sessionId"]}"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "2026-03-14T09:26:53Z")]
    [InlineData(1_200_000, "2026-03-14T09:26:53.120Z")]
    [InlineData(1_234_560, "2026-03-14T09:26:53.123456Z")]
    [InlineData(1_234_567, "2026-03-14T09:26:53.123456700Z")]
    public async Task Timestamps_have_0_3_6_or_9_digits(long ticks, string expected)
    {
        App.Clock.Now = new DateTimeOffset(2026, 3, 14, 9, 26, 53, TimeSpan.Zero).AddTicks(ticks);

        Assert.Equal(expected, (await Alice.Post("", ConversationClient.Body()))["createTime"]);
    }
}
