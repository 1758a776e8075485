using System.Net;
using Sessions.Storage;
using Sessions.Tests.Support;

namespace Sessions.Tests.TwilioProxy;

/// <summary>Unique names where a Session that closes gives its own back.</summary>
public sealed class SessionNameTests : IAsyncLifetime
{
    private SessionsApp _app = null!;
    private ProxyClient _proxy = null!;
    private string _service = "";

    public async Task InitializeAsync()
    {
        _app = await SessionsApp.Start(builder => builder.Configuration["TwilioProxy:FreeNamesOnClose"] = "true");
        _proxy = ProxyClient.Acme(_app);
        _service = await _proxy.NewService();
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task An_open_sessions_name_is_its_own()
    {
        await Named();

        (await _proxy.Post($"{_service}/Sessions", ("UniqueName", "order"))).IsError(80603);
    }

    [Fact]
    public async Task A_name_is_free_when_its_session_closes_and_a_fetch_finds_the_open_one()
    {
        var first = await Named();
        await _proxy.Post(first, ("Status", "closed"));

        var second = await Named();

        Assert.Equal(second[^34..], (await Order())["sid"]);
        Assert.Equal("order", (await _proxy.Get(first))["unique_name"]);
    }

    [Fact]
    public async Task A_fetch_by_name_finds_the_newest_when_none_is_open()
    {
        var first = await Named(("Status", "closed"));
        var second = await Named();
        await _proxy.Post(second, ("Status", "closed"));
        Assert.Equal(second[^34..], (await Order())["sid"]);
        await _proxy.Post(first, ("Status", "in-progress"));
        Assert.Equal(first[^34..], (await Order())["sid"]);

        await _proxy.Post(first, ("Status", "closed"));

        Assert.Equal(second[^34..], (await Order())["sid"]);
        await _proxy.Delete(second);
        Assert.Equal(first[^34..], (await Order())["sid"]);
        await _proxy.Delete(first);
        (await _proxy.Get($"{_service}/Sessions/order")).IsError(80308, HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_session_reopens_with_its_name_or_not_at_all()
    {
        var first = await Named(("Status", "closed"));
        var second = await Named();

        (await _proxy.Post(first, ("Status", "in-progress"))).IsError(80603);
        Assert.Equal("closed", (await _proxy.Get(first))["status"]);

        await _proxy.Post(second, ("Status", "closed"));
        (await _proxy.Post(first, ("Status", "in-progress"))).Is(HttpStatusCode.OK);
        (await _proxy.Post($"{_service}/Sessions", ("UniqueName", "order"))).IsError(80603);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_name_is_free_at_the_moment_its_sessions_time_runs_out(bool swept)
    {
        var first = await Named(("Ttl", "60"));
        _app.Clock.Advance(TimeSpan.FromSeconds(60));
        if (swept)
        {
            await _app.Sweep();
        }

        Assert.Equal(first[^34..], (await Order())["sid"]);
        var second = await Named();

        Assert.Equal(second[^34..], (await Order())["sid"]);
        Assert.Equal("ttl", (await _proxy.Get(first))["closed_reason"]);
        (await _proxy.Post(first, ("Status", "in-progress"))).IsError(80603);
        await _proxy.Post(second, ("Ttl", "1"));
        _app.Clock.Advance(TimeSpan.FromSeconds(60));
        (await _proxy.Post(first, ("Status", "in-progress"))).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_participant_may_leave_a_closed_session_whose_name_is_another_ones()
    {
        await _proxy.NewNumber(_service, "+14155559001");
        var first = await Named();
        var ann = await _proxy.NewParticipant(first, "+14155550001");
        await _proxy.Post(first, ("Status", "closed"));
        var second = await Named();

        (await _proxy.Delete($"{first}/Participants/{ann["sid"]}")).Is(HttpStatusCode.NoContent);

        Assert.Equal(second[^34..], (await Order())["sid"]);
    }

    [Fact]
    public async Task Nothing_is_left_of_a_name_when_its_sessions_are_forgotten()
    {
        await Named(("Status", "closed"));
        _app.Clock.Advance(TimeSpan.FromDays(90));

        (await _proxy.Get($"{_service}/Sessions/order")).IsError(80308, HttpStatusCode.NotFound);
        await _app.Sweep();
        var left = await _app.Store.List(
            new($"acme:twilio-proxy:{_service[^34..]}", "twilio-proxy/past-name", 1), CancellationToken.None);
        Assert.Equal(StoreOutcome.Done, left.Outcome);
        Assert.Empty(left.Value!);
    }

    [Fact]
    public async Task Without_the_setting_a_closed_session_keeps_its_name()
    {
        await using var app = await SessionsApp.Start();
        var proxy = ProxyClient.Acme(app);
        var service = await proxy.NewService();
        await proxy.NewSession(service, ("UniqueName", "order"), ("Status", "closed"));

        (await proxy.Post($"{service}/Sessions", ("UniqueName", "order"))).IsError(80603);
    }

    private async Task<string> Named(params (string Name, string Value)[] more)
    {
        _app.Clock.Advance(TimeSpan.FromSeconds(1));
        return await _proxy.NewSession(_service, [("UniqueName", "order"), .. more]);
    }

    private async Task<ApiReply> Order() =>
        (await _proxy.Get($"{_service}/Sessions/order")).Is(HttpStatusCode.OK);
}
