using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Tests.Support;

namespace Sessions.Tests.LiveStream;

public sealed class RoomTests : IAsyncLifetime
{
    private LiveStreamHouse _house = null!;

    public async Task InitializeAsync() => _house = await LiveStreamHouse.Build();

    public async Task DisposeAsync() => await _house.DisposeAsync();

    [Fact]
    public async Task A_create_answers_the_room_in_the_envelope()
    {
        var reply = (await _house.Alice.Post("/rooms", """
            {"title": "Talks ü", "description": "Weekly",
             "analytics": {"google_tag_manager": {"container_id": "GTM-1", "enabled": true}}}
            """)).Is(HttpStatusCode.Created);

        Assert.True((bool)reply.Body!["success"]!);
        Assert.Equal(_house.App.Clock.Now.ToUnixTimeSeconds(), (long)reply.Body["timestamp"]!);
        var room = reply.Data["room"]!;
        Assert.Equal("Talks ü", (string?)room["title"]);
        Assert.Equal("Weekly", (string?)room["description"]);
        Assert.Equal("GTM-1", (string?)room["analytics"]!["google_tag_manager"]!["container_id"]);
        Assert.Equal("2026-03-14T09:26:53.589Z", (string?)room["created_at"]);
        Assert.Equal((string?)room["host_id"], (string?)room["host"]!["id"]);
        Assert.Equal("Alice", (string?)room["host"]!["username"]);
        Assert.Equal("alice@example.com", (string?)room["host"]!["email"]);
        Assert.Equal("host", (string?)room["host"]!["role"]);
        Assert.True((bool)room["host"]!["is_active"]!);
        Assert.All(
            ["id", "host_id", "library_id"], name => Assert.True(Guid.TryParse((string?)room[name], out _), name));
        Assert.Null(room["active_session_id"]);
    }

    [Fact]
    public async Task A_room_is_public_but_for_its_hosts_e_mail_address()
    {
        var room = await _house.Alice.NewRoom();

        var seen = (await _house.Anyone.Get(room)).Is(HttpStatusCode.OK);
        var own = (await _house.Alice.Get(room)).Is(HttpStatusCode.OK);

        Assert.Equal("A room", (string?)seen.Data["title"]);
        Assert.Null(seen.Data["host"]!["email"]);
        Assert.Equal("alice@example.com", (string?)own.Data["host"]!["email"]);
    }

    [Fact]
    public async Task An_update_changes_what_it_names_and_null_takes_away()
    {
        var room = await _house.Alice.NewRoom();
        await _house.Alice.Patch(room, """{"description": "more"}""");
        _house.App.Clock.Advance(TimeSpan.FromSeconds(1));

        var renamed = (await _house.Alice.Patch(room, """{"title": "Renamed"}""")).Is(HttpStatusCode.OK);
        var cleared = (await _house.Alice.Patch(room, """{"description": null}""")).Is(HttpStatusCode.OK);

        Assert.Equal(("Renamed", "more"), ((string?)renamed.Data["title"], (string?)renamed.Data["description"]));
        Assert.Equal(("Renamed", null), ((string?)cleared.Data["title"], (string?)cleared.Data["description"]));
        Assert.Equal("2026-03-14T09:26:54.589Z", (string?)cleared.Data["updated_at"]);
        Assert.Equal("Renamed", (string?)(await _house.Anyone.Get(room)).Data["title"]);
    }

    [Fact]
    public async Task An_update_of_an_old_version_is_412_and_changes_nothing()
    {
        var room = await _house.Alice.NewRoom();
        var version = (await _house.Alice.Get(room)).Headers["ETag"];
        await _house.Alice.Patch(room, """{"title": "Second"}""", ("If-Match", version));

        (await _house.Alice.Patch(room, """{"title": "Third"}""", ("If-Match", version)))
            .IsError(HttpStatusCode.PreconditionFailed, "precondition_failed");

        Assert.Equal("Second", (string?)(await _house.Alice.Get(room)).Data["title"]);
    }

    [Fact]
    public async Task A_room_belongs_to_its_host_and_to_the_admin_and_to_nobody_else()
    {
        var room = await _house.Alice.NewRoom();

        (await _house.Bob.Patch(room, """{"title": "Bob's"}""")).IsError(HttpStatusCode.Forbidden, "not_the_host");
        (await _house.Bob.Delete(room)).IsError(HttpStatusCode.Forbidden, "not_the_host");
        (await _house.Bob.Get($"{room}/sessions")).IsError(HttpStatusCode.Forbidden, "not_the_host");
        (await _house.Viewer(1).Patch(room, """{"title": "Vera's"}""")).IsError(HttpStatusCode.Forbidden, "host_only");
        (await _house.Viewer(1).Post("/rooms", """{"title": "Mine"}""")).IsError(HttpStatusCode.Forbidden, "host_only");
        (await _house.Ada.Patch(room, """{"title": "Admin's"}""")).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task My_rooms_are_mine_and_all_rooms_are_the_accounts()
    {
        await _house.Alice.NewRoom("First");
        await _house.Bob.NewRoom("Second");
        await _house.Oscar.NewRoom("Elsewhere");

        Assert.Equal(["First"], Titles(await _house.Alice.Get("/rooms/my")));
        Assert.Equal(1, (int)(await _house.Alice.Get("/rooms/my")).Data["total"]!);
        Assert.Empty(Titles(await _house.Viewer(1).Get("/rooms/my")));
        Assert.Equal(["First", "Second"], Titles(await _house.Anyone.Get("/rooms")).Order());
        Assert.Equal(["Elsewhere"], Titles(await _house.Oscar.Get("/rooms")));
    }

    [Fact]
    public async Task Pages_are_numbered_and_tell_the_total()
    {
        for (var number = 1; number <= 5; number++)
        {
            _house.App.Clock.Advance(TimeSpan.FromTicks(1));
            await _house.Alice.NewRoom($"Room {number}");
        }

        var second = (await _house.Anyone.Get("/rooms?page=2&limit=2")).Is(HttpStatusCode.OK);
        var beyond = (await _house.Anyone.Get("/rooms?page=9&limit=2")).Is(HttpStatusCode.OK);

        Assert.Equal(["Room 3", "Room 2"], Titles(second));
        Assert.Equal((5, 2, 2), Numbers(second));
        Assert.Empty(Titles(beyond));
        Assert.Equal((5, 9, 2), Numbers(beyond));
        Assert.Equal((5, 1, 10), Numbers(await _house.Anyone.Get("/rooms")));
        Assert.Equal((5, 1, 100), Numbers(await _house.Anyone.Get("/rooms?limit=5000")));
    }

    [Theory]
    [InlineData("page=0", "page")]
    [InlineData("page=x", "page")]
    [InlineData("page=-1", "page")]
    [InlineData("page=101&limit=100", "page")]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=1.5", "limit")]
    public async Task A_bad_page_is_named(string query, string field) =>
        (await _house.Anyone.Get($"/rooms?{query}")).IsInvalid(field);

    [Fact]
    public async Task A_deleted_room_takes_its_sessions_along_within_the_minute()
    {
        var room = await _house.Alice.NewRoom();
        var session = await _house.Alice.NewSession(room);
        var other = await _house.Alice.NewSession();

        (await _house.Alice.Delete(room)).Is(HttpStatusCode.OK);
        (await _house.Alice.Get(room)).IsError(HttpStatusCode.NotFound, "not_found");
        await _house.App.Sweep();

        (await _house.Alice.Get(session)).IsError(HttpStatusCode.NotFound, "not_found");
        (await _house.Alice.Get(other)).Is(HttpStatusCode.OK);
        Assert.Equal(1, (int)(await _house.Alice.Get("/sessions")).Data["total"]!);
    }

    [Fact]
    public async Task A_room_that_is_live_is_not_deleted()
    {
        var room = await _house.Alice.NewRoom();
        var session = await _house.Alice.NewLiveSession(room);

        (await _house.Alice.Delete(room)).IsError(HttpStatusCode.Conflict, "room_live");
        await _house.Alice.Post($"{session}/end");

        (await _house.Alice.Delete(room)).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_deleted_room_takes_along_more_sessions_than_one_commit_can_hold()
    {
        var room = await _house.Alice.NewRoom();
        for (var number = 0; number < 120; number++)
        {
            await _house.Alice.NewSession(room);
        }

        (await _house.Alice.Delete(room)).Is(HttpStatusCode.OK);
        await _house.App.Sweep();

        Assert.Equal(0, (int)(await _house.Alice.Get("/sessions")).Data["total"]!);
    }

    [Fact]
    public async Task A_session_that_is_made_while_its_room_is_deleted_goes_with_it()
    {
        InterruptedStore? store = null;
        await using var house = await LiveStreamHouse.BuildOver(
            services => store = new(services.GetRequiredService<CountingStore>()));
        var room = await house.Alice.NewRoom();
        var preset = await house.Alice.NewPreset();
        store!.BeforeNextCommit = async () =>
        {
            (await house.Alice.Delete(room)).Is(HttpStatusCode.OK);
            await house.App.Sweep();
        };

        await house.Alice.Post($"{room}/sessions", $$"""{"title": "Late", "preset_id": "{{preset}}"}""");
        house.App.Clock.Advance(TimeSpan.FromMinutes(1));
        await house.App.Sweep();

        Assert.Equal(0, (int)(await house.Alice.Get("/sessions")).Data["total"]!);
        house.App.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(0, await house.App.Sweep());
    }

    private static IEnumerable<string> Titles(ApiReply list) =>
        list.Data["rooms"]!.AsArray().Select(room => room!["title"]!.ToString());

    private static (int Total, int Page, int Limit) Numbers(ApiReply list) =>
        ((int)list.Data["total"]!, (int)list.Data["page"]!, (int)list.Data["limit"]!);
}
