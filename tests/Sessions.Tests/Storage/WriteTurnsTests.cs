using Sessions.Storage.Sqlite;
using Sessions.Tests.Support;

namespace Sessions.Tests.Storage;

/// <summary>What goes into a transaction while callers write, and a sweep beside them.</summary>
public sealed class WriteTurnsTests
{
    private const int Batch = 25;
    private const int Part = 25;
    private readonly FakeClock _clock = new();
    private readonly WriteTurns<Work> _queue;

    private readonly CallersFirst _callers;

    public WriteTurnsTests()
    {
        _callers = new(_clock);
        _queue = new(_clock, _callers);
    }

    [Fact]
    public void However_many_callers_write_what_can_wait_has_a_small_part_of_every_other_transaction()
    {
        Sweep(batches: 10);
        for (var turn = 0; turn < 10; turn++)
        {
            Call(times: 2000);

            Assert.Equal((WriteTurns<Work>.MaxGroup, Part), Taken());
            Assert.Equal((WriteTurns<Work>.MaxGroup, 0), Taken());
        }

        Assert.Equal((WriteTurns<Work>.MaxGroup, 0), Taken());
    }

    [Fact]
    public void Who_comes_while_a_part_of_it_is_written_waits_for_no_further_one()
    {
        Call(times: 1);
        Sweep(batches: 20);
        Taken();
        Assert.Equal((0, Part), Taken());

        Call(times: 1);

        Assert.Equal((1, 0), Taken());
        Assert.Equal((0, Part), Taken());
    }

    [Fact]
    public void Of_small_pieces_as_many_go_along_as_make_up_the_share()
    {
        Sweep(batches: 200, size: 1);
        Call(times: 1);

        Assert.Equal((1, WriteTurns<Work>.MaxBeside), Taken());
    }

    [Fact]
    public void It_has_no_more_while_callers_have_written_lately_and_all_when_they_have_not()
    {
        Sweep(batches: 40);
        Call(times: 1);

        Assert.Equal((1, Part), Taken());
        Assert.Equal((0, Part), Taken());
        Assert.Equal((0, Part), Taken());
        _clock.Advance(CallersFirst.Lately);
        Assert.Equal((0, 525), Taken());
    }

    [Fact]
    public void While_callers_write_it_rests_for_three_times_as_long_as_its_last_part_took()
    {
        var took = TimeSpan.FromMilliseconds(3);
        Sweep(batches: 40);
        Call(times: 1);
        Assert.Equal((1, Part), Taken());

        _clock.Advance(took);
        Assert.Equal((0, 0), Taken());
        _clock.Advance((Rest.Times * took) - TimeSpan.FromTicks(1));
        Call(times: 1);
        Assert.Equal((1, 0), Taken());
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal((0, Part), Taken());
    }

    [Fact]
    public void While_callers_read_it_has_no_more_than_a_small_part_either()
    {
        Sweep(batches: 40);
        _callers.Asked();

        Assert.Equal((0, Part), Taken());
        _clock.Advance(TimeSpan.FromMilliseconds(3));
        Assert.Equal((0, 0), Taken());
    }

    [Fact]
    public void It_rests_no_more_when_nothing_more_will_come()
    {
        Sweep(batches: 3);
        Call(times: 1);
        Assert.Equal((1, Part), Taken());
        _clock.Advance(TimeSpan.FromMilliseconds(3));

        _queue.Complete();

        Assert.Equal((0, Part), Taken());
        Assert.Equal((0, Part), Taken());
    }

    [Fact]
    public void Where_no_caller_has_ever_written_it_has_all()
    {
        Sweep(batches: 40);

        Assert.Equal((0, 525), Taken());
    }

    [Fact]
    public void What_was_given_up_takes_nobodys_place()
    {
        Call(times: 600, givenUp: true);
        Sweep(batches: 3, givenUp: true);
        Call(times: 2);
        Sweep(batches: 1);

        Assert.Equal((2, Batch), Taken());
        Assert.Equal((0, 0), Taken());
    }

    private void Call(int times, bool givenUp = false) => Add(times, new(1, false, givenUp));

    private void Sweep(int batches, int size = Batch, bool givenUp = false) => Add(batches, new(size, true, givenUp));

    private void Add(int times, Work work)
    {
        for (var time = 0; time < times; time++)
        {
            Assert.True(_queue.TryAdd(work, work.CanWait));
        }
    }

    private (int OfCallers, int OfSweep) Taken()
    {
        List<Work> group = [];
        _queue.Take(group);
        return (Sum(group, false), Sum(group, true));
    }

    private static int Sum(List<Work> group, bool canWait) =>
        group.Where(work => work.CanWait == canWait).Sum(work => work.Size);

    private sealed record Work(int Size, bool CanWait, bool IsGivenUp) : IQueuedWork
    {
        public bool GivenUp() => IsGivenUp;
    }
}
