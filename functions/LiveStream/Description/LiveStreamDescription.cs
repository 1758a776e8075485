using System.Text.Json.Serialization.Metadata;
using Sessions.Http.OpenApi;

namespace Sessions.LiveStream;

/// <summary>The surface for its OpenAPI document.</summary>
internal static class LiveStreamDescription
{
    private const string Webinar = "Webinar";

    private static readonly LiveStreamJson _wire = LiveStreamJson.Wire;

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
            ["PresetResource.*"] = Schema.Flag,
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
