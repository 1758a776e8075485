using System.Net;

namespace Sessions.Tests.LiveStream;

public sealed class PresetTests : IAsyncLifetime
{
    private LiveStreamHouse _house = null!;

    public async Task InitializeAsync() => _house = await LiveStreamHouse.Build();

    public async Task DisposeAsync() => await _house.DisposeAsync();

    [Fact]
    public async Task A_create_answers_every_field_of_the_schema()
    {
        var reply = await _house.Alice.Post("/presets", """
            {"name": "Loud", "type": "rtmp", "primary_color": "#00fF7f", "max_join_limit": 100, "logo": "l",
             "logo_destination_url": "u", "chat_enabled": false, "recording_enabled": true}
            """);

        var preset = reply.Is(HttpStatusCode.Created).Data;
        Assert.Equal(40, preset.AsObject().Count);
        Assert.Equal(("Loud", "rtmp", "#00fF7f", 100), (
            (string?)preset["name"], (string?)preset["type"], (string?)preset["primary_color"],
            (int)preset["max_join_limit"]!));
        Assert.False((bool)preset["chat_enabled"]!);
        Assert.True((bool)preset["recording_enabled"]!);
        Assert.True((bool)preset["stage_enabled"]!);
        Assert.False((bool)preset["is_default"]!);
    }

    [Fact]
    public async Task A_preset_is_fetched_listed_updated_and_deleted_by_any_host_of_the_account()
    {
        var path = $"/presets/{await _house.Alice.NewPreset()}";

        var updated = await _house.Bob.Patch(path, """{"name": "Bob's", "max_join_limit": 5, "poll_enabled": false}""");

        Assert.Equal("Bob's", (string?)updated.Is(HttpStatusCode.OK).Data["name"]);
        Assert.Equal(5, (int)updated.Data["max_join_limit"]!);
        Assert.False((bool)updated.Data["poll_enabled"]!);
        Assert.Equal("#1a2B3c", (string?)(await _house.Alice.Get(path)).Data["primary_color"]);
        Assert.Equal(1, (int)(await _house.Alice.Get("/presets")).Data["total"]!);
        (await _house.Alice.Delete(path)).Is(HttpStatusCode.OK);
        (await _house.Alice.Get(path)).IsError(HttpStatusCode.NotFound, "not_found");
        (await _house.Alice.Delete(path)).IsError(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task Presets_are_for_hosts()
    {
        var path = $"/presets/{await _house.Alice.NewPreset()}";

        (await _house.Viewer(1).Get("/presets")).IsError(HttpStatusCode.Forbidden, "host_only");
        (await _house.Viewer(1).Get(path)).IsError(HttpStatusCode.Forbidden, "host_only");
        (await _house.Viewer(1).Delete(path)).IsError(HttpStatusCode.Forbidden, "host_only");
        (await _house.Anyone.Get("/presets")).IsError(HttpStatusCode.Unauthorized, "auth_type_not_found");
    }

    [Theory]
    [InlineData("""{}""", "name", "type", "primary_color")]
    [InlineData("""{"name": "", "type": "sip", "primary_color": "red"}""", "name", "type", "primary_color")]
    [InlineData("""{"name": null, "type": null, "primary_color": null}""", "name", "type", "primary_color")]
    [InlineData("""{"name": 1, "type": 2, "primary_color": 3}""", "name", "type", "primary_color")]
    [InlineData("""{"name": "n", "type": "whip", "primary_color": "#12345"}""", "primary_color")]
    [InlineData("""{"name": "n", "type": "whip", "primary_color": "#1234567"}""", "primary_color")]
    [InlineData("""{"name": "n", "type": "whip", "primary_color": "#123456\n"}""", "primary_color")]
    [InlineData("""{"name": "n", "type": "whip", "primary_color": "#12345g"}""", "primary_color")]
    [InlineData("""{"name": "n", "type": "whip", "primary_color": "#123456", "max_join_limit": 0}""", "max_join_limit")]
    [InlineData(
        """{"name": "n", "type": "whip", "primary_color": "#123456", "max_join_limit": 101}""", "max_join_limit")]
    [InlineData(
        """{"name": "n", "type": "whip", "primary_color": "#123456", "max_join_limit": 1.5}""", "max_join_limit")]
    [InlineData("""{"name": "n", "type": "whip", "primary_color": "#123456", "chat_enabled": "yes"}""", "chat_enabled")]
    public async Task What_is_wrong_with_a_create_is_named_field_by_field(string json, params string[] fields)
    {
        (await _house.Alice.Post("/presets", json)).IsInvalid(fields);

        Assert.Equal(0, (int)(await _house.Alice.Get("/presets")).Data["total"]!);
    }

    [Theory]
    [InlineData("""{"max_join_limit": 6}""", "max_join_limit")]
    [InlineData("""{"name": null}""", "name")]
    [InlineData("""{"primary_color": "blue"}""", "primary_color")]
    [InlineData("""{"type": "x", "is_default": 1}""", "type", "is_default")]
    public async Task What_is_wrong_with_an_update_changes_nothing(string json, params string[] fields)
    {
        var path = $"/presets/{await _house.Alice.NewPreset()}";
        var before = await _house.Alice.Get(path);

        (await _house.Alice.Patch(path, json)).IsInvalid(fields);

        Assert.Equal(before.Body!.ToJsonString(), (await _house.Alice.Get(path)).Body!.ToJsonString());
    }

    [Fact]
    public async Task A_session_keeps_the_preset_that_it_was_made_with()
    {
        var room = await _house.Alice.NewRoom();
        var preset = await _house.Alice.NewPreset();
        var made = await _house.Alice.Post($"{room}/sessions", $$"""{"title": "Show", "preset_id": "{{preset}}"}""");

        await _house.Alice.Patch($"/presets/{preset}", """{"chat_enabled": false}""");
        await _house.Alice.Delete($"/presets/{preset}");

        var session = (await _house.Alice.Get($"/sessions/{made.Data["session"]!["id"]}")).Data;
        Assert.Equal(preset, (string?)session["preset"]!["id"]);
        Assert.True((bool)session["effective_chat_enabled"]!);
    }
}
