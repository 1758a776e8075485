using Sessions.Storage.Sqlite;
using Sessions.Tests.Support;

namespace Sessions.Tests.Storage;

/// <summary>How what can wait keeps out of callers' way.</summary>
public sealed class CallersFirstTests
{
    private readonly FakeClock _clock = new();
    private readonly CallersFirst _callers;

    public CallersFirstTests() => _callers = new(_clock);

    [Fact]
    public void While_nobody_asks_it_never_rests()
    {
        Assert.Equal(TimeSpan.Zero, _callers.Left());
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(TimeSpan.Zero, _callers.Left());
    }

    [Fact]
    public void While_callers_ask_it_works_for_a_part_and_rests_for_three_times_as_long()
    {
        _callers.Left();
        _callers.Asked();
        Assert.Equal(TimeSpan.Zero, _callers.Left());

        _clock.Advance(CallersFirst.Part);
        Assert.Equal(Rest.Times * CallersFirst.Part, _callers.Left());
        _clock.Advance(CallersFirst.Part);
        Assert.Equal((Rest.Times - 1) * CallersFirst.Part, _callers.Left());
        _clock.Advance((Rest.Times - 1) * CallersFirst.Part);
        Assert.Equal(TimeSpan.Zero, _callers.Left());
        _clock.Advance(CallersFirst.Part / 2);
        Assert.Equal(TimeSpan.Zero, _callers.Left());
    }

    [Fact]
    public void However_long_its_last_part_was_it_gets_on_again()
    {
        _callers.Left();
        _clock.Advance(TimeSpan.FromMinutes(1));
        _callers.Asked();

        Assert.InRange(_callers.Left(), TimeSpan.FromTicks(1), TimeSpan.FromMilliseconds(30));
    }

    [Fact]
    public void A_second_after_the_last_has_asked_it_rests_no_more()
    {
        _callers.Left();
        _callers.Asked();
        _clock.Advance(CallersFirst.Part);
        Assert.NotEqual(TimeSpan.Zero, _callers.Left());

        _clock.Advance(CallersFirst.Lately);
        Assert.Equal(TimeSpan.Zero, _callers.Left());
    }

    [Fact]
    public async Task It_goes_on_by_itself_when_its_rest_is_over()
    {
        _callers.Left();
        _callers.Asked();
        _clock.Advance(CallersFirst.Part);

        var waiting = _callers.GiveWay(CancellationToken.None).AsTask();
        Assert.False(waiting.IsCompleted);
        _clock.Advance(Rest.Times * CallersFirst.Part);

        await waiting;
    }
}
