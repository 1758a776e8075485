using System.Net;
using System.Text.Json.Nodes;
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

    public static TheoryData<string, bool> StatesBySide
    {
        get
        {
            var rows = new TheoryData<string, bool>();
            foreach (var state in _all)
            {
                rows.Add(state, false);
                rows.Add(state, true);
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(StatesBySide))]
    public async Task From_a_state_each_party_takes_a_call_where_the_table_says_and_nowhere_else(
        string from, bool byReceiver)
    {
        var party = byReceiver ? _bob : _alice;
        foreach (var to in _all)
        {
            var path = await CallIn(from);
            var reply = await party.Put(
                $"{path}/status", CamaraClient.Status(to, answer: to == "Connected" && byReceiver));
            var allowed = Allowed(from, to, byReceiver);
            if (allowed)
            {
                Assert.Equal(to, reply.Is(HttpStatusCode.OK)["status"]);
            }
            else
            {
                reply.IsError(HttpStatusCode.Conflict, "INCOMPATIBLE_STATE");
            }

            Assert.Equal(allowed ? to : from, await _alice.StatusOf(path));
        }
    }

    [Fact]
    public async Task The_caller_offers_and_the_callee_answers_until_the_call_is_connected()
    {
        var path = await _alice.Call();

        (await _alice.Put($"{path}/status", Media(answer: "v=0 mine")))
            .IsError(HttpStatusCode.Conflict, "INCOMPATIBLE_STATE");
        (await _bob.Put($"{path}/status", Media(offer: "v=0 mine")))
            .IsError(HttpStatusCode.Conflict, "INCOMPATIBLE_STATE");
        (await _alice.Put($"{path}/status", Media(offer: "v=0 better"))).Is(HttpStatusCode.OK);
        // The standard's flows show the whole call in an update, with the caller's offer in it.
        (await _bob.Put($"{path}/status", Media(offer: "v=0 better", answer: "v=0 early"))).Is(HttpStatusCode.OK);

        var call = (await _bob.Get(path)).Body!;
        Assert.Equal(("v=0 better", "v=0 early"), ($"{call["offer"]!["sdp"]}", $"{call["answer"]!["sdp"]}"));
    }

    [Fact]
    public async Task Of_a_connected_call_each_party_may_offer_new_media_and_only_the_other_one_answers()
    {
        var path = await CallIn("Connected");
        var (offer, answer) = (Media(offer: "v=0 video"), Media(answer: "v=0 video too"));

        (await _alice.Put($"{path}/status", answer)).IsError(HttpStatusCode.Conflict, "INCOMPATIBLE_STATE");
        (await _bob.Put($"{path}/status", offer)).Is(HttpStatusCode.OK);
        (await _bob.Put($"{path}/status", answer)).IsError(HttpStatusCode.Conflict, "INCOMPATIBLE_STATE");
        (await _alice.Put($"{path}/status", answer)).Is(HttpStatusCode.OK);
        (await _alice.Put($"{path}/status", answer)).Is(HttpStatusCode.OK);
        (await _bob.Put($"{path}/status", Media(answer: "v=0 another")))
            .IsError(HttpStatusCode.Conflict, "INCOMPATIBLE_STATE");

        Assert.Equal("v=0 video too", (await _bob.Get(path)).Body!["answer"]!["sdp"]!.ToString());
    }

    [Theory]
    [InlineData("Hold")]
    [InlineData("Resume")]
    public async Task Who_holds_or_resumes_may_send_media_with_it(string status)
    {
        var path = await CallIn("Connected");
        var body = CamaraClient.With(Media(answer: "v=0 sendonly"), ("status", status));

        (await _alice.Put($"{path}/status", body)).Is(HttpStatusCode.OK);

        Assert.Equal("v=0 sendonly", (await _bob.Get(path)).Body!["answer"]!["sdp"]!.ToString());
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

    [Fact]
    public async Task A_connected_call_goes_on()
    {
        var path = await CallIn("Connected");
        _app.Clock.Advance(TimeSpan.FromHours(5));

        await _app.Sweep();

        Assert.Equal("Connected", await _alice.StatusOf(path));
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
    private static bool Allowed(string from, string to, bool byReceiver) =>
        from == to || (!_final.Contains(from) && to switch
        {
            "Initial" => false,
            "Terminated" => _answered.Contains(from) || !byReceiver,
            "Hold" or "Resume" => _answered.Contains(from),
            "Failed" => !_answered.Contains(from),
            "SessionCancelled" => !_answered.Contains(from) && !byReceiver,
            _ => !_answered.Contains(from) && byReceiver,
        });

    private static JsonObject Media(string? offer = null, string? answer = null)
    {
        var body = new JsonObject();
        foreach (var (name, sdp) in (ReadOnlySpan<(string, string?)>)[("offer", offer), ("answer", answer)])
        {
            if (sdp is not null)
            {
                body[name] = new JsonObject { ["sdp"] = sdp };
            }
        }

        return body;
    }

    private async Task<string> CallIn(string state)
    {
        var path = await _alice.Call();
        if (state is "Hold" or "Resume" or "Terminated")
        {
            await _bob.Set(path, "Connected", answer: true);
        }

        await (state is "SessionCancelled" ? _alice : _bob).Set(path, state, answer: state == "Connected");
        return path;
    }
}
