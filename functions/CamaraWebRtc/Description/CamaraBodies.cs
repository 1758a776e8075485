using Sessions.Http.OpenApi;

namespace Sessions.CamaraWebRtc;

/// <summary>The bodies that the surface reads, for its OpenAPI document.</summary>
internal static class CamaraBodies
{
    public const string Device = "7d444840-9dc0-11d1-b245-5ffdce74fad2";

    // The examples can be tried one after the other: a subscription's device has been registered, a new one has not.
    private const string NewDevice = "0c7bd9a1-9dc0-11d1-b245-5ffdce74fad2";

    private static readonly Schema _sdp = Schema.Members(
        new Field("sdp", Schema.Text(Check.MaxSdp, 1), "The session description (SDP).").Must());

    private static readonly Schema _circle = Schema.Members(
        new Field("latitude", Schema.Number(-90, 90), "Degrees.").Must(),
        new Field("longitude", Schema.Number(-180, 180), "Degrees.").Must(),
        new Field("radius", Schema.Number(0), "Metres.").Must());

    private static readonly Schema _ellipsoid = Schema.Members(
        new Field("latitude", Schema.Number(-90, 90), "Degrees.").Must(),
        new Field("longitude", Schema.Number(-180, 180), "Degrees.").Must(),
        new Field("zAxis", Schema.Number(), "Altitude.").Must(),
        new Field("semiMajorAxis", Schema.Number(0), "Metres.").Must(),
        new Field("semiMinorAxis", Schema.Number(0), "Metres.").Must(),
        new Field("verticalAxis", Schema.Number(0), "Metres.").Must(),
        new Field("orientation", Schema.Number(), "Degrees.").Must());

    private static readonly Field _location = new(
        "locationDetails",
        Schema.Members(
            new("shape", Schema.Words("Circle", "Ellipsoid"), "The form of the coordinates."),
            new("coordinates", Schema.Either(_circle, _ellipsoid), "Where, in the form that the shape asks for."),
            new("method", Schema.Words("GPS", "DBH", "DBH_HELO", "Other"), "How it was found."),
            new(
                "confidence",
                Schema.Members(
                    new("pdf", Schema.Words("normal", "uniform"), "The probability density."),
                    new("value", Schema.Number(0, 100), "Percent.")),
                "How sure it is."),
            new("timestamp", Schema.Moment, "When it was found; now unless said otherwise.")).OrNull(),
        "Where the party is.");

    private const string StatusIsDemanded = "Where the call goes to. It must be there in a body that has any member.";

    private static readonly Field[] _newCall =
    [
        new Field(
            "originatorAddress", Schema.Text(Check.MaxText), "Who calls: `tel:` or `sip:` and a number of the token.")
            .Must().Like("tel:+17085852753"),
        new Field("originatorName", Schema.Text(Check.MaxText), "The caller's name.").Like("Alice"),
        new Field("receiverAddress", Schema.Text(Check.MaxText), "Who is called.").Must().Like("tel:+17085854000"),
        new Field("receiverName", Schema.Text(Check.MaxText), "The callee's name.").Like("Bob"),
        new Field("offer", _sdp, "What the caller offers.") { Required = true, Example = """{"sdp":"v=0"}""" },
        new("callType", Schema.Words("REGULAR"), "Emergency calls are refused with 501."),
        _location,
        new("status", Schema.Words(SessionStatus.Initial), "Passed over: the server sets it."),
        new("mediaSessionId", Schema.Text(), "Passed over: the server makes it."),
    ];

    private static readonly Field _clientCorrelator = new(
        "clientCorrelator", Schema.Text(Check.MaxText), "A word of the client's own, which is given back.");

    private static readonly Field _status =
        new Field("status", Schema.Words(CallTable.All), "Where the call goes to, or where it is.")
            .Like(SessionStatus.Initial);

    private static readonly Field[] _callUpdate =
    [
        new Field("offer", _sdp, "New media: the caller's, and once the call is connected either party's.")
        {
            Example = """{"sdp":"v=0"}""",
        },
        new("answer", _sdp, "The callee's media; Connected needs it the first time."),
        _location,
        new("receiverSessionStatus", Schema.Struct, "The same members once more, as older clients wrap them."),
    ];

    private static readonly Field _registrationEnd = new(
        "registrationExpireTime",
        Schema.Moment,
        "Until when: a minute to a day from now, an hour unless said otherwise.");

    private static readonly Field _phoneNumber = new(
        "phoneNumber",
        Schema.Form(@"^\+[1-9][0-9]{4,14}$"),
        "The number to register: of a token that has several, or of one that has none of its own.");

    private static readonly Field _sinkCredential = new(
        "sinkCredential",
        Schema.Members(
            new Field("credentialType", Schema.Words("ACCESSTOKEN"), "Its kind.").Must(),
            new Field("accessToken", Schema.Text(8192), "The token.").Must(),
            new Field("accessTokenType", Schema.Words("bearer"), "Its type.").Must(),
            new Field("accessTokenExpiresUtc", Schema.Moment, "When it ends.").Must()),
        "What opens the sink.");

    private static readonly Field _protocolSettings = new(
        "protocolSettings",
        Schema.Members(
            new("headers", Schema.Struct, "Headers that go with every event, by their names."),
            new("method", Schema.Words("POST"), "How they are sent.")),
        "What else the sink wants of the requests.");

    private static readonly Field _device = new("deviceId", Schema.Uuid, "A registered device.");

    private static readonly Field _subscriptionEnd =
        new("subscriptionExpireTime", Schema.Moment, "When it ends.");

    public static Field DeviceHeader { get; } = new(
        "registrationId",
        Schema.Text(Check.MaxText),
        "The registration of the device that asks, to tell it from the others of its number.");

    public static Field RegistrationHeader(Generation generation)
    {
        var header = new Field(
            "registrationId",
            Schema.Text(Check.MaxText),
            generation.CallsAreRegistered
                ? "A live registration of the caller's."
                : "A live registration of the caller's. Only one that is sent is looked at.");
        return generation.CallsAreRegistered ? header.Must() : header;
    }

    public static Body NewCall(Generation generation) => Body.Json(
        "NewCall",
        [.. _newCall, .. generation.HasClientCorrelator ? [_clientCorrelator] : Array.Empty<Field>()]);

    public static Body CallUpdate(Generation generation) => Body.Json(
        "CallUpdate",
        [generation.StatusIsRequired ? _status with { Description = StatusIsDemanded } : _status, .. _callUpdate]) with
    {
        Optional = true,
    };

    public static Body NewRegistration { get; } = Body.Json(
        "NewRegistration",
        [
            new Field("deviceId", Schema.Uuid, "The device.").Must().Like(NewDevice),
            _registrationEnd,
            _phoneNumber,
        ]);

    public static Body RegistrationUpdate { get; } = Body.Json(
        "RegistrationUpdate",
        _registrationEnd,
        new("deviceId", Schema.Uuid, "Passed over: a registration keeps its device.")) with
    {
        Optional = true,
    };

    public static Body NewSubscription(Generation generation) => Body.Json(
        "NewSubscription",
        new Field("protocol", Schema.Words("HTTP"), "How events come.").Must().Like("HTTP"),
        new Field(
            "sink",
            Schema.Url.With("maxLength", generation.MaxSink),
            "Where they go: https, and public. Without it they are only read.")
            .Like("https://example.com/events"),
        _sinkCredential,
        _protocolSettings,
        new Field(
            "types",
            Schema.List(Schema.Words(EventTypes.AllIn(generation)))
                .With("minItems", 1).With("maxItems", generation.MaxTypes),
            "Which events.").Must() with
        {
            Example = $"""["{EventTypes.In(generation, EventTypes.SessionStatus)}"]""",
        },
        new Field("config", Config(generation), "What it is about, and until when.").Must() with
        {
            Example = $$$"""{"subscriptionDetail":{"deviceId":"{{{Device}}}"},"subscriptionMaxEvents":10}""",
        });

    public static Body SubscriptionUpdate { get; } = Body.Json(
        "SubscriptionUpdate",
        _sinkCredential,
        new Field("config", Schema.Members(_subscriptionEnd).With("additionalProperties", false), "Until when.") with
        {
            Example = """{"subscriptionExpireTime":"2040-03-15T00:00:00.000Z"}""",
        });

    private static Schema Config(Generation generation) => Schema.Members(
        new Field(
            "subscriptionDetail",
            generation.SubscribesByDevice ? Schema.Members(_device.Must()) : Schema.Members(
                new("registrationId", Schema.Text(Check.MaxText), "A live registration; it or deviceId must be there."),
                _device,
                new("sessionId", Schema.Text(Check.MaxText), "Only this call.")),
            "What it is about.").Must(),
        _subscriptionEnd,
        new("subscriptionMaxEvents", Schema.Whole(1, generation.MaxEvents), "After how many events it ends."),
        new("initialEvent", Schema.Flag, "Whether to tell the present state at once."));
}
