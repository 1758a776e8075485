using System.Text.Json.Nodes;
using Sessions.Tests.Support;

namespace Sessions.Tests.CamaraWebRtc;

/// <summary>What is not yours is as good as not there.</summary>
public sealed class TenantTests : IAsyncLifetime
{
    private SessionsApp _app = null!;
    private CamaraClient _alice = null!;
    private string _call = "";
    private string _registration = "";
    private string _subscription = "";

    public async Task InitializeAsync()
    {
        _app = await CamaraUsers.Start();
        _alice = new(_app, CamaraUsers.Alice);
        var id = await _alice.Register();
        _registration = $"{CamaraClient.Registrations}/{id}";
        _subscription = await _alice.Subscribe(id, "session-status", "https://sink.example.com");
        _call = await _alice.Call();
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Theory]
    [InlineData(CamaraUsers.Carol)]
    [InlineData(CamaraUsers.BobElsewhere)]
    [InlineData(CamaraUsers.Nobody)]
    public async Task A_stranger_of_this_or_another_account_finds_nothing_and_changes_nothing(string token)
    {
        var stranger = new CamaraClient(_app, token);
        var absent = await stranger.Get($"{CamaraClient.Calls}/{new string('0', 102)}");
        ApiReply[] replies =
        [
            await stranger.Get(_call),
            await stranger.Put($"{_call}/status", CamaraClient.Status("Busy")),
            await stranger.Put($"{_call}/status", null),
            await stranger.Delete(_call),
            await stranger.Get(_registration),
            await stranger.Put(_registration, new JsonObject()),
            await stranger.Delete(_registration),
            await stranger.Get(_subscription),
            await stranger.Delete(_subscription),
        ];

        Assert.All(replies, reply => Assert.Equal(
            absent.Body!.ToJsonString(), reply.IsNotFound().Body!.ToJsonString()));
        Assert.Equal("Initial", await _alice.StatusOf(_call));
        Assert.Empty((await stranger.Get(CamaraClient.Subscriptions)).Body!.AsArray());
        var devices = await stranger.Get($"{CamaraClient.Registrations}?deviceId={CamaraClient.Device}");
        Assert.Empty(devices.Body!.AsArray());
        Assert.Single((await _alice.Get(CamaraClient.Subscriptions)).Body!.AsArray());
    }

    [Fact]
    public async Task The_receiver_sees_the_call_and_may_answer_it_but_not_the_callers_devices()
    {
        var bob = new CamaraClient(_app, CamaraUsers.Bob);

        Assert.Equal("Initial", await bob.StatusOf(_call));
        await bob.Set(_call, "Connected", answer: true);

        (await bob.Get(_registration)).IsNotFound();
        (await bob.Get(_subscription)).IsNotFound();
    }

    [Fact]
    public async Task One_key_in_two_hands_makes_two_calls()
    {
        var key = ("Idempotency-Key", "same");
        var mine = await _alice.Post(CamaraClient.Calls, CamaraClient.NewCall(), key);
        var carol = new CamaraClient(_app, CamaraUsers.Carol);

        var hers = await carol.Post(
            CamaraClient.Calls, CamaraClient.NewCall(("originatorAddress", "tel:+17085859999")), key);

        Assert.NotEqual(mine["mediaSessionId"], hers["mediaSessionId"]);
    }
}
