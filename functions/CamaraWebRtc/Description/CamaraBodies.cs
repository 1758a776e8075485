using Sessions.Http.OpenApi;

namespace Sessions.CamaraWebRtc;

/// <summary>The bodies that the surface reads, for its OpenAPI document.</summary>
internal static class CamaraBodies
{
    public const string Device = "7d444840-9dc0-11d1-b245-5ffdce74fad2";

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

    private static readonly Field _offer = new("offer", _sdp, "What the caller offers.")
    {
        Example = """{"sdp":"v=0"}""",
    };

    private static readonly Field _registrationEnd = new(
        "registrationExpireTime",
        Schema.Moment,
        "Until when: a minute to a day from now, an hour unless said otherwise.");

    public static Body NewCall { get; } = Body.Json(
        "NewCall",
        new Field(
            "originatorAddress", Schema.Text(Check.MaxText), "Who calls: `tel:` or `sip:` and a number of the token.")
            .Must().Like("tel:+17085852753"),
        new Field("originatorName", Schema.Text(Check.MaxText), "The caller's name.").Like("Alice"),
        new Field("receiverAddress", Schema.Text(Check.MaxText), "Who is called.").Must().Like("tel:+17085854000"),
        new Field("receiverName", Schema.Text(Check.MaxText), "The callee's name.").Like("Bob"),
        _offer.Must(),
        new("callType", Schema.Words("REGULAR"), "Emergency calls are refused with 501."),
        _location,
        new("clientCorrelator", Schema.Text(Check.MaxText), "A word of the client's own, which is given back."),
        new("status", Schema.Words(SessionStatus.Initial), "Passed over: the server sets it."),
        new("mediaSessionId", Schema.Text(), "Passed over: the server makes it."));

    public static Body CallUpdate { get; } = Body.Json(
        "CallUpdate",
        new Field("status", Schema.Words(CallRules.All), "Where the call goes to.").Like(SessionStatus.Connected),
        new("offer", _sdp, "New media of the caller."),
        new Field("answer", _sdp, "The callee's media; Connected needs it the first time.")
        {
            Example = """{"sdp":"v=0"}""",
        },
        _location,
        new("receiverSessionStatus", Schema.Struct, "The same members once more, as older clients wrap them.")) with
    {
        Optional = true,
    };

    public static Body NewRegistration { get; } = Body.Json(
        "NewRegistration", new Field("deviceId", Schema.Uuid, "The device.").Must().Like(Device), _registrationEnd);

    public static Body RegistrationUpdate { get; } = Body.Json("RegistrationUpdate", _registrationEnd) with
    {
        Optional = true,
    };

    public static Body NewSubscription { get; } = Body.Json(
        "NewSubscription",
        new Field("protocol", Schema.Words("HTTP"), "How events come.").Must().Like("HTTP"),
        new Field("sink", Schema.Url, "Where they go: https, and a public address.").Must()
            .Like("https://example.com/events"),
        new(
            "sinkCredential",
            Schema.Members(
                new Field("credentialType", Schema.Words("ACCESSTOKEN"), "Its kind.").Must(),
                new Field("accessToken", Schema.Text(8192), "The token.").Must(),
                new Field("accessTokenType", Schema.Words("bearer"), "Its type.").Must(),
                new Field("accessTokenExpiresUtc", Schema.Moment, "When it ends.").Must()),
            "What opens the sink."),
        new Field(
            "types",
            Schema.List(Schema.Words(EventTypes.All)).With("minItems", 1).With("maxItems", 1),
            "The one type of event.").Must() with
        {
            Example = $"""["{EventTypes.SessionStatus}"]""",
        },
        new Field("config", Config, "What it is about, and until when.").Must() with
        {
            Example = $$$"""{"subscriptionDetail":{"deviceId":"{{{Device}}}"},"subscriptionMaxEvents":10}""",
        });

    private static Schema Config => Schema.Members(
        new Field(
            "subscriptionDetail",
            Schema.Members(
                new("registrationId", Schema.Text(Check.MaxText), "A live registration; it or deviceId must be there."),
                new("deviceId", Schema.Uuid, "A registered device."),
                new("sessionId", Schema.Text(Check.MaxText), "Only this call.")),
            "What it is about.").Must(),
        new("subscriptionExpireTime", Schema.Moment, "When it ends."),
        new("subscriptionMaxEvents", Schema.Whole(1), "After how many events it ends."),
        new("initialEvent", Schema.Flag, "Whether to tell the present state at once."));
}
