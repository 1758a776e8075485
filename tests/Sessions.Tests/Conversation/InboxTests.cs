using System.Net;
using System.Text.Json.Nodes;
using Sessions.Tests.Support;

namespace Sessions.Tests.Conversation;

/// <summary>One stream over all of a user's sessions.</summary>
public sealed class InboxTests : ConversationTest
{
    [Fact]
    public async Task Given_sessions_of_every_sort_when_an_inbox_opens_it_follows_those_of_the_user_and_no_others()
    {
        await Alice.New("own", ("owners", new JsonArray("bob", "alice")), ("sessionType", 2));
        await Alice.New("invited", ("allowedUsers", new JsonArray("users/bob")), ("sessionType", 2));
        await Alice.New("joined");
        await Alice.New("public");
        await Alice.New("hidden", ("sessionType", 2));
        (await Bob.Join("joined", "bob")).Is(HttpStatusCode.OK);
        await App.Stranger().New("own", ("owners", new JsonArray("bob")));

        using var bob = await Open();
        foreach (var id in (string[])["hidden", "public", "joined", "invited", "own"])
        {
            (await Alice.Publish(id, "alice", $"\"{id}\"")).Is(HttpStatusCode.OK);
        }

        await App.Stranger().Send(
            HttpMethod.Patch, "own?updateMask=displayName", """{"displayName": "Another account's"}""");
        Assert.Equal(["sessions/invited", "sessions/joined", "sessions/own"], bob.Sessions);
        Assert.Equal(
            [
                "sessions/invited MESSAGE \"invited\"",
                "sessions/joined MESSAGE \"joined\"",
                "sessions/own MESSAGE \"own\"",
            ],
            (await bob.Told(3)).Order());
    }

    [Fact]
    public async Task Given_an_open_inbox_when_the_user_joins_and_leaves_the_session_comes_in_and_drops_out()
    {
        await Alice.New("room");
        using var bob = await Open();

        await Bob.Join("room", "bob");
        Assert.Equal(["sessions/room ADDED", "sessions/room JOINED bob"], await bob.Told(2));
        await Alice.Publish("room", "alice", "1");
        Assert.Equal("sessions/room MESSAGE 1", await bob.Told());
        await Bob.Leave("room", "bob");
        Assert.Equal(["sessions/room LEFT bob", "sessions/room REMOVED left"], await bob.Told(2));
        await Alice.Publish("room", "alice", "2");
        App.Clock.Advance(TimeSpan.FromSeconds(1));
        await Bob.Join("room", "bob");
        Assert.Equal(["sessions/room ADDED", "sessions/room JOINED bob"], await bob.Told(2));

        using var again = await Open();
        Assert.Equal(["sessions/room"], again.Sessions);
    }

    [Fact]
    public async Task Given_an_open_inbox_when_an_owner_names_the_user_and_takes_that_back_the_session_comes_and_goes()
    {
        await Alice.New("room", ("sessionType", 2));
        await Alice.Publish("room", "alice", "\"before\"");
        App.Clock.Advance(TimeSpan.FromMinutes(1));
        using var bob = await Open();
        Assert.Empty(bob.Sessions);

        await Alice.Patch("room", """{"allowedUsers": ["bob"]}""");
        Assert.Equal("sessions/room ADDED", await bob.Told());
        Assert.StartsWith("sessions/room UPDATED", await bob.Told(), StringComparison.Ordinal);
        await Alice.Publish("room", "alice", "1");
        Assert.Equal("sessions/room MESSAGE 1", await bob.Told());
        await Alice.Patch("room?updateMask=allowedUsers", """{"allowedUsers": []}""");
        await Alice.Publish("room", "alice", "\"secret\"");

        // What hides it may be told before that, or be hidden with it: the list and the session are read apart.
        var told = await bob.Told();
        told = told.StartsWith("sessions/room UPDATED", StringComparison.Ordinal) ? await bob.Told() : told;
        Assert.Equal("sessions/room REMOVED hidden", told);
        await Alice.New("other", ("owners", new JsonArray("bob", "alice")));
        Assert.Equal("sessions/other ADDED", await bob.Told());
    }

    [Fact]
    public async Task Given_an_open_inbox_when_sessions_end_and_are_deleted_it_tells_their_end()
    {
        await Alice.New(
            "brief", ("sessionType", 3), ("options", new JsonObject { ["ttl"] = "60s" }),
            ("owners", new JsonArray("bob")));
        await Alice.New("gone", ("owners", new JsonArray("bob", "alice")));
        using var bob = await Open(clock: App.Clock);

        await Alice.Delete("gone");
        Assert.Equal("sessions/gone ENDED deleted", await bob.Told());
        App.Clock.Advance(TimeSpan.FromSeconds(61));
        await App.Sweep();
        Assert.Equal("sessions/brief ENDED ttl", await bob.Told());
    }

    [Fact]
    public async Task Given_a_cursor_when_the_reader_comes_again_it_has_all_since_then_once_and_in_order()
    {
        await Alice.New("one", ("owners", new JsonArray("alice", "bob")));
        await Alice.New("two", ("allowedUsers", new JsonArray("bob")));
        await Alice.New("three");
        await Bob.Join("three", "bob");

        string cursor;
        using (var first = await Open())
        {
            await Alice.Publish("one", "alice", "1");
            Assert.Equal("sessions/one MESSAGE 1", await first.Told());
            cursor = first.Cursor;
        }

        for (var i = 2; i <= 60; i++)
        {
            await Alice.Publish("one", "alice", $"{i}");
        }

        App.Clock.Advance(TimeSpan.FromHours(1));
        await Alice.Publish("two", "alice", "\"a\"");
        App.Clock.Advance(TimeSpan.FromHours(1));
        await Alice.Publish("two", "alice", "\"b\"");
        await Bob.Leave("three", "bob");

        using var second = await Open(cursor);
        var told = await second.Told(61);
        await Alice.Publish("one", "alice", "\"next\"");

        Assert.Equal(["sessions/one", "sessions/two"], second.Sessions);
        Assert.Equal(
            Enumerable.Range(2, 59).Select(i => $"sessions/one MESSAGE {i}"), told.Where(one => one.Contains("/one")));
        Assert.Equal(
            ["sessions/two MESSAGE \"a\"", "sessions/two MESSAGE \"b\""], told.Where(one => one.Contains("/two")));
        Assert.Equal("sessions/one MESSAGE \"next\"", await second.Told());
    }

    [Fact]
    public async Task Given_more_sessions_than_a_cursor_names_when_the_reader_comes_again_nothing_is_missing()
    {
        for (var i = 0; i < 20; i++)
        {
            await Alice.New($"room{i:d2}", ("owners", new JsonArray("alice", "bob")));
        }

        using var first = await Open(clock: App.Clock);
        for (var i = 0; i < 20; i++)
        {
            await Alice.Publish($"room{i:d2}", "alice", "1");
        }

        var told = (await first.Told(10)).ToHashSet();
        var cursor = first.Cursor;
        Assert.InRange(cursor.Length, 1, 300);

        // Some may come twice, since they came within seconds of each other; what the cursor names does not.
        using var second = await Open(cursor, App.Clock);
        while (told.Count < 20)
        {
            told.Add(await second.Told());
        }

        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"sessions/room{i:d2} MESSAGE 1"), told.Order());
    }

    [Fact]
    public async Task What_passes_in_a_session_passes_in_the_inbox()
    {
        await Alice.New("room", ("owners", new JsonArray("alice", "bob")));
        await Alice.Publish("room", "alice", "1");
        using var bob = await Open();

        await Alice.Post("room/signals", """{"name": "alice", "signal": {"typing": true}}""");

        Assert.Equal("""sessions/room SIGNAL {"typing":true}""", await bob.Told());
    }

    [Fact]
    public async Task An_inbox_beats_and_ends_with_the_place_to_go_on()
    {
        await Alice.New("room", ("owners", new JsonArray("bob")));
        using var bob = await Open(clock: App.Clock);
        List<string> types = [];
        while (await bob.Next() is { } item)
        {
            types.Add((string)item["event"]!["type"]!);
        }

        Assert.Equal("HEARTBEAT", types[0]);
        Assert.Equal("RESUME", types[^1]);
        Assert.Equal(types.Count - 1, types.Count(type => type == "HEARTBEAT"));
        await Bob.Publish("room", "bob", "1");
        using var again = await Open(bob.Cursor);
        Assert.Equal("sessions/room MESSAGE 1", await again.Told());
    }

    [Fact]
    public async Task An_EventSource_has_the_cursor_as_the_events_id_and_goes_on_by_it()
    {
        await Alice.New("room", ("owners", new JsonArray("alice", "bob")));
        (string, string) asked = ("Accept", "text/event-stream");
        using var first = await EventReading.OpenInbox(Bob.Http, "", asked);
        await Alice.Publish("room", "alice", "1");
        string id = "", data = "";
        while (!data.Contains("MESSAGE", StringComparison.Ordinal))
        {
            var line = (await App.Clock.AdvanceUntil(first.Line()))!;
            id = line.StartsWith("id: ", StringComparison.Ordinal) ? line[4..] : id;
            data = line.StartsWith("data: ", StringComparison.Ordinal) ? line[6..] : data;
        }

        await Alice.Publish("room", "alice", "2");
        using var second = await EventReading.OpenInbox(Bob.Http, "?after=latest", asked, ("Last-Event-ID", id));

        Assert.Equal(id, (string?)JsonNode.Parse(data)!["cursor"]);
        while (await App.Clock.AdvanceUntil(second.Line()) is { } line
            && !line.Contains("\"message\":2", StringComparison.Ordinal))
        {
            Assert.DoesNotContain("\"message\":1", line, StringComparison.Ordinal);
        }
    }

    // Behind what has happened so far: the clock stands still.
    private Task<InboxReader> Open(string? cursor = null, FakeClock? clock = null)
    {
        App.Clock.Advance(TimeSpan.FromSeconds(1));
        return InboxReader.Open(Bob, cursor, clock ?? App.Clock);
    }

    [Theory]
    [InlineData("?after=7", "after")]
    [InlineData("?after=AAAA", "after")]
    [InlineData("?after=________________________________", "after")]
    [InlineData("?after=latest&after=latest", "after")]
    [InlineData("?tail=5", "tail")]
    [InlineData("?pageSize=5", "pageSize")]
    [InlineData("?wrap=x", "wrap")]
    public async Task What_an_inbox_cannot_be_asked_is_refused(string query, string field) =>
        (await Bob.Get($"/v1/conversation/events{query}")).IsError(3, "INVALID_FIELD", field);
}
