using System.Text.Json.Serialization.Metadata;
using Sessions.Http.OpenApi;

namespace Sessions.LiveStream;

/// <summary>The surface for its OpenAPI document.</summary>
internal static class LiveStreamDescription
{
    private const string Webinar = "Webinar";

    private static readonly LiveStreamJson _wire = LiveStreamJson.Default;

    private static readonly Security[] _signedIn =
    [
        Security.Bearer("A token of the account."),
        Security.Header("apiKey", "X-API-Key", "The same token in a header of its own."),
    ];

    private static readonly Security _liveKit = Security.Header(
        "livekit", "Authorization", "A token that LiveKit signed with the API secret, over the body's SHA-256.");

    private static readonly Field[] _paging =
    [
        new Field("page", Schema.Whole(1), "The page's number, from 1.") { Example = "1" },
        new Field("limit", Schema.Whole(1), "How many to a page; 10 unless said otherwise, at most 100.")
        {
            Example = "10",
        },
    ];

    private static readonly OrderedDictionary<string, Operation> _operations = new()
    {
        ["CreateRoom"] = Create(_wire.EnvelopeCreatedRoom, LiveStreamBodies.NewRoom),
        ["ListRooms"] = Public(List(_wire.EnvelopeRoomList)),
        ["ListMyRooms"] = List(_wire.EnvelopeRoomList),
        ["FetchRoom"] = Public(Fetch(_wire.EnvelopeRoomResource)),
        ["UpdateRoom"] = Update(_wire.EnvelopeRoomResource, LiveStreamBodies.RoomUpdate),
        ["DeleteRoom"] = Delete with { Errors = [409] },

        ["CreatePreset"] = Create(_wire.EnvelopePresetResource, LiveStreamBodies.NewPreset),
        ["ListPresets"] = List(_wire.EnvelopePresetList),
        ["FetchPreset"] = Fetch(_wire.EnvelopePresetResource),
        ["UpdatePreset"] = Update(_wire.EnvelopePresetResource, LiveStreamBodies.PresetUpdate),
        ["DeletePreset"] = Delete,

        ["CreateSession"] = Create(_wire.EnvelopeCreatedSession, LiveStreamBodies.NewSession),
        ["ListSessions"] = Public(List(_wire.EnvelopeSessionList)),
        ["ListLiveSessions"] = Public(List(_wire.EnvelopeSessionList)),
        ["ListRoomSessions"] = List(_wire.EnvelopeSessionList),
        ["SessionStats"] = new(Reply.Value(200, _wire.EnvelopeStats)),
        ["FetchSession"] = Public(Fetch(_wire.EnvelopeSessionResource)),
        ["DeleteSession"] = Delete with { Errors = [409] },
        ["RescheduleSession"] = Update(_wire.EnvelopeSessionResource, LiveStreamBodies.Reschedule),
        ["UpdateSessionSettings"] = Update(_wire.EnvelopeSessionResource, LiveStreamBodies.Settings),

        ["StartSession"] = Live(Fetch(_wire.EnvelopeStartResource)),
        ["GoLive"] = Live(Fetch(_wire.EnvelopeStartResource)),
        ["EndSession"] = Fetch(_wire.EnvelopeSessionResource) with { Errors = [409] },
        ["JoinSession"] = new(Reply.Value(200, _wire.EnvelopeJoinResource)) { Errors = [409] },
        ["MonitorSession"] = new(Reply.Value(200, _wire.EnvelopeJoinResource)) { Errors = [409] },
        ["EnsureHlsEgress"] = Live(new(Reply.Value(200, _wire.EnvelopeHlsResource))),
        ["StartWebcamHls"] = Live(new(Reply.Value(200, _wire.EnvelopeHlsResource))),
        ["HostVideoState"] = Broadcast,
        ["HostAudioState"] = Broadcast,
        ["StreamHealth"] = new(Reply.Value(200, _wire.EnvelopeStreamHealth)),
    };

    /// <summary>The whole of it.</summary>
    public static SurfaceDescription Surface { get; } = new(
        "live-stream",
        "LiveStream",
        "Live stream",
        "1.0",
        "Rooms and their live sessions, over LiveKit. JSON in, JSON in an envelope out. All of it is there twice, "
        + "at the root and under `/v1/webinar`.")
    {
        Security = _signedIn,
        Error = _ => _wire.ErrorBody,
        Path = [new("id", Schema.Uuid, "The id of what the path names before it.")],
        Members = new Dictionary<string, Schema>
        {
            ["PresetResource.type"] = Schema.Words("whip", SessionMode.Rtmp),
            ["SessionResource.mode"] = Schema.Words(SessionMode.Webcam, SessionMode.Rtmp),
            ["SessionResource.status"] = Schema.Words(
                SessionStatus.Scheduled, SessionStatus.Live, SessionStatus.Ended, SessionStatus.Expired),
            ["RecordingResource.status"] = Schema.Words(
                RecordingResource.Recording, RecordingResource.Completed, RecordingResource.Failed),
            ["HostState.type"] = Schema.Words("host_video_state", "host_audio_state"),
        },
        Operations = new OrderedDictionary<string, Operation>(
        [
            .. _operations,
            .. _operations.Select(own => KeyValuePair.Create(Webinar + own.Key, own.Value with { SameAs = own.Key })),
            KeyValuePair.Create("LiveKitWebhook", new Operation(new Reply(200, "Taken.") { MediaTypes = [] })
            {
                Body = LiveStreamBodies.LiveKitEvent, Security = [_liveKit], Errors = [401],
            }),
        ]),
    };

    private static Operation Broadcast => Live(new(Reply.Value(200, _wire.EnvelopeHostState))) with
    {
        Body = LiveStreamBodies.OnOrOff, Errors = [409, 422, 502],
    };

    private static Operation Delete => new(Reply.Value(200, _wire.EnvelopeDeleted)) { Conditional = true };

    private static Operation Fetch(JsonTypeInfo type) => new(Reply.Thing(200, type));

    private static Operation List(JsonTypeInfo type) =>
        new(Reply.Value(200, type)) { Query = _paging, Errors = [422] };

    private static Operation Create(JsonTypeInfo type, Body body) =>
        new(Reply.Thing(201, type)) { Body = body, Repeatable = true, Errors = [422] };

    private static Operation Update(JsonTypeInfo type, Body body) =>
        Fetch(type) with { Body = body, Conditional = true, Errors = [409, 422] };

    private static Operation Live(Operation operation) => operation with { Errors = [409, 502] };

    private static Operation Public(Operation operation) => operation with { Security = [Security.None, .. _signedIn] };
}

/// <summary>The bodies that the surface reads, for its OpenAPI document.</summary>
internal static class LiveStreamBodies
{
    private static readonly Field _title = new Field("title", Schema.Text(255, 3), "Its title.").Like("Town hall");

    private static readonly Field _description = new("description", Schema.Text(5000).OrNull(), "More words.");

    private static readonly Field _analytics = new(
        "analytics",
        Schema.Members(
            new Field(
                "google_tag_manager",
                Schema.Members(
                    new("container_id", Schema.Text(64).OrNull(), "Such as GTM-XXXXXX."),
                    new("enabled", Schema.Flag.OrNull(), "Whether it counts.")).OrNull(),
                "Google Tag Manager.")).OrNull(),
        "Who counts visitors.");

    private static readonly Field _start =
        new Field("scheduled_start_time", Schema.Moment.OrNull(), "When it is to begin.").Like("2030-07-30T20:00:00Z");

    private static readonly Field _chat = new("chat_enabled", Schema.Flag.OrNull(), "Whether there is a chat.");

    private static readonly Field _stage = new("stage_enabled", Schema.Flag.OrNull(), "Whether there is a stage.");

    private static readonly Field[] _preset =
    [
        new Field("name", Schema.Text(255, 1), "Its name.").Must().Like("Standard"),
        new Field("type", Schema.Words("whip", "rtmp"), "The ingress of sessions that name no mode.").Must()
            .Like("whip"),
        new Field("primary_color", Schema.Form("^#[0-9a-fA-F]{6}$"), "The player's colour.").Must().Like("#1A2B3C"),
        new("logo", Schema.Text(2048).OrNull(), "An image's address."),
        new("logo_destination_url", Schema.Text(2048).OrNull(), "Where a click on it leads."),
        .. SwitchNames.All.Select(one => new Field(
            one.Name,
            Schema.Flag.OrNull().With("default", (SwitchNames.Defaults & one.Switch) != 0),
            "A switch of the session's.")),
    ];

    public static Body NewRoom { get; } = Body.Json("NewRoom", _title.Must(), _description, _analytics);

    public static Body RoomUpdate { get; } = Body.Json("RoomUpdate", _title, _description, _analytics) with
    {
        Optional = true,
    };

    public static Body NewPreset { get; } = Body.Json("NewPreset", [.. _preset, Places(100)]);

    public static Body PresetUpdate { get; } = Body.Json(
        "PresetUpdate", [.. _preset.Select(field => field with { Required = false }), Places(5)]) with
    {
        Optional = true,
    };

    public static Body NewSession { get; } = Body.Json(
        "NewSession",
        _title.Must(),
        new Field("preset_id", Schema.Uuid, "The preset that it is made with.").Must()
            .Like("00000000-0000-4000-8000-000000000000"),
        _description,
        new Field(
            "mode",
            Schema.Words(SessionMode.Webcam, SessionMode.Rtmp),
            "Its ingress; the preset's unless said otherwise.").Like(SessionMode.Webcam),
        _start);

    public static Body Reschedule { get; } = Body.Json(
        "Reschedule", _start with { Schema = Schema.Moment, Required = true });

    public static Body Settings { get; } = Body.Json(
        "SessionSettings",
        _chat with { Example = "true", Description = _chat.Description + " null gives the preset's value back." },
        _stage,
        Places(100)) with
    {
        Optional = true,
    };

    public static Body OnOrOff { get; } = Body.Json(
        "OnOrOff", new Field("enabled", Schema.Flag.OrNull(), "Whether it is on.") { Example = "true" }) with
    {
        Optional = true,
    };

    public static Body LiveKitEvent { get; } = new(
        "LiveKitEvent",
        "application/webhook+json",
        [
            new Field("event", Schema.Text(), "What happened.").Like("participant_joined"),
            new("created_at", Schema.Either(Schema.Whole(0), Schema.Text()), "When, in Unix seconds."),
            new("room", Schema.Struct, "The LiveKit room that it is about."),
        ]);

    private static Field Places(int max) =>
        new("max_join_limit", Schema.Whole(1, max).OrNull(), "How many viewers may be in at once.");
}
