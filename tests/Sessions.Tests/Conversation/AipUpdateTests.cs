using System.Net;
using System.Text.Json.Nodes;
using Sessions.Tests.Support;

namespace Sessions.Tests.Conversation;

/// <summary>AIP-134: what an update mask does. AIP-203: what only the service sets.</summary>
public sealed class AipUpdateTests : ConversationTest
{
    [Theory]
    [InlineData("displayName")]
    [InlineData("display_name")]
    [InlineData("%20displayName%20,description")]
    public async Task Aip134_only_what_the_mask_names_is_changed(string mask)
    {
        var id = await Alice.New(null, ("profile", "before"));
        App.Clock.Advance(TimeSpan.FromSeconds(5));

        var updated = (await Alice.Patch(
            $"{id}?updateMask={mask}", """{"displayName": "Evening", "profile": "after"}""")).Is(HttpStatusCode.OK);

        Assert.Equal("Evening", updated["displayName"]);
        Assert.Equal("before", updated["profile"]);
        Assert.NotEqual(updated["createTime"], updated["updateTime"]);
        Assert.Equal(updated.Body!.ToJsonString(), (await Alice.Get(id)).Body!.ToJsonString());
    }

    [Fact]
    public async Task Aip134_without_a_mask_the_populated_fields_are_changed()
    {
        var id = await Alice.New(null, ("description", "kept"), ("allowedUsers", new JsonArray("bob")));

        var updated = await Alice.Patch(
            id, """{"displayName": "Evening", "description": "", "allowedUsers": [], "sessionType": 0}""");

        Assert.Equal("Evening", updated.Is(HttpStatusCode.OK)["displayName"]);
        Assert.Equal("kept", updated["description"]);
        Assert.Equal("1", updated["sessionType"]);
        Assert.Single(updated.Body!["allowedUsers"]!.AsArray());
    }

    [Fact]
    public async Task Aip134_a_named_field_that_is_not_sent_is_cleared()
    {
        var id = await Alice.New(null, ("description", "gone soon"), ("options", new JsonObject { ["a"] = 1 }));

        var updated = (await Alice.Patch($"{id}?updateMask=description,options", "{}")).Is(HttpStatusCode.OK);

        Assert.Equal("", updated["description"]);
        Assert.Equal("{}", updated.Body!["options"]!.ToJsonString());
    }

    [Fact]
    public async Task Aip134_a_star_replaces_everything()
    {
        var id = await Alice.New(null, ("description", "gone soon"));

        var updated = await Alice.Patch($"{id}?updateMask=*", ConversationClient.Body(("displayName", "New")));

        Assert.Equal("New", updated.Is(HttpStatusCode.OK)["displayName"]);
        Assert.Equal("", updated["description"]);
        (await Alice.Patch($"{id}?updateMask=*", """{"displayName": "x"}""")).IsError(3, "INVALID_FIELD", "profile");
    }

    [Theory]
    [InlineData("options.colour", """{"options": {"colour": "red"}}""",
        """{"ttl":"600s","deep":{"a":1,"b":[2]},"colour":"red"}""")]
    [InlineData("options.deep.a", """{"options": {"deep": {"a": {"x": null}, "b": 5}}}""",
        """{"ttl":"600s","deep":{"a":{"x":null},"b":[2]}}""")]
    [InlineData("options.deep.a", "{}", """{"ttl":"600s","deep":{"b":[2]}}""")]
    [InlineData("options.new.path", """{"options": {"new": {"path": true}}}""",
        """{"ttl":"600s","deep":{"a":1,"b":[2]},"new":{"path":true}}""")]
    [InlineData("options.none.at.all", "{}", """{"ttl":"600s","deep":{"a":1,"b":[2]}}""")]
    [InlineData("options.`with.dot`", """{"options": {"with.dot": 1}}""",
        """{"ttl":"600s","deep":{"a":1,"b":[2]},"with.dot":1}""")]
    [InlineData("options.deep.`a`", """{"options": {"deep": {"a": 7}}}""",
        """{"ttl":"600s","deep":{"a":7,"b":[2]}}""")]
    [InlineData("options.`a,``b`.c", """{"options": {"a,`b": {"c": 1}}}""",
        """{"ttl":"600s","deep":{"a":1,"b":[2]},"a,`b":{"c":1}}""")]
    [InlineData("`options`.`*`", """{"options": {"*": 1}}""",
        """{"ttl":"600s","deep":{"a":1,"b":[2]},"*":1}""")]
    [InlineData("options.snake_case", """{"options": {"snake_case": 1}}""",
        """{"ttl":"600s","deep":{"a":1,"b":[2]},"snake_case":1}""")]
    public async Task Aip134_a_path_into_options_changes_that_member_alone(string mask, string body, string expected)
    {
        var id = await Alice.New(null, ("options", JsonNode.Parse("""{"ttl": "600s", "deep": {"a": 1, "b": [2]}}""")));

        var updated = (await Alice.Patch($"{id}?updateMask={Uri.EscapeDataString(mask)}", body))
            .Is(HttpStatusCode.OK);

        Assert.Equal(JsonNode.Parse(expected)!.ToJsonString(), updated.Body!["options"]!.ToJsonString());
    }

    [Theory]
    [InlineData("colour")]
    [InlineData("displayName,colour")]
    [InlineData("displayName,")]
    [InlineData("displayName.first")]
    [InlineData("options.")]
    [InlineData("options..a")]
    [InlineData(".options")]
    [InlineData("*,displayName")]
    [InlineData("options.*")]
    [InlineData("options.`a")]
    [InlineData("options.``")]
    [InlineData("options.`a`b")]
    [InlineData("options.a`b`")]
    [InlineData("`displayName.x`")]
    [InlineData("display__name")]
    [InlineData("_displayName")]
    [InlineData("display_Name")]
    public async Task Aip134_an_unknown_path_is_INVALID_ARGUMENT_and_changes_nothing(string mask)
    {
        var id = await Alice.New();

        (await Alice.Patch($"{id}?updateMask={mask}", """{"displayName": "x"}"""))
            .IsError(3, "INVALID_FIELD", "updateMask");

        Assert.Equal("Morning", (await Alice.Get(id))["displayName"]);
    }

    [Theory]
    [InlineData("", "{}")]
    [InlineData("", """{"displayName": "Morning", "owners": ["alice", "dev-user"], "defaultChannels": [1, 2]}""")]
    [InlineData("?updateMask=displayName,owners", """{"displayName": "Morning", "owners": ["alice", "dev-user"]}""")]
    [InlineData("?updateMask=description", "{}")]
    [InlineData("?updateMask=options", """{"options": { "b": [1.50], "a": 1 }}""")]
    [InlineData("?updateMask=options.a,options.none", """{"options": {"a": 1.0}}""")]
    [InlineData("?updateMask=state,name", """{"state": "ENDED"}""")]
    public async Task Aip134_what_changes_nothing_changes_neither_the_etag_nor_the_time_and_is_not_told(
        string query, string body)
    {
        var id = await Alice.New(null, ("options", JsonNode.Parse("""{"a": 1, "b": [1.5]}""")));
        var before = (await Alice.Get(id)).Body!.ToJsonString();
        var commits = App.Store.Commits;
        App.Clock.Advance(TimeSpan.FromSeconds(5));

        var updated = (await Alice.Patch($"{id}{query}", body)).Is(HttpStatusCode.OK);

        Assert.Equal(before, updated.Body!.ToJsonString());
        Assert.Equal(before, (await Alice.Get(id)).Body!.ToJsonString());
        Assert.Equal(commits, App.Store.Commits);
        Assert.Empty(await EventReading.Types(App, Alice, id));
        (await Alice.Patch($"{id}{query}", body, ("If-Match", "\"other\""))).IsError(10, "ETAG_MISMATCH");
    }

    [Theory]
    [InlineData("owners", """{"owners": ["dev-user", "alice"]}""")]
    [InlineData("options.a", """{"options": {"a": "1"}}""")]
    [InlineData("options.b", """{"options": {"b": null}}""")]
    [InlineData("description", """{"description": " "}""")]
    public async Task Aip134_what_changes_a_little_is_a_change(string mask, string body)
    {
        var id = await Alice.New(null, ("options", JsonNode.Parse("""{"a": 1}""")));
        var etag = (await Alice.Get(id))["etag"];

        Assert.NotEqual(etag, (await Alice.Patch($"{id}?updateMask={mask}", body)).Is(HttpStatusCode.OK)["etag"]);
        Assert.Equal(["UPDATED"], await EventReading.Types(App, Alice, id));
    }

    [Fact]
    public async Task Aip214_what_ends_by_itself_says_when()
    {
        App.Clock.Now = new(2026, 3, 14, 9, 0, 0, TimeSpan.Zero);
        var id = await Alice.New(null, ("sessionType", 3), ("options", new JsonObject { ["ttl"] = "600s" }));
        Assert.Equal("2026-03-14T09:10:00Z", (await Alice.Get(id))["expireTime"]);
        App.Clock.Advance(TimeSpan.FromMinutes(5));

        var joined = await Alice.Join(id, "bob");

        Assert.Equal("2026-03-14T09:15:00Z", (string)joined.Body!["session"]!["expireTime"]!);
        App.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("2026-03-14T09:15:00Z", (await Alice.Get(id))["expireTime"]);
        var ignored = await Alice.Patch($"{id}?updateMask=expireTime,profile", """
            {"profile": "new", "expireTime": "2030-01-01T00:00:00Z"}
            """);
        Assert.Equal("2026-03-14T09:20:00Z", ignored.Is(HttpStatusCode.OK)["expireTime"]);
        App.Clock.Advance(TimeSpan.FromMinutes(10));
        var ended = await Alice.Get(id);
        Assert.Equal("ENDED", ended["state"]);
        Assert.Equal("2026-03-14T09:20:00Z", ended["endTime"]);
        Assert.Null(ended.Body!["expireTime"]);
        Assert.Null((await Alice.Get(await Alice.New())).Body!["expireTime"]);
    }

    [Theory]
    [InlineData("owners")]
    [InlineData("displayName")]
    public async Task Aip134_a_required_field_cannot_be_cleared(string field) =>
        (await Alice.Patch($"{await Alice.New()}?updateMask={field}", "{}")).IsError(3, "INVALID_FIELD", field);

    [Fact]
    public async Task Aip134_what_is_not_there_is_NOT_FOUND() =>
        (await Alice.Patch("none", """{"displayName": "x"}""")).IsError(5, "SESSION_NOT_FOUND");

    [Fact]
    public async Task Aip203_output_only_fields_are_ignored_even_in_the_mask()
    {
        var id = await Alice.New();
        var before = await Alice.Get(id);

        var updated = (await Alice.Patch(
            $"{id}?updateMask=name,sessionId,createTime,uid,state",
            """{"name": "sessions/x", "uid": "x", "state": "ENDED", "createTime": "2000-01-01T00:00:00Z"}"""))
            .Is(HttpStatusCode.OK);

        string[] outputOnly = ["name", "sessionId", "createTime", "uid", "state"];
        Assert.All(outputOnly, field => Assert.Equal(before[field], updated[field]));
    }

    [Fact]
    public async Task Sixty_four_updates_at_once_all_count()
    {
        var id = await Alice.New();

        var replies = await Task.WhenAll(Enumerable.Range(0, 64).Select(i =>
            Alice.Patch($"{id}?updateMask=options.k{i}", $$"""{"options": {"k{{i}}": {{i}} } }""")));

        Assert.All(replies, reply => reply.Is(HttpStatusCode.OK));
        Assert.Equal(64, (await Alice.Get(id)).Body!["options"]!.AsObject().Count);
        using var reading = await EventReading.Open(Alice.Http, id);
        JsonNode last;
        do
        {
            last = (await App.Clock.AdvanceUntil(reading.Next()))!["event"]!;
        }
        while (last["session"]?["options"]!.AsObject().Count < 64);
        Assert.Equal("UPDATED", (string)last["type"]!);
    }
}
