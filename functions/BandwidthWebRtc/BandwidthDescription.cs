using Microsoft.AspNetCore.Http;
using Sessions.Http.OpenApi;

namespace Sessions.BandwidthWebRtc;

/// <summary>The surface for its OpenAPI document.</summary>
internal static class BandwidthDescription
{
    private const string Doubled = "Doubled";

    private static readonly BandwidthJson _wire = BandwidthJson.Wire;

    private static readonly Body _subscriptions = Body.Json(
        "NewSubscriptions",
        new Field("sessionId", Schema.Text(), "The session of the path, for all of it and whoever joins later."),
        new Field(
            "participants",
            Schema.List(Schema.Members(
                new Field("participantId", Schema.Text(), "Who is heard and seen.").Must(),
                new Field("streamAliases", Schema.List(Schema.Text()), "Which streams; all when absent or empty."))),
            "Some participants of the session; they win over the whole session unless the list is empty.")
        {
            Example = "[]",
        }) with
    {
        Optional = true,
    };

    private static readonly Body _session = Body.Json(
        "NewSession", new Field("tag", Schema.Text(50).OrNull(), "A word of your own.").Like("interview")) with
    {
        Optional = true,
    };

    private static readonly Body _participant = Body.Json(
        "NewParticipant",
        new Field("tag", Schema.Text(50).OrNull(), "A word of your own.").Like("guest"),
        new Field(
            "publishPermissions",
            Schema.List(Schema.Words("AUDIO", "VIDEO")).With("uniqueItems", true),
            "What it may publish; nothing unless said otherwise.")
        {
            Example = """["AUDIO","VIDEO"]""",
        },
        new Field("callbackUrl", Schema.Url.OrNull(), "Where its callbacks go, a public address.")
            .Like("https://example.com/callbacks"),
        new Field("deviceApiVersion", Schema.Words("V3", "V2"), "V3 unless said otherwise.").Like("V3")) with
    {
        Optional = true,
    };

    private static readonly Body _deviceEvent = Body.Json(
        "DeviceEvent",
        new Field("event", Schema.Words("onConnect", "onDisconnect"), "What happened.").Must().Like("onConnect"),
        new Field("deviceId", Schema.Text(255, 1), "The device, in the media server's words.").Must().Like("device-1"));

    private static readonly Webhook _callback = new(
        "participantCallback",
        "A device or a participant has come or gone",
        "Sent to the participant's `callbackUrl`, at least once and in order, until it is taken with 2xx.",
        "application/json")
    {
        Type = _wire.Callback,
        Headers = Webhook.Standard,
        Replies = [Reply.Nothing(200, "Any 2xx: taken."), Reply.Nothing(410, "Gone: it is not sent again.")],
    };

    private static readonly OrderedDictionary<string, Operation> _operations = new()
    {
        ["CreateSession"] = new(Reply.Thing(200, _wire.SessionResource)) { Body = _session, Repeatable = true },
        ["FetchSession"] = new(Reply.Thing(200, _wire.SessionResource)),
        ["DeleteSession"] = new(Reply.Nothing(204)) { Conditional = true },
        ["CreateParticipant"] = new(Reply.Thing(200, _wire.CreatedParticipant))
        {
            Body = _participant, Repeatable = true, Callbacks = [CallbackAddress.In("callbackUrl", _callback)],
        },
        ["FetchParticipant"] = new(Reply.Thing(200, _wire.ParticipantResource)),
        ["DeleteParticipant"] = new(Reply.Nothing(204)) { Conditional = true },
        ["ListSessionParticipants"] = new(Reply.Thing(200, _wire.IReadOnlyListParticipantResource)),
        ["AddParticipantToSession"] = new(Reply.Nothing(204)) { Body = _subscriptions },
        ["RemoveParticipantFromSession"] = new(Reply.Nothing(204)),
        ["FetchParticipantSubscriptions"] = new(Reply.Thing(200, _wire.Subscriptions)),
        ["UpdateParticipantSubscriptions"] = new(Reply.Nothing(204)) { Body = _subscriptions, Conditional = true },
    };

    private static readonly Operation _report = new(Reply.Nothing(204)) { Body = _deviceEvent };

    /// <summary>The whole of it.</summary>
    public static SurfaceDescription Surface { get; } = new(
        "bandwidth-webrtc",
        "BandwidthWebRtc",
        "Bandwidth WebRTC",
        "v1",
        "Sessions of up to 20 participants who hear and see each other as their subscriptions say. JSON in and out. A "
        + "session ends nine hours after its start.")
    {
        Security = [Security.Basic("The account's id, account SID or API key, and its secret.")],
        Error = status => status is StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden
            ? _wire.MessageBody
            : _wire.ErrorBody,
        Path =
        [
            new Field(BandwidthPaths.AccountId, Schema.Text(), "The account's id.").Like("dev"),
            new Field(BandwidthPaths.SecondAccountId, Schema.Text(), "The account's id again.").Like("dev"),
            new(BandwidthPaths.SessionId, Schema.Text(), "The session's id, a UUID."),
            new(BandwidthPaths.ParticipantId, Schema.Text(), "The participant's id, a UUID."),
        ],
        CallersOwn = [BandwidthPaths.AccountId, BandwidthPaths.SecondAccountId],
        Members = new Dictionary<string, Schema>
        {
            ["ParticipantResource.publishPermissions"] = Schema.List(Schema.Words("AUDIO", "VIDEO")),
            ["ParticipantResource.deviceApiVersion"] = Schema.Words("V3", "V2"),
        },
        Operations = new OrderedDictionary<string, Operation>(
        [
            .. _operations,
            KeyValuePair.Create("ReportDeviceEvent", _report),
            .. _operations.Select(own => KeyValuePair.Create(own.Key + Doubled, own.Value with { SameAs = own.Key })),
        ]),
    };
}
