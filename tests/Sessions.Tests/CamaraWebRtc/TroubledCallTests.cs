using System.Net;
using System.Text.Json.Nodes;
using Sessions.Tests.Support;

namespace Sessions.Tests.CamaraWebRtc;

/// <summary>What becomes of calls between people with several devices and bad networks.</summary>
public sealed class TroubledCallTests : IAsyncLifetime
{
    private SessionsApp _app = null!;
    private CamaraClient _alice = null!;
    private CamaraClient _bob = null!;
    private Sink _sink = null!;

    public async Task InitializeAsync()
    {
        _app = await CamaraUsers.Start();
        _alice = new(_app, CamaraUsers.Alice);
        _bob = new(_app, CamaraUsers.Bob);
        _sink = await Sink.Start();
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        await _sink.DisposeAsync();
    }

    [Theory]
    [InlineData("Busy")]
    [InlineData("Declined")]
    [InlineData("NoAnswer")]
    [InlineData("Ringing")]
    [InlineData("Connected")]
    public async Task A_second_device_can_neither_end_nor_take_over_a_call_that_was_answered_elsewhere(string status)
    {
        var call = await _alice.Call();
        await _bob.Set(call, "Connected", answer: true);
        var second = CamaraClient.Status(status);
        if (status is "Connected")
        {
            second["answer"] = new JsonObject { ["sdp"] = "v=0 second device" };
        }

        var refused = (await _bob.Put($"{call}/status", second))
            .IsError(HttpStatusCode.Conflict, "INCOMPATIBLE_STATE");

        Assert.Contains("answered elsewhere", refused["message"], StringComparison.Ordinal);
        var shown = (await _bob.Get(call)).Is(HttpStatusCode.OK);
        Assert.Equal(("Connected", "v=0 answer"), (shown["status"], $"{shown.Body!["answer"]!["sdp"]}"));
        await _bob.Set(call, "Connected", answer: true);
    }

    [Fact]
    public async Task Two_devices_ring_one_answers_and_the_other_is_told_that_the_call_was_completed_elsewhere()
    {
        await using var desk = await Sink.Start();
        await using var mobile = await Sink.Start();
        var onDesk = await Device(_bob, CamaraClient.Device, desk);
        var onMobile = await Device(_bob, CamaraClient.OtherDevice, mobile);
        var call = await _alice.Call();
        Assert.All(
            [await desk.Next(), await mobile.Next()], told => Assert.Equal("session-invitation", told.Type));

        await Put(call, "Ringing", onMobile);
        Assert.All([await desk.Next(), await mobile.Next()], told => Assert.Equal("Ringing", told.Status));
        (await Put(call, "Connected", onDesk)).Is(HttpStatusCode.OK);

        var answered = await desk.Next();
        Assert.Equal(("Connected", 3), (answered.Status, answered.Sequence));
        var elsewhere = await mobile.Next();
        Assert.Equal(("SessionCancelled", 3), (elsewhere.Status, elsewhere.Sequence));
        Assert.Equal(("Call completed elsewhere", null), (elsewhere["reason"], elsewhere["answer"]));
        foreach (var refused in (ApiReply[])
        [
            await Put(call, "Declined", onMobile),
            await Put(call, "Terminated", onMobile),
            await _bob.Delete(call, ("registrationId", onMobile)),
        ])
        {
            refused.IsError(HttpStatusCode.Conflict, "INCOMPATIBLE_STATE");
            Assert.Contains("answered elsewhere", refused["message"], StringComparison.Ordinal);
        }

        (await _bob.Delete(call, ("registrationId", onDesk))).Is(HttpStatusCode.NoContent);
        Assert.Equal("Terminated", (await desk.Next()).Status);
        await _app.EventsLeft(0);
        Assert.Equal((4, 3), (desk.Count, mobile.Count));
    }

    [Fact]
    public async Task A_call_is_told_to_the_callers_device_that_made_it_and_to_others_that_ask_for_this_call()
    {
        await using var other = await Sink.Start();
        var mine = await Device(_alice, CamaraClient.Device, _sink);
        var others = await Device(_alice, CamaraClient.OtherDevice, other);
        var created = await _alice.Post(
            CamaraClient.StandardCalls, CamaraClient.NewCall(), ("registrationId", mine));
        var call = $"{CamaraClient.StandardCalls}/{created.Is(HttpStatusCode.Created)["mediaSessionId"]}";

        await _bob.Set(call, "Ringing");
        Assert.Equal(("Ringing", 1), ((await _sink.Next()) is var ringing ? ringing.Status : "", ringing.Sequence));
        await _alice.Subscribe(others, "session-status", other.Url, ("subscriptionDetail", new JsonObject
        {
            ["registrationId"] = others, ["sessionId"] = IdOf(call),
        }));
        await _bob.Set(call, "Busy");

        Assert.Equal(("Busy", 2), ((await other.Next()) is var busy ? busy.Status : "", busy.Sequence));
        Assert.Equal("Busy", (await _sink.Next()).Status);
        await _app.EventsLeft(0);
        Assert.Equal((2, 1), (_sink.Count, other.Count));
    }

    [Fact]
    public async Task A_registration_that_is_not_the_callers_cannot_be_named()
    {
        var call = await _alice.Call();

        (await Put(call, "Ringing", await _alice.Register())).IsInvalid();

        Assert.Equal("Initial", await _alice.StatusOf(call));
    }

    [Fact]
    public async Task Who_speaks_for_both_numbers_is_on_the_side_that_its_registration_names()
    {
        var both = new CamaraClient(_app, CamaraUsers.AliceAndDora);
        var asAlice = await both.Register();
        var call = await both.Call(("receiverAddress", $"tel:{CamaraUsers.DoraNumber}"));

        (await both.Put($"{call}/status", CamaraClient.Status("Ringing"), ("registrationId", asAlice)))
            .IsError(HttpStatusCode.Conflict, "INCOMPATIBLE_STATE");

        await both.Set(call, "Ringing");
    }

    [Fact]
    public async Task Early_media_is_no_answer_and_a_call_that_has_only_that_ends_as_NoAnswer()
    {
        var call = await _alice.Call();
        await _bob.Set(call, "InProgress", answer: true);
        await _bob.Set(call, "Ringing");
        _app.Clock.Advance(TimeSpan.FromMinutes(3));

        Assert.Equal("NoAnswer", await _alice.StatusOf(call));
        await _app.Sweep();
        Assert.Equal("NoAnswer", await _alice.StatusOf(call));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_call_of_a_party_whose_network_is_gone_ends_a_grace_after_its_registration(bool isCaller)
    {
        var alices = await _alice.Register();
        var bobs = await _bob.Register(CamaraClient.OtherDevice);
        var call = await RegisteredCall(alices, bobs);
        var (gone, there) = isCaller ? (alices, (_bob, bobs)) : (bobs, (_alice, alices));
        // What has happened is told to nobody, and so is not told to who subscribes in the same moment.
        await _app.EventsLeft(0);
        await there.Item1.Subscribe(there.Item2, "session-status", _sink.Url);
        for (var minutes = 0; minutes < 60; minutes += 20)
        {
            await Later(TimeSpan.FromMinutes(20));
            (await there.Item1.Put(Registration(there.Item2), new JsonObject())).Is(HttpStatusCode.OK);
        }

        await Later(TimeSpan.FromMinutes(2) - TimeSpan.FromTicks(1));
        Assert.Equal("Connected", await _alice.StatusOf(call));
        await Later(TimeSpan.FromTicks(1));

        Assert.Equal("Terminated", await _alice.StatusOf(call));
        var told = await _sink.Next();
        Assert.Equal("Terminated", told.Status);
        Assert.Contains(isCaller ? "originator" : "receiver", told["reason"], StringComparison.Ordinal);
        (await (isCaller ? _alice : _bob).Get(Registration(gone))).IsNotFound();
    }

    [Fact]
    public async Task A_call_of_devices_that_register_again_goes_on_for_a_day_and_no_longer_to_the_tick()
    {
        var alices = await _alice.Register();
        var bobs = await _bob.Register(CamaraClient.OtherDevice);
        var call = await RegisteredCall(alices, bobs);

        // Two changes are never of one moment, and the clock stood still since the invitation.
        var end = _app.Clock.Now.AddDays(1).AddTicks(1);
        while (_app.Clock.Now.AddMinutes(61) < end)
        {
            await Later(TimeSpan.FromMinutes(3));

            // For a minute neither is registered, and then again under another id.
            await Later(TimeSpan.FromMinutes(58));
            Assert.Equal("Connected", await _alice.StatusOf(call));
            Assert.NotEqual(alices, alices = await _alice.Register());
            Assert.NotEqual(bobs, bobs = await _bob.Register(CamaraClient.OtherDevice));
        }

        _app.Clock.Now = end.AddTicks(-1);
        Assert.Equal("Connected", await _alice.StatusOf(call));
        _app.Clock.Now = end;

        Assert.Equal("Terminated", await _alice.StatusOf(call));
    }

    [Fact]
    public async Task A_sink_that_fails_twice_and_says_when_to_come_again_is_invited_within_seconds()
    {
        var answers = new Queue<(int Status, string? RetryAfter)>([(503, null), (503, "4"), (204, null)]);
        _sink.Server.Answer = context =>
        {
            var (status, retryAfter) = answers.Dequeue();
            context.Response.Headers.RetryAfter = retryAfter;
            return Task.FromResult(status);
        };
        await _bob.Subscribe(await _bob.Register(), "session-invitation", _sink.Url);
        var call = await _alice.Call();

        List<TimeSpan> pauses = [];
        for (var attempt = 1; attempt < 3; attempt++)
        {
            await _sink.Next();
            pauses.Add(await _app.NextAttempt());
            _app.Clock.Advance(pauses[^1]);
        }

        Assert.Equal(IdOf(call), (await _sink.Next())["mediaSessionId"]);
        Assert.Equal([TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(4)], pauses);
        await _app.EventsLeft(0);
        Assert.Equal(3, _sink.Count);
    }

    [Fact]
    public async Task An_invitation_is_not_delivered_once_its_call_is_over_and_what_came_of_the_call_is()
    {
        _sink.Server.Answer = _ => Task.FromResult(503);
        var device = await _bob.Register();
        await _bob.Subscribe(device, "session-invitation", _sink.Url);
        await _bob.Subscribe(device, "session-status", _sink.Url);
        var call = await _alice.Call();
        Assert.Equal("session-invitation", (await _sink.Next()).Type);
        var pause = await _app.NextAttempt();

        await _alice.Delete(call);
        await _app.EventsLeft(2);
        _sink.Server.Answer = _ => Task.FromResult(204);
        _app.Clock.Advance(pause);

        var told = await _sink.Next();
        Assert.Equal(("session-status", "SessionCancelled"), (told.Type, told.Status));
        await _app.EventsLeft(0);
        Assert.Equal(2, _sink.Count);
    }

    private static string Registration(string id) => $"{CamaraClient.Registrations}/{id}";

    private async Task Later(TimeSpan time)
    {
        _app.Clock.Advance(time);
        await _app.Sweep();
    }

    private async Task<string> RegisteredCall(string alices, string bobs)
    {
        var created = await _alice.Post(
            CamaraClient.StandardCalls, CamaraClient.NewCall(), ("registrationId", alices));
        var call = $"{CamaraClient.StandardCalls}/{created.Is(HttpStatusCode.Created)["mediaSessionId"]}";
        (await Put(call, "Connected", bobs)).Is(HttpStatusCode.OK);
        return call;
    }

    // A device that rings and hears: its registration.
    private static async Task<string> Device(CamaraClient user, string device, Sink sink)
    {
        var registration = await user.Register(device);
        await user.Subscribe(registration, "session-invitation", sink.Url);
        await user.Subscribe(registration, "session-status", sink.Url);
        return registration;
    }

    private Task<ApiReply> Put(string call, string status, string registration) => _bob.Put(
        $"{call}/status",
        CamaraClient.Status(status, answer: status is "Connected"),
        ("registrationId", registration));

    private static string IdOf(string path) => path.Split('/')[^1];
}
