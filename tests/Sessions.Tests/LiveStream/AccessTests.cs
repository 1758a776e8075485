using System.Net;
using Sessions.Tests.Support;

namespace Sessions.Tests.LiveStream;

/// <summary>Who may see and do what: tokens, what is public, and what accounts keep from each other.</summary>
public sealed class AccessTests(AccessTests.House house) : IClassFixture<AccessTests.House>
{
    private const string Absent = "00000000-0000-4000-8000-000000000000";
    private readonly LiveStreamHouse _house = house.Built;

    public static TheoryData<string, string> Private => new()
    {
        { "POST", "/rooms" }, { "GET", "/rooms/my" }, { "PATCH", "/rooms/{room}" }, { "DELETE", "/rooms/{room}" },
        { "GET", "/rooms/{room}/sessions" }, { "POST", "/rooms/{room}/sessions" }, { "GET", "/sessions/stats" },
        { "DELETE", "/sessions/{session}" }, { "POST", "/sessions/{session}/start" },
        { "POST", "/sessions/{session}/go_live" }, { "POST", "/sessions/{session}/join" },
        { "POST", "/sessions/{session}/end" }, { "PATCH", "/sessions/{session}/reschedule" },
        { "PATCH", "/sessions/{session}/settings" }, { "POST", "/sessions/{session}/ensure_hls_egress" },
        { "POST", "/sessions/{session}/start_webcam_hls" }, { "POST", "/sessions/{session}/host_video_state" },
        { "POST", "/sessions/{session}/host_audio_state" }, { "GET", "/sessions/{session}/monitor" },
        { "GET", "/sessions/{session}/stream_health" }, { "GET", "/presets" }, { "POST", "/presets" },
        { "GET", "/presets/{preset}" }, { "PATCH", "/presets/{preset}" }, { "DELETE", "/presets/{preset}" },
    };

    /// <summary>Those whose path names one thing.</summary>
    public static TheoryData<string, string> PrivateOfOneThing
    {
        get
        {
            var operations = new TheoryData<string, string>();
            foreach (var row in Private)
            {
                if (((string)row[1]).Contains('{', StringComparison.Ordinal))
                {
                    operations.Add((string)row[0], (string)row[1]);
                }
            }

            return operations;
        }
    }

    [Theory]
    [MemberData(nameof(Private))]
    public async Task What_is_not_public_needs_a_good_token(string method, string path)
    {
        foreach (var prefix in new[] { "", "/v1/webinar" })
        {
            var target = prefix + await Fill(path);

            var none = await Send(_house.Anyone, method, target);
            var wrong = await Send(_house.Anyone, method, target, ("Authorization", "Bearer nobody's"));
            var key = await Send(_house.Anyone, method, target, ("X-API-Key", "nobody's"));
            var basic = await Send(_house.Anyone, method, target, ("Authorization", "Basic YTpi"));

            none.IsError(HttpStatusCode.Unauthorized, "auth_type_not_found");
            basic.IsError(HttpStatusCode.Unauthorized, "auth_type_not_found");
            wrong.IsError(HttpStatusCode.Unauthorized, "auth_invalid");
            key.IsError(HttpStatusCode.Unauthorized, "auth_invalid");
            Assert.Equal("Bearer", none.Headers["WWW-Authenticate"]);
        }
    }

    [Theory]
    [MemberData(nameof(PrivateOfOneThing))]
    public async Task What_is_another_accounts_answers_byte_for_byte_like_what_is_not_there(string method, string path)
    {
        var absent = path.Replace("{room}", Absent, StringComparison.Ordinal)
            .Replace("{session}", Absent, StringComparison.Ordinal)
            .Replace("{preset}", Absent, StringComparison.Ordinal);

        var foreign = await Send(_house.Oscar, method, await Fill(path));
        var missing = await Send(_house.Oscar, method, absent);

        foreign.IsError(HttpStatusCode.NotFound, "not_found");
        Assert.Equal(missing.Body!.ToJsonString(), foreign.Body!.ToJsonString());
    }

    [Theory]
    [MemberData(nameof(PrivateOfOneThing))]
    public async Task A_bad_id_is_400_in_the_surfaces_own_shape(string method, string path)
    {
        foreach (var id in new[] { "7", "%01", "not-a-uuid", "..%2f..", "00000000000040008000000000000000", "Ü" })
        {
            var reply = await Send(_house.Alice, method, Replaced(path, id));

            reply.IsError(HttpStatusCode.BadRequest, "invalid_id");
        }
    }

    [Fact]
    public async Task Public_reads_need_no_token_but_refuse_a_wrong_one()
    {
        var room = await _house.Alice.NewRoom();
        var session = await _house.Alice.NewSession(room);

        foreach (var path in new[] { "/rooms", room, "/sessions", "/sessions/live", session })
        {
            (await _house.Anyone.Get(path)).Is(HttpStatusCode.OK);
            (await _house.Anyone.Get($"/v1/webinar{path}")).Is(HttpStatusCode.OK);
            (await _house.Anyone.Get(path, ("Authorization", "Bearer nobody's")))
                .IsError(HttpStatusCode.Unauthorized, "auth_invalid");
        }
    }

    [Fact]
    public async Task The_fixed_paths_are_no_ids_in_whatever_case()
    {
        Assert.NotNull((await _house.Alice.Get("/sessions/LIVE")).Is(HttpStatusCode.OK).Data["sessions"]);
        Assert.NotNull((await _house.Alice.Get("/v1/webinar/rooms/My")).Is(HttpStatusCode.OK).Data["rooms"]);
        (await _house.Alice.Delete("/sessions/live")).IsError(HttpStatusCode.BadRequest, "invalid_id");
        (await _house.Alice.Get("/sessions/lively")).IsError(HttpStatusCode.BadRequest, "invalid_id");
        (await _house.Alice.Get("/sessions/a/b/c")).IsError(HttpStatusCode.NotFound, "not_found");
        (await _house.Alice.Post("/rooms/my", "{}")).IsError(HttpStatusCode.MethodNotAllowed, "method_not_allowed");
    }

    private static Task<ApiReply> Send(
        LiveStreamClient client, string method, string path, params (string Name, string Value)[] headers)
    {
        var body = path.EndsWith("/sessions", StringComparison.Ordinal)
            ? $$"""{"title": "abc", "preset_id": "{{Absent}}"}"""
            : """{"title": "abc", "scheduled_start_time": "2027-01-01T00:00:00Z"}""";
        return method switch
        {
            "GET" => client.Get(path, headers),
            "DELETE" => client.Delete(path, headers),
            "PATCH" => client.Patch(path, body, headers),
            _ => client.Post(path, body, headers),
        };
    }

    private static string Replaced(string path, string id) => path.Replace("{room}", id, StringComparison.Ordinal)
        .Replace("{session}", id, StringComparison.Ordinal)
        .Replace("{preset}", id, StringComparison.Ordinal);

    private async Task<string> Fill(string path)
    {
        var room = await _house.Alice.NewRoom();
        return path.Replace("{room}", room[7..], StringComparison.Ordinal)
            .Replace("{session}", (await _house.Alice.NewSession(room))[10..], StringComparison.Ordinal)
            .Replace("{preset}", await _house.Alice.NewPreset(), StringComparison.Ordinal);
    }

    /// <summary>One house for all: no test here minds what the others have left.</summary>
    public sealed class House : IAsyncLifetime
    {
        internal LiveStreamHouse Built { get; private set; } = null!;

        public async Task InitializeAsync() => Built = await LiveStreamHouse.Build();

        public async Task DisposeAsync() => await Built.DisposeAsync();
    }
}
