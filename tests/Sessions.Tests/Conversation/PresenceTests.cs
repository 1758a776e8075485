using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Storage;
using Sessions.Tests.Support;

namespace Sessions.Tests.Conversation;

/// <summary>Who is there, and how far everybody has read.</summary>
public sealed class PresenceTests : ConversationTest
{
    private static readonly TimeSpan _lease = TimeSpan.FromSeconds(40);

    [Fact]
    public async Task Who_joins_is_present_until_the_moment_at_which_the_lease_runs_out_told_or_not()
    {
        var id = await Alice.New();
        await Alice.Join(id, "bob");

        App.Clock.Advance(_lease - TimeSpan.FromTicks(1));
        Assert.True(await IsPresent(id, "bob"));
        App.Clock.Advance(TimeSpan.FromTicks(1));

        Assert.False(await IsPresent(id, "bob"));
    }

    [Fact]
    public async Task An_absence_is_told_once_with_its_moment_by_the_timer_when_nobody_looks()
    {
        var id = await Alice.New();
        foreach (var user in (string[])["bob", "carol", "dave"])
        {
            await Alice.Join(id, user);
        }

        var end = App.Clock.Now + _lease;
        App.Clock.Advance(_lease * 3);
        await App.Sweep();
        await App.Sweep();

        var events = await Events(id);
        Assert.Equal(["JOINED", "JOINED", "JOINED", "ABSENT", "ABSENT", "ABSENT"], events.Select(TypeOf));
        Assert.Equal(["bob", "carol", "dave"], events.Skip(3).Select(one => (string)one["event"]!["user"]!).Order());
        Assert.All(events.Skip(3), one => Assert.Equal(
            end, DateTimeOffset.Parse((string)one["event"]!["createTime"]!, null)));
        Assert.Equal(0, await App.Sweep());
    }

    [Fact]
    public async Task An_open_stream_keeps_its_reader_present_and_tells_of_who_is_gone_within_seconds()
    {
        var id = await Alice.New();
        await Alice.Join(id, "bob");
        await Alice.Join(id, "carol");
        var end = App.Clock.Now + _lease;
        using var reading = await EventReading.OpenQuiet(Bob.Http, id, "?after=latest");

        JsonNode item;
        while (TypeOf(item = await Next(reading)) == "HEARTBEAT")
        {
        }

        Assert.Equal(("ABSENT", "carol"), (TypeOf(item), (string)item["event"]!["user"]!));
        Assert.InRange(App.Clock.Now, end, end.AddSeconds(5));
        while (TypeOf(item = await Next(reading)) == "HEARTBEAT")
        {
        }

        Assert.Equal("RESUME", TypeOf(item));
        Assert.True(await IsPresent(id, "bob"));
    }

    [Fact]
    public async Task Who_comes_again_is_told_of_and_a_lease_that_ran_out_unnoticed_is_told_of_first()
    {
        var id = await Alice.New();
        await Alice.Join(id, "bob");
        App.Clock.Advance(_lease * 2);

        var member = (await Heartbeat(Bob, id, "bob")).Is(HttpStatusCode.OK).Body!["member"]!;

        Assert.True((bool)member["present"]!);
        (await Heartbeat(Bob, id, "bob")).Is(HttpStatusCode.OK);
        App.Clock.Advance(_lease);
        await App.Sweep();
        await Heartbeat(Bob, id, "bob");
        Assert.Equal(
            ["JOINED", "ABSENT", "PRESENT", "ABSENT", "PRESENT"], (await Events(id)).Select(TypeOf));
    }

    [Fact]
    public async Task Heartbeats_keep_a_member_present_for_two_calls_after_the_first_and_write_no_event()
    {
        var id = await Alice.New();
        await Alice.Join(id, "bob");
        for (var i = 0; i < 5; i++)
        {
            App.Clock.Advance(_lease - TimeSpan.FromSeconds(1));
            Assert.Equal(3, await App.Store.CallsOf(() => Heartbeat(Bob, id, "bob")));
        }

        Assert.True(await IsPresent(id, "bob"));
        Assert.Equal(["JOINED"], (await Events(id)).Select(TypeOf));
    }

    [Fact]
    public async Task Signs_of_life_are_no_activity_and_an_absence_is_not_told_behind_the_end()
    {
        var id = await Alice.New(null, ("sessionType", 3), ("options", new JsonObject { ["ttl"] = "60s" }));
        await Alice.Join(id, "bob");
        App.Clock.Advance(TimeSpan.FromSeconds(35));
        await Heartbeat(Bob, id, "bob");
        App.Clock.Advance(TimeSpan.FromSeconds(25));
        (await Heartbeat(Bob, id, "bob")).IsError(9, "SESSION_ENDED");
        App.Clock.Advance(_lease);

        await App.Sweep();
        await App.Sweep();

        Assert.Equal(["JOINED", "ENDED"], (await Events(id)).Select(TypeOf));
        Assert.Equal(0, await App.Sweep());
    }

    [Fact]
    public async Task Only_members_give_signs_of_life_and_what_is_hidden_answers_as_what_is_absent()
    {
        var (open, hidden) = (await Alice.New(), await Alice.New(null, ("sessionType", 2)));

        (await Heartbeat(Bob, open, "bob")).IsError(9, "NOT_A_MEMBER");
        (await Read(Bob, open, "bob", 1)).IsError(9, "NOT_A_MEMBER");
        (await Heartbeat(Bob, open, "alice")).IsError(7, "USER_MISMATCH");
        (await Heartbeat(Bob, hidden, "bob")).IsError(5, "SESSION_NOT_FOUND");
        (await Read(Bob, hidden, "bob", 1)).IsError(5, "SESSION_NOT_FOUND");
        Assert.Equal(
            await App.Store.CallsOf(() => Heartbeat(Bob, hidden, "bob")),
            await App.Store.CallsOf(() => Heartbeat(Bob, "absent", "bob")));
        Assert.Equal(
            await App.Store.CallsOf(() => Read(Bob, hidden, "bob", 1)),
            await App.Store.CallsOf(() => Read(Bob, "absent", "bob", 1)));
    }

    [Fact]
    public async Task A_read_position_goes_forward_only_is_told_and_stays()
    {
        var id = await Alice.New();
        await Alice.Join(id, "bob");
        await Alice.Publish(id, "alice", "1");
        using var reading = await EventReading.OpenQuiet(Alice.Http, id, "?after=latest");

        var read = (await Read(Bob, id, "bob", 2)).Is(HttpStatusCode.OK).Body!["member"]!;
        (await Read(Bob, id, "bob", 1)).Is(HttpStatusCode.OK);
        await Alice.Publish(id, "alice", "2");

        Assert.Equal(2, (int)read["readSequence"]!);
        var told = (await Next(reading))["event"]!;
        Assert.Equal(
            ("READ", "bob", 2, 2),
            ((string)told["type"]!, (string)told["user"]!, (int)told["readSequence"]!, (int)told["sequence"]!));
        Assert.Null(told["name"]);
        Assert.Equal("MESSAGE", TypeOf(await Next(reading)));
        Assert.Equal(2, (int)(await Member(id, "bob"))["readSequence"]!);
        (await Read(Bob, id, "bob", 4)).IsError(3, "INVALID_FIELD", "sequence");
        (await Read(Bob, id, "bob", 0)).IsError(3, "INVALID_FIELD", "sequence");
        (await Bob.Post($"{id}/read", """{"name": "bob"}""")).IsError(3, "INVALID_FIELD", "sequence");
        Assert.Equal(["JOINED", "MESSAGE", "MESSAGE"], (await Events(id)).Select(TypeOf));
    }

    [Fact]
    public async Task A_hundred_who_are_gone_at_once_are_all_told_of_once_by_streams_of_two_processes()
    {
        await using var other = await SessionsApp.Start(builder => builder.Services
            .AddSingleton<TimeProvider>(App.Clock).AddSingleton<IDocumentStore>(App.Store));
        var id = await Alice.New();
        var users = Enumerable.Range(0, 100).Select(i => $"user-{i}").ToList();
        await Task.WhenAll(users.Select(user => Alice.Join(id, user)));
        using var here = await EventReading.Open(Alice.Http, id, "?after=100");
        using var there = await EventReading.Open(other.Alice().Http, id, "?after=100");

        List<string> gone = [];
        while (gone.Count < 100)
        {
            var item = await Next(here);
            if (TypeOf(item) == "ABSENT")
            {
                gone.Add((string)item["event"]!["user"]!);
            }
        }

        Assert.Equal(users.Order(), gone.Order());
        await App.Sweep();
        Assert.Equal(200, (await Events(id)).Count);
    }

    internal static Task<ApiReply> Heartbeat(ConversationClient client, string session, string user) =>
        client.Post($"{session}/heartbeat", $$"""{"name": "{{user}}"}""");

    private static Task<ApiReply> Read(ConversationClient client, string session, string user, int sequence) =>
        client.Post($"{session}/read", $$"""{"name": "{{user}}", "sequence": {{sequence}}}""");

    private static string TypeOf(JsonNode item) => (string)item["event"]!["type"]!;

    private async Task<bool> IsPresent(string id, string user) => (bool)(await Member(id, user))["present"]!;

    private async Task<JsonNode> Member(string id, string user) =>
        (await Alice.Get($"{id}/members")).Is(HttpStatusCode.OK).Body!["members"]!.AsArray()
            .First(member => (string)member!["name"]! == user)!;

    private Task<IReadOnlyList<JsonNode>> Events(string id) => EventReading.All(App, Alice, id);

    private async Task<JsonNode> Next(EventReading reading) => (await App.Clock.AdvanceUntil(reading.Next()))!;
}
