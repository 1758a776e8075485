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

    private static string IdOf(string path) => path.Split('/')[^1];
}
