namespace Sessions.Tests.LiveStream;

/// <summary>What each operation costs in store calls, while the rooms that it shows are known.</summary>
public sealed class StoreCallTests : IAsyncLifetime
{
    private LiveStreamHouse _house = null!;
    private string _room = "";
    private string _session = "";

    public async Task InitializeAsync()
    {
        _house = await LiveStreamHouse.Build();
        _room = await _house.Alice.NewRoom();
        _session = await _house.Alice.NewSession(_room);
        await _house.Alice.Get(_session);
    }

    public async Task DisposeAsync() => await _house.DisposeAsync();

    [Fact]
    public async Task Rooms()
    {
        await Costs(1, alice => alice.NewRoom());
        await Costs(1, alice => alice.Get(_room));
        await Costs(1, alice => alice.Get("/rooms"));
        await Costs(1, alice => alice.Get("/rooms/my"));
        await Costs(2, alice => alice.Patch(_room, """{"title": "Another"}"""));
        await Costs(2, alice => alice.Delete(_room));
    }

    [Fact]
    public async Task Presets()
    {
        var preset = $"/presets/{await _house.Alice.NewPreset()}";
        await Costs(1, alice => alice.NewPreset());
        await Costs(1, alice => alice.Get(preset));
        await Costs(1, alice => alice.Get("/presets"));
        await Costs(2, alice => alice.Patch(preset, """{"name": "Another"}"""));
        await Costs(2, alice => alice.Delete(preset));
    }

    [Fact]
    public async Task Sessions_are_read_in_one_call()
    {
        await Costs(1, alice => alice.Get(_session));
        await Costs(1, alice => alice.Get("/sessions"));
        await Costs(1, alice => alice.Get("/sessions/live"));
        await Costs(4, alice => alice.Get("/sessions/stats"));
    }

    [Fact]
    public async Task A_full_page_costs_one_call_more_to_count_and_one_for_each_thousand_names_before_it()
    {
        await _house.Alice.NewSession(_room);

        await Costs(2, alice => alice.Get("/sessions?limit=1"));
        await Costs(3, alice => alice.Get("/sessions?limit=1&page=2"));
    }

    [Theory]
    [InlineData("")]
    [InlineData(", \"mode\": \"rtmp\"")]
    public async Task Sessions_are_created_in_one_call_while_room_and_preset_are_known(string mode)
    {
        var preset = await _house.Alice.NewPreset();
        var show = $$"""{"title": "Show", "preset_id": "{{preset}}"{{mode}}}""";

        await Costs(2, alice => alice.Post($"{_room}/sessions", show));
        await Costs(1, alice => alice.Post($"{_room}/sessions", show));
    }

    [Fact]
    public async Task A_rooms_sessions_are_listed_in_three_calls_however_many_they_are()
    {
        await Costs(3, alice => alice.Get($"{_room}/sessions"));
        await _house.Alice.NewSession(_room);
        await Costs(3, alice => alice.Get($"{_room}/sessions"));
    }

    [Fact]
    public async Task Sessions_are_changed_and_deleted_in_two_calls()
    {
        await Costs(2, alice => alice.Patch($"{_session}/settings", """{"chat_enabled": false}"""));
        await Costs(2, alice => alice.Patch(
            $"{_session}/reschedule", """{"scheduled_start_time": "2026-03-15T00:00:00Z"}"""));
        await Costs(2, alice => alice.Delete(_session));
    }

    [Fact]
    public async Task A_start_costs_six_calls_as_the_session_and_its_room_change_before_and_after_LiveKit()
    {
        await Costs(6, alice => alice.Post($"{_session}/start"));
        await Costs(2, alice => alice.Post($"{_session}/start"));
        await Costs(6, alice => alice.Post($"{_session}/end"));
    }

    [Fact]
    public async Task A_join_costs_two_calls()
    {
        await _house.Alice.Post($"{_session}/start");

        await Costs(1, alice => alice.Post($"{_session}/join"));
        Assert.Equal(2, await _house.App.Store.CallsOf(() => _house.Viewer(1).Post($"{_session}/join")));
        await Costs(1, alice => alice.Get($"{_session}/monitor"));
        await Costs(1, alice => alice.Get($"{_session}/stream_health"));
        await Costs(1, alice => alice.Post($"{_session}/host_video_state"));
        await Costs(4, alice => alice.Post($"{_session}/ensure_hls_egress"));
        await Costs(1, alice => alice.Post($"{_session}/ensure_hls_egress"));
    }

    [Fact]
    public async Task A_room_that_was_read_is_believed_for_five_seconds()
    {
        _house.App.Clock.Advance(TimeSpan.FromSeconds(5));

        await Costs(2, alice => alice.Get(_session));
        await Costs(1, alice => alice.Get(_session));
    }

    private async Task Costs(int calls, Func<LiveStreamClient, Task> work) =>
        Assert.Equal(calls, await _house.App.Store.CallsOf(() => work(_house.Alice)));
}
