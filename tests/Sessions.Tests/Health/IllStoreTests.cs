using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Storage;
using Sessions.Tests.Support;
using Sessions.Tests.TwilioProxy;

namespace Sessions.Tests.Health;

/// <summary>What clients see of a store that is ill.</summary>
public sealed class IllStoreTests : IAsyncLifetime
{
    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    // What is promised is a second; a machine that does other things meanwhile may take longer over it.
    private static readonly TimeSpan _soon = 3 * _second;
    private IllStore _store = null!;
    private SessionsApp _app = null!;
    private ProxyClient _proxy = null!;
    private string _service = "";

    public async Task InitializeAsync()
    {
        _app = await SessionsApp.Start(builder =>
        {
            var counting = builder.Services.Last(each => each.ServiceType == typeof(IDocumentStore));
            _store = new((IDocumentStore)counting.ImplementationInstance!);
            builder.Services.AddSingleton<IDocumentStore>(_store);
        });
        _proxy = ProxyClient.Acme(_app);
        _service = await _proxy.NewService();
        // What has not answered a hundred times is not called hung: it may be starting.
        for (var i = 0; i < 100; i++)
        {
            (await _proxy.Get(_service)).Is(HttpStatusCode.OK);
        }
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task While_it_is_down_every_answer_comes_soon_and_tells_when_to_come_again(bool hangs)
    {
        _store.Illness = hangs ? IllStore.Hangs : IllStore.Refuses;
        var before = _store.Calls;
        var answers = await Sixty(seconds: 3);
        var asked = _store.Calls - before;

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Reply.Status));
        Assert.All(answers, answer => Assert.InRange(answer.Took, TimeSpan.Zero, _soon));
        Assert.All(answers, answer => Assert.Equal("1", answer.Reply.Headers["Retry-After"]));
        Assert.InRange(asked, 1, 2 * answers.Count);

        _store.Illness = null;
        await Task.Delay(_second);
        (await _proxy.Get($"{_service}")).Is(HttpStatusCode.OK);
        (await Sixty(seconds: 1)).ForEach(answer => answer.Reply.Is(HttpStatusCode.OK));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_store_that_cannot_be_written_to_is_not_ready(bool hangs)
    {
        _store.OnlyCommits = true;
        Assert.Equal(HttpStatusCode.OK, await Ready());
        _store.Illness = hangs ? IllStore.Hangs : IllStore.Refuses;
        _app.Clock.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, await Ready());

        (await _proxy.Get($"{_service}")).Is(HttpStatusCode.OK);
        _store.Illness = null;
        Assert.Equal(HttpStatusCode.OK, await Ready());
    }

    private async Task<HttpStatusCode> Ready()
    {
        using var client = _app.Anonymous();
        using var response = await client.GetAsync(new Uri("/health/ready", UriKind.Relative));
        return response.StatusCode;
    }

    private async Task<List<(ApiReply Reply, TimeSpan Took)>> Sixty(int seconds)
    {
        var answers = new List<Task<(ApiReply, TimeSpan)>>();
        for (var i = 0; i < 60 * seconds; i++)
        {
            answers.Add(Timed());
            await Task.Delay(_second / 60);
        }

        return [.. await Task.WhenAll(answers)];
    }

    private async Task<(ApiReply Reply, TimeSpan Took)> Timed()
    {
        var clock = Stopwatch.StartNew();
        var reply = await _proxy.Get($"{_service}");
        return (reply, clock.Elapsed);
    }
}
