using System.Diagnostics;
using System.Net;
using Sessions.Tests.Support;

namespace Sessions.Tests.Health;

/// <summary>What clients see of a store that is ill.</summary>
[Collection(nameof(Alone))]
[Trait("Host", "Kestrel")]
[Trait("Store", "Own")]
public sealed class IllStoreTests : IAsyncLifetime
{
    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    // What is promised is a second; a machine that does other things meanwhile may take longer over it.
    private static readonly TimeSpan _soon = 3 * _second;
    private IllHouse _house = null!;

    private IllStore Store => _house.Store;

    public async Task InitializeAsync() => _house = await IllHouse.Start();

    public async Task DisposeAsync() => await _house.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task While_it_is_down_every_answer_comes_soon_and_tells_when_to_come_again(bool hangs)
    {
        Store.Illness = hangs ? IllStore.Hangs : IllStore.Refuses;
        var before = Store.Calls;
        var answers = await Ask(seconds: 3);
        var asked = Store.Calls - before;

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Reply.Status));
        Assert.All(answers, answer => Assert.InRange(answer.Took, TimeSpan.Zero, _soon));
        Assert.All(answers, answer => Assert.Equal("1", answer.Reply.Headers["Retry-After"]));
        Assert.InRange(asked, 1, 2 * answers.Count);

        Store.Illness = null;
        await Task.Delay(_second);
        (await _house.Ask()).Is(HttpStatusCode.OK);
        (await Ask(seconds: 1)).ForEach(answer => answer.Reply.Is(HttpStatusCode.OK));
    }

    [Fact]
    public async Task While_it_takes_half_a_second_over_each_of_150_a_second_none_is_refused()
    {
        Store.Slowness = () => Task.Delay(_second / 2);

        (await Ask(seconds: 2, aSecond: 150)).ForEach(answer => answer.Reply.Is(HttpStatusCode.OK));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_store_that_cannot_be_written_to_is_not_ready(bool hangs)
    {
        Store.OnlyCommits = true;
        Assert.Equal(HttpStatusCode.OK, await Ready());
        Store.Illness = hangs ? IllStore.Hangs : IllStore.Refuses;
        _house.App.Clock.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, await Ready());

        (await _house.Ask()).Is(HttpStatusCode.OK);
        Store.Illness = null;
        Assert.Equal(HttpStatusCode.OK, await Ready());
    }

    private async Task<HttpStatusCode> Ready()
    {
        using var client = _house.App.Anonymous();
        using var response = await client.GetAsync(new Uri("/health/ready", UriKind.Relative));
        return response.StatusCode;
    }

    private async Task<List<(ApiReply Reply, TimeSpan Took)>> Ask(int seconds, int aSecond = 60)
    {
        var answers = new List<Task<(ApiReply, TimeSpan)>>();
        for (var clock = Stopwatch.StartNew(); answers.Count < aSecond * seconds;)
        {
            answers.Add(Timed());
            var early = (answers.Count * _second / aSecond) - clock.Elapsed;
            await Task.Delay(early > TimeSpan.Zero ? early : TimeSpan.Zero);
        }

        return [.. await Task.WhenAll(answers)];
    }

    private async Task<(ApiReply Reply, TimeSpan Took)> Timed()
    {
        var clock = Stopwatch.StartNew();
        var reply = await _house.Ask();
        return (reply, clock.Elapsed);
    }
}
