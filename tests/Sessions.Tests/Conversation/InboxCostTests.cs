using System.Net;
using System.Text.Json.Nodes;

namespace Sessions.Tests.Conversation;

/// <summary>What inboxes cost, and what they see of other processes.</summary>
[Trait("Host", "Kestrel")]
public sealed class InboxCostTests : ConversationTest
{
    [Fact]
    public async Task Many_inboxes_of_many_sessions_at_rest_cost_nothing_but_the_one_look_of_their_process()
    {
        for (var i = 0; i < 30; i++)
        {
            await Alice.New(null, ("owners", new JsonArray("alice", "bob", "carol")));
        }

        App.Clock.Advance(TimeSpan.FromMinutes(1));
        using var alice = await InboxReader.Open(Alice);
        using var bob = await InboxReader.Open(Bob);
        using var carol = await InboxReader.Open(Carol);
        Assert.Equal(30, carol.Sessions.Count);
        await Advance(TimeSpan.FromSeconds(30));

        var calls = await App.Store.CallsOf(() => Advance(TimeSpan.FromMinutes(1)));

        Assert.Equal(0, calls);
    }

    [Fact]
    public async Task An_inbox_opens_at_three_calls_and_goes_on_at_what_has_changed()
    {
        for (var i = 0; i < 30; i++)
        {
            await Alice.New($"room{i}", ("owners", new JsonArray("alice", "bob")));
        }

        // The list, and whether anything has happened in the last seconds.
        App.Clock.Advance(TimeSpan.FromMinutes(1));
        InboxReader? opened = null;
        Assert.Equal(3, await App.Store.CallsOf(async () => opened = await InboxReader.Open(Bob)));
        var cursor = opened!.Cursor;
        opened.Dispose();
        App.Clock.Advance(TimeSpan.FromHours(1));
        await Alice.Publish("room7", "alice", "1");

        // The list; whether anything has changed, and what, of three kinds; and of the one session that has, the head,
        // the place in it, the log and a page.
        InboxReader? again = null;
        var calls = await App.Store.CallsOf(async () =>
        {
            again = await InboxReader.Open(Bob, cursor);
            Assert.Equal("sessions/room7 MESSAGE 1", await again.Told());
        });

        // The first stream may still be on its way out.
        Assert.InRange(calls, 2 + (1 + 2 + 1 + 1) + 4, 15);
        again!.Dispose();
    }

    [Fact]
    public async Task What_another_process_does_is_seen_within_seconds()
    {
        await Alice.New("room", ("owners", new JsonArray("alice", "bob")));
        await Alice.New("other");
        App.Clock.Advance(TimeSpan.FromMinutes(1));
        using var bob = await InboxReader.Open(Bob, clock: App.Clock);
        await using var second = await App.Another();

        (await second.Alice().Publish("room", "alice", "1")).Is(HttpStatusCode.OK);
        Assert.Equal("sessions/room MESSAGE 1", await bob.Told());
        (await second.Bob().Join("other", "bob")).Is(HttpStatusCode.OK);
        Assert.Equal(["sessions/other ADDED", "sessions/other JOINED bob"], await bob.Told(2));
        await second.Alice().New("third", ("owners", new JsonArray("alice", "bob")));
        Assert.Equal("sessions/third ADDED", await bob.Told());
        (await second.Alice().Delete("room")).Is(HttpStatusCode.OK);
        Assert.Equal("sessions/room ENDED deleted", await bob.Told());
    }

    // From timer to timer, so that each look is taken.
    private async Task Advance(TimeSpan time)
    {
        for (var end = App.Clock.Now + time; App.Clock.Now < end;)
        {
            var started = App.Clock.TimersStarted;
            App.Clock.Advance(TimeSpan.FromMilliseconds(250));
            for (var i = 0; i < 5 && started == App.Clock.TimersStarted; i++)
            {
                await Task.Delay(1);
            }
        }
    }
}
