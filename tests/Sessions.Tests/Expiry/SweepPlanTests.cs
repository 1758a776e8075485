using Sessions.Expiry;

namespace Sessions.Tests.Expiry;

/// <summary>Who sweeps which part, as each comes, goes or dies.</summary>
public sealed class SweepPlanTests
{
    private static readonly DateTimeOffset _now = new(2026, 3, 14, 9, 26, 53, TimeSpan.Zero);
    private readonly string[] _all = ["0", "1", "2", "3"];
    private SweepPlan _plan = SweepPlan.Nobody;

    [Fact]
    public void Who_is_alone_has_all()
    {
        Assert.Equal(_all, Look("a"));
        Assert.Equal(_all, Look("a"));
    }

    [Fact]
    public void Who_comes_gets_a_share_once_the_others_have_let_go_of_it()
    {
        Look("a");

        Assert.Equal([], Look("b")!);
        Assert.Equal(["0", "1"], Look("a", busy: ["2"]));
        Assert.Equal(["3"], Look("b"));
        Assert.Equal(["0", "1"], Look("a"));
        Assert.Equal(["3", "2"], Look("b"));
    }

    [Fact]
    public void No_part_is_ever_two_sweepers_and_all_come_to_be_swept()
    {
        string[] names = ["a", "b", "c", "d"];
        for (var round = 0; round < 3; round++)
        {
            foreach (var name in names)
            {
                Look(name);
                Assert.Distinct(_plan.Sweepers.SelectMany(one => one.Shards));
            }
        }

        Assert.All(names, name => Assert.Single(Look(name)!));
    }

    [Fact]
    public void Who_is_to_be_believed_for_longer_than_anybody_is_had_a_wrong_clock_and_is_not()
    {
        _plan = new([new("a", _now + (3 * SweepPlan.Lease), _all)]);

        Assert.Equal(_all, Look("b"));
    }

    [Fact]
    public void There_is_nothing_for_one_more_than_there_are_parts()
    {
        foreach (var name in _all)
        {
            Look(name);
        }

        Assert.Null(Look("late"));
        Assert.DoesNotContain(_plan.Sweepers, one => one.Name == "late");
    }

    [Fact]
    public void What_was_a_sweepers_who_is_not_heard_of_is_free_when_his_time_is_over()
    {
        Look("a");
        Assert.Equal([], Look("b", at: _now + SweepPlan.Lease - TimeSpan.FromTicks(1))!);

        var over = _now + SweepPlan.Lease;
        Assert.Equal(_all, Look("c", at: over)!.Concat(Look("b", at: over)!).Order());
    }

    [Fact]
    public void Who_is_heard_of_stays()
    {
        for (var seconds = 0; seconds < 60; seconds += 5)
        {
            Assert.Equal(_all, Look("a", at: _now.AddSeconds(seconds)));
        }
    }

    [Fact]
    public void Who_has_nothing_more_to_do_leaves_and_who_has_done_a_part_lets_go_of_it()
    {
        Look("a");
        Assert.Equal(["2", "3"], Look("a", wanted: ["2", "3"]));
        Assert.Equal(["0", "1"], Look("b"));

        Assert.Null(Look("a", wanted: []));

        Assert.Equal(["b"], _plan.Sweepers.Select(one => one.Name));
    }

    private IReadOnlyList<string>? Look(
        string name, string[]? wanted = null, string[]? busy = null, DateTimeOffset? at = null)
    {
        (_plan, var mine) = _plan.Round(name, wanted ?? _all, busy ?? [], _all.Length, at ?? _now);
        return mine;
    }
}
