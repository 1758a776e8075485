using System.Net;
using System.Net.Http.Headers;
using Sessions.TwilioProxy;

namespace Sessions.Tests.TwilioProxy;

/// <summary>What an import is read from: page by page, and not always there.</summary>
public sealed class ImportSourceTests : IAsyncLifetime
{
    private ImportHouse _house = null!;

    public async Task InitializeAsync() => _house = await ImportHouse.Start();

    public async Task DisposeAsync() => await _house.DisposeAsync();

    [Fact]
    public async Task A_source_that_is_busy_is_asked_again()
    {
        var asked = 0;
        _house.Faults = _ => (asked++ % 3) switch
        {
            0 => Busy(HttpStatusCode.TooManyRequests),
            1 => Busy(HttpStatusCode.BadGateway),
            _ => null,
        };

        var report = await _house.Import();

        Assert.Equal(0, report.Differences);
        await _house.AreAlike();
    }

    [Fact]
    [Trait("Host", "Kestrel")]
    public async Task Pages_are_followed_to_the_end()
    {
        foreach (var i in Enumerable.Range(0, 205))
        {
            await _house.There.NewSession(_house.Service, ("UniqueName", $"{i}"));
        }

        var report = await _house.Import();

        Assert.Contains("206 Sessions", report.Summary(false), StringComparison.Ordinal);
        await _house.AreAlike();
    }

    [Fact]
    public async Task A_run_that_ended_half_way_is_gone_on_with()
    {
        foreach (var i in Enumerable.Range(0, 40))
        {
            await _house.There.NewSession(
                _house.Service, ("Participants", ImportHouse.Participant($"+141544400{i:D2}")));
        }

        using var end = new CancellationTokenSource();
        var asked = 0;
        _house.Faults = _ =>
        {
            if (Interlocked.Increment(ref asked) == 25)
            {
                end.Cancel();
            }

            return null;
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _house.Import(cancellation: end.Token));
        var half = (await ClaimInvariant.All(_house.Target, _house.Service, "session")).Count;

        var report = await _house.Import();

        Assert.InRange(half, 1, 40);
        Assert.Equal(0, report.Differences);
        await _house.AreAlike();
    }

    [Fact]
    public async Task Wrong_credentials_end_it_with_words()
    {
        var failure = await Assert.ThrowsAsync<ImportException>(() => _house.Import(password: "wrong"));

        Assert.Contains("TWILIO_AUTH_TOKEN", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(HttpStatusCode.NotFound, "")]
    [InlineData(HttpStatusCode.MovedPermanently, "")]
    [InlineData(HttpStatusCode.OK, "<html>")]
    [InlineData(HttpStatusCode.OK, "[]")]
    [InlineData(HttpStatusCode.OK, """{"meta": {"key": "services", "next_page_url": null}}""")]
    [InlineData(HttpStatusCode.OK, """
        {"services": [{"sid": "../x", "date_created": "2026-03-14T09:26:53Z"}],
         "meta": {"key": "services", "next_page_url": null}}
        """)]
    public async Task What_does_not_speak_Proxy_ends_it_with_words(HttpStatusCode status, string body)
    {
        _house.Faults = _ => new(status) { Content = new StringContent(body) };

        var failure = await Assert.ThrowsAsync<ImportException>(() => _house.Import());

        Assert.Contains("Look at --from", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_source_that_nobody_answers_for_ends_it_at_once()
    {
        _house.Faults = _ => throw new HttpRequestException("Connection refused");

        var failure = await Assert.ThrowsAsync<ImportException>(() => _house.Import());

        Assert.Contains("Connection refused", failure.Message, StringComparison.Ordinal);
    }

    private static HttpResponseMessage Busy(HttpStatusCode status)
    {
        var busy = new HttpResponseMessage(status);
        busy.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.Zero);
        return busy;
    }
}
