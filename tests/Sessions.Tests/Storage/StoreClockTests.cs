using Sessions.Storage;
using Sessions.Tests.Support;

namespace Sessions.Tests.Storage;

/// <summary>Whose time it is where two clocks are apart.</summary>
public sealed class StoreClockTests
{
    private static readonly TimeSpan _hours = TimeSpan.FromHours(3);
    private readonly FakeClock _own = new();
    private readonly DateTimeOffset _right;
    private readonly StoreClock _clock;

    public StoreClockTests()
    {
        _right = _own.Now;
        _clock = new(_own);
    }

    [Fact]
    public void As_long_as_nothing_is_told_it_is_the_own() => Assert.Equal(_own.Now, _clock.GetUtcNow());

    [Theory]
    [InlineData(10)]
    [InlineData(-10)]
    public void Near_the_stores_it_is_the_own(int seconds)
    {
        _clock.IsTold(_right - TimeSpan.FromSeconds(seconds));

        Assert.False(_clock.IsFar);
        Assert.Equal(_own.Now, _clock.GetUtcNow());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void Far_from_the_stores_it_is_the_stores_and_goes_on(int way)
    {
        _own.Put(way * _hours);
        _clock.IsTold(_right);
        _own.Advance(TimeSpan.FromMinutes(4));

        Assert.True(_clock.IsFar);
        Assert.Equal(way * _hours, _clock.Ahead);
        Assert.Equal(_right + TimeSpan.FromMinutes(4), _clock.GetUtcNow());
    }

    [Fact]
    public void That_the_own_is_put_is_seen_at_once_and_that_it_is_put_right_too()
    {
        _clock.IsTold(_right);
        _own.Put(_hours);

        Assert.True(_clock.IsFar);
        Assert.Equal(_right, _clock.GetUtcNow());
        _own.Put(-_hours);
        Assert.False(_clock.IsFar);
        Assert.Equal(_own.Now, _clock.GetUtcNow());
    }
}
