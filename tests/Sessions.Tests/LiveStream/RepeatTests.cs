using System.Net;
using System.Text;
using Sessions.Storage;
using Sessions.Tests.Support;

namespace Sessions.Tests.LiveStream;

/// <summary>Requests that are sent again under their idempotency key: what they made is made once.</summary>
public sealed class RepeatTests : IAsyncLifetime
{
    private static readonly (string, string) _key = ("Idempotency-Key", "k");
    private LiveStreamHouse _house = null!;

    public async Task InitializeAsync() => _house = await LiveStreamHouse.Build();

    public async Task DisposeAsync() => await _house.DisposeAsync();

    [Fact]
    public async Task A_repeated_create_answers_as_the_first_did_and_another_request_is_422()
    {
        var first = (await _house.Alice.Post("/rooms", """{"title": "One"}""", _key)).Is(HttpStatusCode.Created);
        var again = (await _house.Alice.Post("/rooms", """{"title": "One"}""", _key)).Is(HttpStatusCode.Created);

        Assert.Equal(first.Data.ToJsonString(), again.Data.ToJsonString());
        (await _house.Alice.Post("/rooms", """{"title": "Two"}""", _key))
            .IsError(HttpStatusCode.UnprocessableEntity, "idempotency_mismatch");
    }

    [Fact]
    public async Task A_room_is_made_once_whatever_becomes_of_it()
    {
        var first = await Made("/rooms", """{"title": "One"}""");
        var path = $"/rooms/{first.Data["room"]!["id"]}";

        (await _house.Alice.Patch(path, """{"title": "Renamed"}""")).Is(HttpStatusCode.OK);
        await Repeats("/rooms", """{"title": "One"}""", first);
        (await _house.Alice.Delete(path)).Is(HttpStatusCode.OK);
        await Repeats("/rooms", """{"title": "One"}""", first);

        Assert.Equal(0, await Total("/rooms"));
    }

    [Fact]
    public async Task A_preset_is_made_once_whatever_becomes_of_it()
    {
        const string body = """{"name": "P", "type": "whip", "primary_color": "#1a2B3c"}""";
        var first = await Made("/presets", body);
        var path = $"/presets/{first.Data["id"]}";

        (await _house.Alice.Patch(path, """{"name": "Renamed"}""")).Is(HttpStatusCode.OK);
        await Repeats("/presets", body, first);
        (await _house.Alice.Delete(path)).Is(HttpStatusCode.OK);
        await Repeats("/presets", body, first);

        Assert.Equal(0, await Total("/presets"));
    }

    [Fact]
    public async Task A_session_is_made_once_whatever_becomes_of_it_its_room_and_its_preset()
    {
        var room = await _house.Alice.NewRoom();
        var preset = await _house.Alice.NewPreset();
        var body = $$"""{"title": "Show", "preset_id": "{{preset}}", "mode": "rtmp"}""";
        var first = await Made($"{room}/sessions", body);
        var path = $"/sessions/{first.Data["session"]!["id"]}";

        (await _house.Alice.Patch($"{path}/settings", """{"chat_enabled": false}""")).Is(HttpStatusCode.OK);
        await Repeats($"{room}/sessions", body, first);
        (await _house.Alice.Delete($"/presets/{preset}")).Is(HttpStatusCode.OK);
        await Repeats($"{room}/sessions", body, first);
        _house.App.Clock.Advance(TimeSpan.FromHours(24));
        Assert.Equal("expired", (string?)(await _house.Alice.Get(path)).Data["status"]);
        await Repeats($"{room}/sessions", body, first);
        (await _house.Alice.Delete(path)).Is(HttpStatusCode.OK);

        // The key of the stream is kept with the session alone, and so gone with it.
        var last = (await Made($"{room}/sessions", body)).Data;
        Assert.Equal(first.Data["session"]!.ToJsonString(), last["session"]!.ToJsonString());
        Assert.Null(last["stream_key"]);
        Assert.Equal(0, await Total("/sessions"));
    }

    [Fact]
    public async Task Of_many_at_once_under_one_key_one_makes_it()
    {
        var replies = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ =>
            Task.Run(() => _house.Alice.Post("/rooms", """{"title": "One"}""", _key))));

        Assert.Single(replies.Select(reply => reply.Is(HttpStatusCode.Created).Data.ToJsonString()).Distinct());
        Assert.Equal(1, await Total("/rooms"));
    }

    [Fact]
    public async Task Anothers_request_under_the_same_key_is_another_request()
    {
        var alice = await Made("/rooms", """{"title": "One"}""");
        var bob = (await _house.Bob.Post("/rooms", """{"title": "Two"}""", _key)).Is(HttpStatusCode.Created);
        var oscar = (await _house.Oscar.Post("/rooms", """{"title": "One"}""", _key)).Is(HttpStatusCode.Created);

        string[] rooms =
            [.. new[] { alice, bob, oscar }.Select(reply => (string)reply.Data["room"]!["id"]!).Distinct()];
        Assert.Equal(3, rooms.Length);
    }

    [Fact]
    public async Task A_repeated_delete_is_answered_as_the_first_and_one_under_another_key_is_404()
    {
        string[] paths =
        [
            await _house.Alice.NewRoom(),
            $"/presets/{await _house.Alice.NewPreset()}",
            await _house.Alice.NewSession(),
        ];
        foreach (var path in paths)
        {
            var key = ("Idempotency-Key", $"delete {path}");
            var first = (await _house.Alice.Delete(path, key)).Is(HttpStatusCode.OK);

            var again = (await _house.Alice.Delete(path, key)).Is(HttpStatusCode.OK);

            Assert.Equal(first.Data.ToJsonString(), again.Data.ToJsonString());
            (await _house.Alice.Delete(path, _key)).IsError(HttpStatusCode.NotFound, "not_found");
        }
    }

    [Fact]
    public async Task A_repeated_update_does_not_undo_what_came_after_it()
    {
        var room = await _house.Alice.NewRoom();
        var first = (await _house.Alice.Patch(room, """{"title": "First"}""", _key)).Is(HttpStatusCode.OK);
        (await _house.Alice.Patch(room, """{"title": "Second"}""")).Is(HttpStatusCode.OK);

        var again = (await _house.Alice.Patch(room, """{"title": "First"}""", _key)).Is(HttpStatusCode.OK);

        Assert.Equal(first.Data.ToJsonString(), again.Data.ToJsonString());
        Assert.Equal("Second", (string?)(await _house.Alice.Get(room)).Data["title"]);
    }

    [Fact]
    public async Task A_start_that_failed_may_be_sent_again_under_its_key()
    {
        await using var house = await LiveStreamHouse.BuildWithLiveKit();
        var session = await house.Alice.NewSession();
        house.LiveKit.Misbehave("RoomService/CreateRoom", (context, _) => LiveKitStandIn.Fail(context, 429, "busy"));
        (await house.Alice.Post($"{session}/start", null, _key)).Is(HttpStatusCode.BadGateway);
        house.LiveKit.Behave();

        (await house.Alice.Post($"{session}/start", null, _key)).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Secrets_that_change_between_two_requests_make_no_second_thing()
    {
        var first = await Made("/rooms", """{"title": "One"}""");
        await using var rotated = await LiveStreamHouse.BuildOver(
            _ => _house.App.Store,
            ("Accounts:0:Secrets:0", "another secret"),
            ("Accounts:0:SigningSecret", "another signing secret"));

        var again = (await rotated.Alice.Post("/rooms", """{"title": "One"}""", _key)).Is(HttpStatusCode.Created);

        Assert.Equal(first.Data.ToJsonString(), again.Data.ToJsonString());
        Assert.Equal(1, await Total("/rooms"));
    }

    [Fact]
    public async Task No_record_of_a_request_holds_the_key_of_the_stream()
    {
        var session = await _house.Alice.NewLiveSession(more: ", \"mode\": \"rtmp\"");
        var stream = (await _house.Alice.Post($"{session}/start")).Data["rtmp"]!["stream_key"]!.ToString();
        (await _house.Alice.Patch($"{session}/settings", """{"chat_enabled": false}""", _key)).Is(HttpStatusCode.OK);

        var records = await _house.App.Store.List(
            new ListQuery("acme:live-stream", "idempotency/record", 100), CancellationToken.None);

        var record = Encoding.UTF8.GetString(Assert.Single(records.Value!).Body.Span);
        Assert.DoesNotContain(stream, record, StringComparison.Ordinal);
    }

    private async Task<ApiReply> Made(string path, string body) =>
        (await _house.Alice.Post(path, body, _key)).Is(HttpStatusCode.Created);

    private async Task Repeats(string path, string body, ApiReply first)
    {
        _house.App.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(first.Data.ToJsonString(), (await Made(path, body)).Data.ToJsonString());
    }

    private async Task<int> Total(string list) => (int)(await _house.Alice.Get(list)).Data["total"]!;
}
