using System.Text.Json.Nodes;

namespace Sessions.Tests.Conversation;

/// <summary>What each operation costs in store calls.</summary>
public sealed class StoreCallTests : ConversationTest
{
    [Fact]
    public async Task Create_get_and_list_cost_one_call_each()
    {
        Assert.Equal(1, await Calls(() => Alice.New("one")));
        Assert.Equal(1, await Calls(() => Alice.Get("one")));
        Assert.Equal(1, await Calls(() => Alice.Get("")));
    }

    [Fact]
    public async Task Publish_costs_the_head_the_log_and_one_commit()
    {
        var id = await Alice.New();

        Assert.Equal(3, await Calls(() => Alice.Publish(id, "alice", "1")));
        Assert.Equal(3, await Calls(() => Alice.Publish(id, "alice", "1")));
    }

    // The user's list of sessions lies in the user's own partition, which no commit of the session's reaches. Who
    // leaves may have joined again meanwhile, so that is looked at.
    [Fact]
    public async Task Join_costs_one_call_more_for_the_users_list_and_leave_two()
    {
        var id = await Alice.New();

        Assert.Equal(3 + 1, await Calls(() => Bob.Join(id, "bob")));
        Assert.Equal(3 + 2, await Calls(() => Bob.Leave(id, "bob")));
    }

    // Where no commit spans both partitions it is answered when it is safe, and told of after that.
    [Fact]
    public async Task An_update_costs_the_head_the_log_and_one_commit_or_two_calls_and_three_to_tell_of_it()
    {
        var id = await Alice.New();
        var commits = App.Store.Commits;

        var calls = await Calls(() => Alice.Patch(id, """{"description": "x"}"""));

        if (App.Store.SpansPartitions)
        {
            Assert.Equal((3, 1), (calls, App.Store.Commits - commits));
        }
        else
        {
            Assert.InRange(calls, 2, 5);
        }
    }

    [Fact]
    public async Task An_update_that_is_told_in_its_own_commit_leaves_nothing_to_the_timer()
    {
        var id = await Alice.New();
        await Alice.Patch(id, """{"description": "x"}""");
        await App.Sweep();
        var commits = App.Store.Commits;

        await Alice.Patch(id, """{"description": "y"}""");
        await App.Sweep();

        Assert.InRange(App.Store.Commits - commits, 1, App.Store.SpansPartitions ? 1 : 10);
    }

    [Fact]
    public async Task A_refused_leave_writes_nothing_and_costs_what_it_costs_where_there_is_nothing()
    {
        var hidden = await Alice.New(null, ("sessionType", 2));
        await Alice.Publish(hidden, "alice", "1");
        var commits = App.Store.Commits;

        var refused = await Calls(() => Bob.Leave(hidden, "bob"));

        Assert.Equal(refused, await Calls(() => Bob.Leave("absent", "bob")));
        Assert.Equal(commits, App.Store.Commits);
        Assert.Equal(await Calls(() => Bob.Get(hidden)), await Calls(() => Bob.Get("absent")));
        Assert.Equal(
            await Calls(() => Bob.Publish(hidden, "bob", "1")), await Calls(() => Bob.Publish("absent", "bob", "1")));
        Assert.Equal(commits, App.Store.Commits);
    }

    [Fact]
    public async Task A_delete_costs_the_end_and_the_head() =>
        Assert.Equal(4, await Calls(async () => await Alice.Delete(await Alice.New("gone"))) - 1);

    [Fact]
    public async Task A_repeated_create_costs_two_calls()
    {
        (string, string) key = ("Idempotency-Key", "k");
        await Alice.Post("", ConversationClient.Body(), key);
        Assert.Equal(2, await Calls(() => Alice.Post("", ConversationClient.Body(), key)));
    }

    [Fact]
    public async Task Only_a_session_that_seems_to_have_expired_costs_a_look_into_its_log()
    {
        var id = await Alice.New(null, ("sessionType", 3), ("options", new JsonObject { ["ttl"] = "60s" }));
        App.Clock.Advance(TimeSpan.FromSeconds(59));
        await Alice.Publish(id, "alice", "1");
        Assert.Equal(1, await Calls(() => Alice.Get(id)));

        App.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, await Calls(() => Alice.Get(id)));

        await App.Sweep();
        Assert.Equal(1, await Calls(() => Alice.Get(id)));
    }

    private Task<int> Calls(Func<Task> work) => App.Store.CallsOf(work);
}
