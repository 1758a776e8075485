using System.Net;
using System.Text.Json.Nodes;

namespace Sessions.Tests.Conversation;

/// <summary>Joining, leaving and the list of members.</summary>
public sealed class MemberTests : ConversationTest
{
    [Fact]
    public async Task Members_are_listed_in_the_order_in_which_they_joined()
    {
        var id = await Alice.New();
        foreach (var user in (string[])["zoe", "Åsa Ω", "users/bob"])
        {
            (await Alice.Join(id, user)).Is(HttpStatusCode.OK);
            App.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        var first = await Alice.Get($"{id}/members?pageSize=2");
        var second = await Alice.Get($"{id}/members?pageSize=2&pageToken={first["nextPageToken"]}");

        Assert.Equal(["zoe", "Åsa Ω"], Names(first.Body!));
        Assert.Equal(["bob"], Names(second.Body!));
        Assert.Equal("", second["nextPageToken"]);
    }

    [Fact]
    public async Task Joining_and_leaving_twice_is_the_same_as_once()
    {
        var id = await Alice.New();
        await Alice.Join(id, "alice");
        (await Alice.Join(id, "alice")).Is(HttpStatusCode.OK);
        Assert.Single(Names((await Alice.Get($"{id}/members")).Body!));

        await Alice.Leave(id, "alice");
        (await Alice.Leave(id, "alice")).Is(HttpStatusCode.OK);

        Assert.Empty(Names((await Alice.Get($"{id}/members")).Body!));
        Assert.Equal(["JOINED", "LEFT"], await EventReading.Types(App, Alice, id));
    }

    [Fact]
    public async Task A_member_who_left_may_join_again()
    {
        var id = await Alice.New();
        await Alice.Join(id, "bob");
        await Alice.Leave(id, "bob");

        (await Alice.Join(id, "bob")).Is(HttpStatusCode.OK);

        Assert.Equal(["bob"], Names((await Alice.Get($"{id}/members")).Body!));
    }

    [Theory]
    [InlineData("join", "{}", "name")]
    [InlineData("join", """{"name": ""}""", "name")]
    [InlineData("join", """{"name": "users/"}""", "name")]
    [InlineData("leave", """{"name": 5}""", "name")]
    [InlineData("leave", """{"name": "alice", "session": "sessions/other"}""", "session")]
    [InlineData("join", """{"name": "alice", "requestId": "x"}""", "requestId")]
    [InlineData("join", """{"name": "alice", "secretKey": {}}""", "secretKey")]
    public async Task A_bad_request_names_its_field(string method, string body, string field) =>
        (await Alice.Post($"{await Alice.New()}/{method}", body)).IsError(3, "INVALID_FIELD", field);

    [Theory]
    [InlineData("one")]
    [InlineData("sessions/one")]
    [InlineData("")]
    public async Task The_session_may_stand_in_the_message_too(string session)
    {
        await Alice.New("one");

        (await Alice.Post("one/join", $$"""{"name": "alice", "session": "{{session}}"}""")).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Given_a_temporary_session_when_its_last_owner_leaves_then_it_ends()
    {
        var id = await Temporary("alice", "bob");
        await Alice.Join(id, "alice");
        await Alice.Join(id, "bob");
        await Alice.Join(id, "carol");
        App.Clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal("ACTIVE", (string)(await Alice.Leave(id, "alice")).Body!["session"]!["state"]!);
        var last = (await Alice.Leave(id, "bob")).Is(HttpStatusCode.OK).Body!["session"]!;

        Assert.Equal("ENDED", (string)last["state"]!);
        Assert.Equal("owners-left", (string)last["endReason"]!);
        Assert.Equal(last.ToJsonString(), (await Alice.Get(id)).Body!.ToJsonString());
        (await Alice.Publish(id, "carol", "1")).IsError(9, "SESSION_ENDED");
        (await Alice.Join(id, "dave")).IsError(9, "SESSION_ENDED");
        Assert.Equal(
            ["JOINED", "JOINED", "JOINED", "LEFT", "LEFT", "ENDED"], await EventReading.Types(App, Alice, id));
    }

    [Fact]
    public async Task Given_two_last_owners_who_leave_at_once_then_the_session_ends_once()
    {
        var id = await Temporary("alice", "bob");
        await Alice.Join(id, "alice");
        await Alice.Join(id, "bob");

        await Task.WhenAll(Alice.Leave(id, "alice"), Alice.Leave(id, "bob"));

        Assert.Equal(["JOINED", "JOINED", "LEFT", "LEFT", "ENDED"], await EventReading.Types(App, Alice, id));
    }

    [Fact]
    public async Task Given_many_who_come_and_go_at_once_then_all_of_it_is_told_and_nobody_is_left_behind()
    {
        var id = await Alice.New();
        var users = Enumerable.Range(0, 40).Select(i => $"user-{i}").ToList();

        var replies = await Task.WhenAll(users.SelectMany(user =>
            new[] { Alice.Join(id, user), Alice.Leave(id, user) }));
        replies = [.. replies, .. await Task.WhenAll(users.Select(user => Alice.Leave(id, user)))];

        Assert.All(replies, reply => reply.Is(HttpStatusCode.OK));
        Assert.Empty(Names((await Alice.Get($"{id}/members")).Body!));
        var types = await EventReading.Types(App, Alice, id);
        Assert.Equal(40, types.Count(type => type == "JOINED"));
        Assert.Equal(40, types.Count(type => type == "LEFT"));
    }

    [Fact]
    public async Task Others_may_leave_and_a_public_session_outlives_its_owners()
    {
        var temporary = await Temporary("alice");
        var open = await Alice.New();
        foreach (var id in (string[])[temporary, open])
        {
            await Alice.Join(id, "alice");
            await Alice.Join(id, "carol");
            await Alice.Leave(id, "carol");
        }

        await Alice.Leave(open, "alice");

        Assert.Equal("ACTIVE", (await Alice.Get(temporary))["state"]);
        Assert.Equal("ACTIVE", (await Alice.Get(open))["state"]);
    }

    private static IEnumerable<string> Names(JsonNode page) =>
        page["members"]!.AsArray().Select(member => (string)member!["name"]!);

    private Task<string> Temporary(params string[] owners) => Alice.New(
        null,
        ("sessionType", 3),
        ("owners", new JsonArray([.. owners.Select(owner => JsonValue.Create(owner))])));
}
