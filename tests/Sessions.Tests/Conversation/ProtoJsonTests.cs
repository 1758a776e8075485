using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace Sessions.Tests.Conversation;

/// <summary>Proto3 JSON: what is read, and what is written.</summary>
public sealed class ProtoJsonTests : ConversationTest
{
    [Theory]
    [InlineData("2")]
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

    [Theory]
    [InlineData("sessionType", "\"1\"")]
    [InlineData("sessionType", "\"\"")]
    [InlineData("sessionType", "\" PUBLIC\"")]
    [InlineData("defaultChannels", "[\" 1\"]")]
    [InlineData("defaultChannels", "[\"1 \"]")]
    [InlineData("defaultChannels", "[\"+1\"]")]
    [InlineData("defaultChannels", "[\"01\"]")]
    [InlineData("defaultChannels", "[\"1.\"]")]
    [InlineData("defaultChannels", "[\".1e1\"]")]
    [InlineData("defaultChannels", "[\"1,0\"]")]
    [InlineData("defaultChannels", "[\"0x1\"]")]
    [InlineData("defaultChannels", "[\"\"]")]
    [InlineData("defaultChannels", "[1e-30]")]
    [InlineData("defaultChannels", "[1e400]")]
    [InlineData("createTime", "\"yesterday\"")]
    [InlineData("createTime", "\"2026-03-14\"")]
    [InlineData("updateTime", "\"2026-03-14T09:26:53\"")]
    [InlineData("expireTime", "\"2026-13-14T09:26:53Z\"")]
    [InlineData("endTime", "1700000000")]
    [InlineData("create_time", "\"2026-03-14 09:26:53Z\"")]
    [InlineData("uid", "7")]
    [InlineData("name", "[]")]
    [InlineData("state", "true")]
    public async Task What_is_no_value_of_a_field_is_refused_and_names_it(string field, string value)
    {
        var id = await Alice.New();
        var camel = field is "create_time" ? "createTime" : field;
        var body = $"{ConversationClient.Body((field, null))[..^1]}, \"{field}\": {value}}}";

        (await Alice.Post("", body)).IsError(3, "INVALID_FIELD", camel);
        (await Alice.Patch($"{id}?updateMask={camel}", body)).IsError(3, "INVALID_FIELD", camel);
    }

    [Theory]
    [InlineData("display__name")]
    [InlineData("allowed__users")]
    [InlineData("__typename")]
    [InlineData("unknown__")]
    public async Task A_name_with_a_double_underscore_is_refused(string name)
    {
        var id = await Alice.New();

        (await Alice.Post("", $"{ConversationClient.Body()[..^1]}, \"{name}\": null}}"))
            .IsError(3, "INVALID_FIELD", name);
        (await Alice.Publish(id, "alice", "1", $", \"{name}\": 1")).IsError(3, "INVALID_FIELD", name);
    }

    [Theory]
    [InlineData("_displayName")]
    [InlineData("displayName_")]
    [InlineData("display_Name")]
    [InlineData("DisplayName")]
    public async Task What_is_no_spelling_of_a_name_is_another_name(string name) =>
        Assert.Equal("Morning", (await Alice.Post(
            "", $"{ConversationClient.Body()[..^1]}, \"{name}\": \"x\"}}")).Is(HttpStatusCode.OK)["displayName"]);

    [Theory]
    [InlineData("[1, 2]", "[1.0, \"2\"]")]
    [InlineData("[1, 2]", "[\"1.0\", 0.2e1]")]
    [InlineData("[1, 100]", "[\"1e0\", \"1E+2\"]")]
    public async Task Numbers_are_read_as_json_writes_them(string expected, string sent)
    {
        var body = $"{ConversationClient.Body(("defaultChannels", null))[..^1]}, \"defaultChannels\": {sent}}}";

        var created = (await Alice.Post("", body)).Is(HttpStatusCode.OK);

        Assert.Equal(expected.Replace(" ", ""), created.Body!["defaultChannels"]!.ToJsonString());
    }

    [Theory]
    [InlineData("pageSize", "%201")]
    [InlineData("pageSize", "%2B1")]
    [InlineData("page_size", "01")]
    public async Task Numbers_of_the_query_are_read_so_too(string name, string value) =>
        (await Alice.Get($"?{name}={value}")).IsError(3, "INVALID_FIELD", "pageSize");

    [Theory]
    [InlineData("600s", 600)]
    [InlineData("1.500s", 2)]
    [InlineData("0.000000001s", 1)]
    [InlineData("3.000s", 3)]
    public async Task A_duration_may_have_parts_of_a_second_which_count_as_a_whole_one(string ttl, int seconds)
    {
        var created = (await Alice.Post("", ConversationClient.Body(
            ("sessionType", 3), ("options", new JsonObject { ["ttl"] = ttl })))).Is(HttpStatusCode.OK);

        Assert.Equal(ttl, (string)created.Body!["options"]!["ttl"]!);
        Assert.Equal(
            TimeSpan.FromSeconds(seconds),
            DateTimeOffset.Parse(created["expireTime"]!, CultureInfo.InvariantCulture)
                - DateTimeOffset.Parse(created["createTime"]!, CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task An_empty_member_of_a_list_is_taken_and_is_nobody()
    {
        var created = (await Alice.Post("?sessionId=mine", ConversationClient.Body(
            ("sessionType", 2), ("owners", new JsonArray("", "alice")), ("allowedUsers", new JsonArray("", "users/")))))
            .Is(HttpStatusCode.OK);

        Assert.Equal("""["","alice"]""", created.Body!["owners"]!.ToJsonString());
        (await Bob.Get("mine")).IsError(5, "SESSION_NOT_FOUND");
        (await Alice.Post("", ConversationClient.Body(("owners", new JsonArray("", "users/")))))
            .IsError(3, "INVALID_FIELD", "owners");
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
