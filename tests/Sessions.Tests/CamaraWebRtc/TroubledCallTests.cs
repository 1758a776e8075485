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
}
