using System.Net;
using System.Text.Json.Nodes;
using Sessions.Tests.Support;

namespace Sessions.Tests.Conversation;

/// <summary>
/// A user's list of sessions lies elsewhere than the memberships that it is of, and is right in the end whatever comes
/// in between.
/// </summary>
public sealed class InboxListTests : ConversationTest
{
    [Fact]
    public async Task Given_a_join_whose_process_died_before_the_list_when_the_member_is_absent_the_session_is_there()
    {
        await Alice.New("room");
        await DieAfter(1, other => other.Bob().Join("room", "bob"));
        Assert.Equal("bob", (string)(await Bob.Get("room/members")).Body!["members"]![0]!["name"]!);
        using var open = await InboxReader.Open(Bob, clock: App.Clock);
        Assert.Empty(open.Sessions);

        App.Clock.Advance(TimeSpan.FromSeconds(41));
        await App.Sweep();

        Assert.Equal("sessions/room ADDED", await open.Told());
        using var again = await InboxReader.Open(Bob);
        Assert.Equal(["sessions/room"], again.Sessions);
    }

    [Fact]
    public async Task Given_a_join_whose_process_died_before_the_list_when_it_is_repeated_the_session_is_there()
    {
        await Alice.New("room");
        const string Repeatable = ""","requestId": "7f0c1bd2-62bb-4c0f-a85a-9a2b5e2d4a01" """;
        await DieAfter(1, other => other.Bob().Join("room", "bob", Repeatable));

        (await Bob.Join("room", "bob", Repeatable)).Is(HttpStatusCode.OK);

        using var open = await InboxReader.Open(Bob);
        Assert.Equal(["sessions/room"], open.Sessions);
    }

    [Fact]
    public async Task Given_a_leave_whose_process_died_before_the_list_when_something_happens_the_session_drops_out()
    {
        await Alice.New("room");
        await Bob.Join("room", "bob");
        await DieAfter(1, other => other.Bob().Leave("room", "bob"));
        App.Clock.Advance(TimeSpan.FromSeconds(1));
        using var open = await InboxReader.Open(Bob);
        Assert.Equal(["sessions/room"], open.Sessions);

        await Alice.Publish("room", "alice", "1");

        Assert.Equal("sessions/room REMOVED hidden", await open.Told());
        using var again = await InboxReader.Open(Bob);
        Assert.Empty(again.Sessions);
    }

    [Fact]
    public async Task Given_a_leave_that_is_late_when_the_user_has_joined_again_meanwhile_the_session_stays()
    {
        await Alice.New("room");
        await Bob.Join("room", "bob");
        var store = new InterruptedStore(App.Store);
        await using var other = await Another(store);

        // After the member is gone, and before the list is told.
        Before(store, 2, async () => (await Bob.Join("room", "bob")).Is(HttpStatusCode.OK));
        (await other.Bob().Leave("room", "bob")).Is(HttpStatusCode.OK);

        using var open = await InboxReader.Open(Bob);
        Assert.Equal(["sessions/room"], open.Sessions);
    }

    [Fact]
    public async Task Given_members_of_a_session_when_it_is_forgotten_it_is_in_nobodys_list()
    {
        await Alice.New("room", ("owners", new JsonArray("alice", "carol")));
        await Bob.Join("room", "bob");
        await Alice.Delete("room");
        App.Clock.Advance(TimeSpan.FromMinutes(6));
        await App.Sweep();

        using var bob = await InboxReader.Open(Bob);
        using var carol = await InboxReader.Open(Carol);
        Assert.Empty(bob.Sessions);
        Assert.Empty(carol.Sessions);
        Assert.DoesNotContain(
            (await App.Store.ReadDue(
                new(["conversation/following", "conversation/ending"], DateTimeOffset.MaxValue, 9), default)).Value!,
            _ => true);
    }

    [Fact]
    public async Task A_session_that_names_very_many_is_created_and_changed_and_found_by_the_first()
    {
        JsonArray Many(string name) => [.. Enumerable.Range(0, 300).Select(i => JsonValue.Create($"{name}{i}"))];
        await Alice.New("room", ("sessionType", 2), ("allowedUsers", Many("first")));

        (await Alice.Patch("room", $$"""{"allowedUsers": {{Many("next").ToJsonString()}}}""")).Is(HttpStatusCode.OK);
        (await Alice.Patch("room", """{"allowedUsers": ["bob"]}""")).Is(HttpStatusCode.OK);

        using var open = await InboxReader.Open(Bob);
        Assert.Equal(["sessions/room"], open.Sessions);
        (await Alice.Delete("room")).Is(HttpStatusCode.OK);
    }
}
