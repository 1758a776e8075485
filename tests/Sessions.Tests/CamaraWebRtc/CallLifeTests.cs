using System.Net;
using Sessions.Tests.Support;

namespace Sessions.Tests.CamaraWebRtc;

public sealed class CallLifeTests : IAsyncLifetime
{
    private static readonly string[] _unanswered = ["InProgress", "Proceeding", "Ringing", "Waiting"];
    private static readonly string[] _answered = ["Connected", "Hold", "Resume"];

    private static readonly string[] _final =
        ["Terminated", "SessionCancelled", "Declined", "Failed", "NoAnswer", "NotReachable", "Busy"];

    private static readonly string[] _all = ["Initial", .. _unanswered, .. _answered, .. _final];

    private SessionsApp _app = null!;
    private CamaraClient _alice = null!;
    private CamaraClient _bob = null!;

    public async Task InitializeAsync()
    {
        _app = await CamaraUsers.Start();
        _alice = new(_app, CamaraUsers.Alice);
        _bob = new(_app, CamaraUsers.Bob);
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    public static TheoryData<string> States => [.. _all];

    [Theory]
    [MemberData(nameof(States))]
    public async Task From_a_state_a_call_goes_where_the_table_says_and_nowhere_else(string from)
    {
        foreach (var to in _all)
        {
            var path = await CallIn(from);
            var reply = await _bob.Put($"{path}/status", CamaraClient.Status(to, answer: to == "Connected"));
            if (Allowed(from, to))
            {
                Assert.Equal(to, reply.Is(HttpStatusCode.OK)["status"]);
            }
            else
            {
                reply.IsError(HttpStatusCode.Conflict, "INCOMPATIBLE_STATE");
            }

            Assert.Equal(Allowed(from, to) ? to : from, await _alice.StatusOf(path));
        }
    }

    [Fact]
    public async Task A_call_is_connected_with_an_answer_or_not_at_all()
    {
        var path = await _alice.Call();

        (await _bob.Put($"{path}/status", CamaraClient.Status("Connected"))).IsInvalid();

        Assert.Equal("Initial", await _alice.StatusOf(path));
        await _bob.Set(path, "InProgress", answer: true);
        await _bob.Set(path, "Connected");
        Assert.Equal("v=0 answer", (await _alice.Get(path)).Body!["answer"]!["sdp"]!.ToString());
    }

    [Theory]
    [InlineData("Initial", "SessionCancelled", "Declined")]
    [InlineData("Ringing", "SessionCancelled", "Declined")]
    [InlineData("Connected", "Terminated", "Terminated")]
    [InlineData("Hold", "Terminated", "Terminated")]
    [InlineData("Busy", "Busy", "Busy")]
    public async Task Delete_cancels_declines_or_hangs_up(string state, string byOriginator, string byReceiver)
    {
        var first = await CallIn(state);
        var second = await CallIn(state);

        (await _alice.Delete(first)).Is(HttpStatusCode.NoContent);
        (await _bob.Delete(second)).Is(HttpStatusCode.NoContent);

        Assert.Equal(byOriginator, await _bob.StatusOf(first));
        Assert.Equal(byReceiver, await _alice.StatusOf(second));
        (await _alice.Delete(second)).Is(HttpStatusCode.NoContent);
        Assert.Equal(byReceiver, await _alice.StatusOf(second));
    }

    [Theory]
    [InlineData("Initial")]
    [InlineData("InProgress")]
    [InlineData("Ringing")]
    public async Task An_unanswered_call_is_NoAnswer_for_every_reader_after_three_minutes_to_the_tick(string state)
    {
        var path = await CallIn(state);
        _app.Clock.Advance(TimeSpan.FromMinutes(3) - TimeSpan.FromTicks(1));
        Assert.Equal(state, await _alice.StatusOf(path));
        var tag = (await _alice.Get(path)).Headers["ETag"];

        _app.Clock.Advance(TimeSpan.FromTicks(1));

        var over = await _bob.Get(path);
        Assert.Equal("NoAnswer", over["status"]);
        Assert.NotEqual(tag, over.Headers["ETag"]);
        (await _bob.Put($"{path}/status", CamaraClient.Status("Connected", answer: true)))
            .IsError(HttpStatusCode.Conflict, "INCOMPATIBLE_STATE");
        (await _bob.Put($"{path}/status", CamaraClient.Status("NoAnswer"))).Is(HttpStatusCode.OK);
        await _app.Sweep();
        Assert.Equal(over.Body!.ToJsonString(), (await _alice.Get(path)).Body!.ToJsonString());
    }

    [Theory]
    [InlineData("InProgress")]
    [InlineData("Connected")]
    public async Task An_answered_call_goes_on(string state)
    {
        var path = await _alice.Call();
        await _bob.Set(path, state, answer: true);
        _app.Clock.Advance(TimeSpan.FromHours(5));

        await _app.Sweep();

        Assert.Equal(state, await _alice.StatusOf(path));
    }

    [Fact]
    public async Task A_call_that_is_over_is_kept_for_the_retention_and_then_forgotten()
    {
        var path = await _alice.Call();
        await _alice.Delete(path);
        _app.Clock.Advance(TimeSpan.FromDays(30) - TimeSpan.FromTicks(1));
        Assert.Equal("SessionCancelled", await _alice.StatusOf(path));

        _app.Clock.Advance(TimeSpan.FromTicks(1));

        (await _alice.Get(path)).IsNotFound();
    }

    [Fact]
    public async Task Of_many_who_answer_at_once_each_is_served_and_the_call_is_whole()
    {
        var path = await _alice.Call();

        var replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ =>
            _bob.Put($"{path}/status", CamaraClient.Status("Connected", answer: true))));

        Assert.All(replies, reply => reply.Is(HttpStatusCode.OK));
        Assert.Equal("Connected", await _alice.StatusOf(path));
    }

    // What the table of docs/camara-webrtc.md says, in other words than the service's own.
    private static bool Allowed(string from, string to) =>
        from == to || (!_final.Contains(from) && to switch
        {
            "Initial" => false,
            "Hold" or "Resume" => _answered.Contains(from),
            _ when _unanswered.Contains(to) => !_answered.Contains(from),
            _ => true,
        });

    private async Task<string> CallIn(string state)
    {
        var path = await _alice.Call();
        if (state is "Hold" or "Resume")
        {
            await _bob.Set(path, "Connected", answer: true);
        }

        await _bob.Set(path, state, answer: state == "Connected");
        return path;
    }
}
