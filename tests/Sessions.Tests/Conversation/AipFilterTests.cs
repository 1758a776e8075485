using System.Net;
using System.Text.Json.Nodes;
using Sessions.Tests.Support;

namespace Sessions.Tests.Conversation;

/// <summary>AIP-160: what filters find, and that one which cannot be asked is refused and says what to do.</summary>
public sealed class AipFilterTests : ConversationTest
{
    [Theory]
    [InlineData("sessionType = 2", "two")]
    [InlineData("session_type=PRIVATE", "two")]
    [InlineData("sessionType != SESSION_TYPE_PUBLIC", "three two")]
    [InlineData("state = ACTIVE", "three two one")]
    [InlineData("state = \"ENDED\"", "")]
    [InlineData("state != ENDED", "three two one")]
    [InlineData("name = \"sessions/two\"", "two")]
    [InlineData("sessionId = one", "one")]
    [InlineData("endTime:*", "")]
    [InlineData("NOT endTime:*", "three two one")]
    public async Task Fields_by_what_they_are(string filter, string expected) => await Finds(filter, expected);

    [Theory]
    [InlineData("displayName = \"The \\\"second\\\" one\"", "two")]
    [InlineData("displayName = 'The \"second\" one'", "two")]
    [InlineData("displayName = \"The *\"", "two")]
    [InlineData("displayName = The*", "two")]
    [InlineData("displayName = \"*one\"", "three two")]
    [InlineData("displayName = *second*", "two")]
    [InlineData("displayName = *", "three two one")]
    [InlineData("displayName != \"*one\"", "one")]
    [InlineData("displayName:second", "two")]
    [InlineData("profile:fau", "three two one")]
    [InlineData("description:*", "three")]
    [InlineData("NOT description:*", "two one")]
    [InlineData("displayName < \"N\"", "three one")]
    [InlineData("displayName >= Morning", "two one")]
    public async Task Texts(string filter, string expected) => await Finds(filter, expected);

    [Theory]
    [InlineData("createTime > \"2026-03-14T09:26:54Z\"", "three two")]
    [InlineData("create_time < 2026-03-14T09:26:54Z", "one")]
    [InlineData("createTime >= 2026-03-14T09:26:54.589Z createTime < \"2026-03-14T10:26:55.589+01:00\"", "two")]
    [InlineData("createTime = 2026-03-14T09:26:54.589000000Z", "two")]
    [InlineData("createTime != 2026-03-14T09:26:54.589Z", "three one")]
    [InlineData("createTime > 2026-03-14T09:26:55Z OR createTime < 2026-03-14T09:26:54Z", "three one")]
    [InlineData("NOT createTime > 2026-03-14T09:26:55Z", "two one")]
    [InlineData("createTime <= 9999-12-31T23:59:59.9999999Z", "three two one")]
    [InlineData("updateTime >= 2026-03-14T09:26:55.589Z", "three")]
    public async Task Moments(string filter, string expected)
    {
        await Finds(filter, expected);

        var turned = string.Join(' ', expected.Split(' ').Reverse());
        Assert.Equal(turned, string.Join(' ', Ids(await Ask(filter, "&orderBy=createTime"))));
    }

    [Theory]
    [InlineData("owners:alice", "three two one")]
    [InlineData("owners:\"users/alice\"", "three two one")]
    [InlineData("owners : \"zoe\"", "three")]
    [InlineData("-owners:zoe", "two one")]
    [InlineData("allowedUsers:*", "two")]
    [InlineData("defaultChannels:7", "three")]
    [InlineData("default_channels:1 OR default_channels:7", "three two one")]
    public async Task Lists(string filter, string expected) => await Finds(filter, expected);

    [Theory]
    [InlineData("options:*", "three two one")]
    [InlineData("options:colour", "three two")]
    [InlineData("options.colour = red", "two")]
    [InlineData("options.colour = r*", "two")]
    [InlineData("options.colour != red", "three")]
    [InlineData("options.colour > \"green\"", "two")]
    [InlineData("options.deep.n >= 5", "two")]
    [InlineData("options.deep.n < 5", "")]
    [InlineData("options.deep.n = 5.0", "two")]
    [InlineData("options.on = true", "two")]
    [InlineData("options.on:*", "two")]
    [InlineData("options.tags:\"b c\"", "two")]
    [InlineData("options.tags:3", "two")]
    [InlineData("options.deep:n", "two")]
    [InlineData("options.`with.dot` = 1", "three")]
    [InlineData("options.\"with.dot\" = 1", "three")]
    [InlineData("NOT options.colour:*", "one")]
    public async Task What_is_in_options(string filter, string expected) => await Finds(filter, expected);

    [Theory]
    [InlineData("sessionType = 1 OR sessionType = 2", "two one")]
    [InlineData("sessionType = 1 OR sessionType = 2 AND displayName:one", "two")]
    [InlineData("displayName:one AND sessionType = 1 OR sessionType = 2", "two")]
    [InlineData("(displayName:one AND sessionType = 3) OR sessionType = 1", "three one")]
    [InlineData("displayName:one sessionType = 3", "three")]
    [InlineData("NOT sessionType = 1", "three two")]
    [InlineData("-sessionType = 1", "three two")]
    [InlineData("NOT (sessionType = 1 OR sessionType = 2)", "three")]
    [InlineData("-(sessionType = 1 sessionType = 2)", "three two one")]
    [InlineData("((sessionType = 1))", "one")]
    [InlineData("NOT(sessionType=1)AND(owners:zoe)", "three")]
    public async Task Joined_by_and_or_not_and_parentheses(string filter, string expected) =>
        await Finds(filter, expected);

    [Theory]
    [InlineData("displayName = \"l*3\"", "displayName:text")]
    [InlineData("displayName:l*", "displayName:text")]
    [InlineData("displayName > a*", "displayName:text")]
    [InlineData("owners:al*", "owners:text")]
    [InlineData("owners = alice", "owners:alice")]
    [InlineData("options.a = \"x*y\"", "options.a:text")]
    [InlineData("sessionType", "sessionType = 1")]
    [InlineData("Morning", "must compare each field")]
    [InlineData("sessionType = 1 and state = ACTIVE", "must compare each field")]
    [InlineData("colour = red", "names a field that is not compared")]
    [InlineData("secretKey = s", "names a field that is not compared")]
    [InlineData("sessionType > 1", "= and !=")]
    [InlineData("sessionType = many", "number")]
    [InlineData("sessionType = 4", "3 or TEMPORARY")]
    [InlineData("state = LIVE", "ACTIVE or ENDED")]
    [InlineData("state:ACTIVE", "= and !=")]
    [InlineData("createTime > yesterday", "RFC 3339")]
    [InlineData("createTime > 2026-03-14", "RFC 3339")]
    [InlineData("createTime:2026-03-14T09:26:54Z", "createTime by :*")]
    [InlineData("displayName = \"open", "quote")]
    [InlineData("displayName = open house", "must compare each field")]
    [InlineData("displayName =", "character 14")]
    [InlineData("(sessionType = 1", "character 17")]
    [InlineData("sessionType = 1)", "character 16")]
    [InlineData("sessionType = 1 OR", "character 19")]
    [InlineData("AND sessionType = 1", "must compare each field")]
    [InlineData("displayName.first = x", "options.colour")]
    [InlineData("options = red", "options.name")]
    [InlineData("defaultChannels:x", "number")]
    public async Task What_cannot_be_asked_is_refused_and_says_what_to_do(string filter, string says)
    {
        var reply = (await Alice.Get($"?filter={Uri.EscapeDataString(filter)}")).IsError(3, "INVALID_FIELD", "filter");

        Assert.Contains(says, reply["message"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("(", ")", 40)]
    [InlineData("sessionType = 1 OR ", "", 200)]
    public async Task One_that_is_too_deep_or_too_long(string before, string after, int times)
    {
        var filter = string.Concat(Enumerable.Repeat(before, times)) + "sessionType = 1"
            + string.Concat(Enumerable.Repeat(after, times));

        (await Alice.Get($"?filter={Uri.EscapeDataString(filter)}")).IsError(3, "INVALID_FIELD", "filter");
    }

    [Fact]
    [Trait("Host", "Kestrel")]
    public async Task A_span_of_creation_times_is_all_that_is_looked_at()
    {
        await Alice.New("first");
        App.Clock.Advance(TimeSpan.FromHours(1));
        for (var i = 0; i < 1010; i++)
        {
            await Alice.New();
        }

        var page = await Ask("createTime < 2026-03-14T10:00:00Z AND displayName = Morning");

        Assert.Equal(["first"], Ids(page));
        Assert.Equal("", page["nextPageToken"]);
        var later = await Ask("createTime > 2026-03-14T11:00:00Z AND displayName = Morning", "&orderBy=create_time");
        Assert.Empty(Ids(later));
        Assert.Equal("", later["nextPageToken"]);
    }

    private async Task Finds(string filter, string expected)
    {
        App.Clock.Now = new(2026, 3, 14, 9, 26, 53, 589, TimeSpan.Zero);
        await Alice.New("one");
        App.Clock.Advance(TimeSpan.FromSeconds(1));
        await Alice.New("two", ("sessionType", 2), ("displayName", "The \"second\" one"),
            ("allowedUsers", new JsonArray("bob")), ("options", JsonNode.Parse(
                """{"colour": "red", "on": true, "deep": {"n": 5}, "tags": ["a", "b c", 3]}""")));
        App.Clock.Advance(TimeSpan.FromSeconds(1));
        await Alice.New("three", ("sessionType", 3), ("displayName", "Another one"), ("description", "Daily"),
            ("owners", new JsonArray("alice", "users/zoe")), ("defaultChannels", new JsonArray(7)),
            ("options", JsonNode.Parse("""{"colour": "blue", "with.dot": 1}""")));

        Assert.Equal(expected, string.Join(' ', Ids(await Ask(filter))));
    }

    private async Task<ApiReply> Ask(string filter, string more = "") =>
        (await Alice.Get($"?filter={Uri.EscapeDataString(filter)}{more}")).Is(HttpStatusCode.OK);

    private static List<string> Ids(ApiReply page) =>
        [.. page.Body!["sessions"]!.AsArray().Select(session => (string)session!["sessionId"]!)];
}
