using Sessions.Lifecycle;

namespace Sessions.Tests.Lifecycle;

public sealed class LifetimeRulesTests
{
    private static readonly DateTimeOffset _start = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly Lifetime _open = new()
    {
        Status = "open", Open = true, CreatedAt = _start, UpdatedAt = _start,
    };

    [Theory]
    [InlineData(null)]
    [InlineData(0)]
    public void Without_a_ttl_and_a_date_a_session_never_expires(int? ttl)
    {
        var session = _open with { TtlSeconds = ttl };

        Assert.Null(session.ExpiresAt);
        Assert.Same(session, session.At(DateTimeOffset.MaxValue, "closed"));
    }

    [Fact]
    public void Ttl_counts_from_creation_and_then_from_the_last_activity()
    {
        var session = _open with { TtlSeconds = 60 };

        Assert.Equal(_start.AddSeconds(60), session.ExpiresAt);
        Assert.Equal(_start.AddSeconds(90), session.Touch(_start.AddSeconds(30)).ExpiresAt);
    }

    [Fact]
    public void A_date_overrides_a_ttl_even_when_it_is_later() =>
        Assert.Equal(_start.AddDays(1), (_open with { TtlSeconds = 60, DateExpiry = _start.AddDays(1) }).ExpiresAt);

    [Fact]
    public void The_longest_ttl_is_still_a_date() =>
        Assert.Equal(2094, (_open with { TtlSeconds = int.MaxValue }).ExpiresAt!.Value.Year);

    [Fact]
    public void An_expired_session_ended_at_its_expiry_however_late_it_is_read()
    {
        var session = _open with { TtlSeconds = 60 };

        var seen = session.At(_start.AddYears(1), "expired");

        Assert.False(seen.Open);
        Assert.Equal("expired", seen.Status);
        Assert.Equal(_start.AddSeconds(60), seen.EndedAt);
        Assert.Equal(CloseReasons.Ttl, seen.ClosedReason);
        Assert.Null(seen.ExpiresAt);
    }

    [Fact]
    public void A_closed_session_stays_as_it_ended()
    {
        var closed = (_open with { TtlSeconds = 60 }).Close("closed", CloseReasons.Api, _start.AddSeconds(5));

        Assert.Same(closed, closed.At(_start.AddYears(1), "expired"));
    }
}
