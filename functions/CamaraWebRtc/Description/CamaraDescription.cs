using Sessions.Http.OpenApi;

namespace Sessions.CamaraWebRtc;

/// <summary>The surface for its OpenAPI document.</summary>
internal static class CamaraDescription
{
    private static readonly CamaraJson _wire = CamaraJson.Wire;

    private static readonly Field _registration = new(
        "registrationId", Schema.Text(Check.MaxText), "A live registration of the caller's. It must be there under "
        + "`/webrtc-call-handling`; under `/webrtc` only one that is sent is looked at.");

    private static readonly Field _correlator = new(
        Correlator.Header,
        Schema.Form("^[a-zA-Z0-9-_:;./<>{}]{0,256}$"),
        "Names the request; the answer carries it again, or one that was made here.");

    private static readonly Operation _create = new(Reply.Thing(201, _wire.MediaSessionResource))
    {
        Headers = [_registration], Body = CamaraBodies.NewCall, Repeatable = true, Errors = [501],
    };

    private static readonly Operation _fetch = new(Reply.Thing(200, _wire.MediaSessionResource));

    private static readonly Operation _update = new(Reply.Thing(200, _wire.MediaSessionResource))
    {
        Body = CamaraBodies.CallUpdate, Conditional = true, Errors = [409],
    };

    private static readonly Operation _delete = new(Reply.Nothing(204)) { Conditional = true };

    // These are there to refuse in the standard's words.
    private static readonly Operation _idMissing = new();

    /// <summary>The whole of it.</summary>
    public static SurfaceDescription Surface { get; } = new(
        "camara-webrtc",
        "CamaraWebRtc",
        "CAMARA WebRTC",
        "0.3",
        "Calls between phone numbers: call handling 0.3, registration 0.3 and events 0.2. JSON in and out. A token's "
        + "scopes say what it may do, and its phone numbers for whom.")
    {
        Security = [Security.Bearer("A token with the scope of the operation, or with `*`.")],
        Error = _ => _wire.ErrorInfo,
        Headers = [_correlator],
        ReplyHeaders = [_correlator],
        Path =
        [
            new("mediaSessionId", Schema.Text(Check.MaxText), "The call's id."),
            new("registrationId", Schema.Text(Check.MaxText), "The registration's id."),
            new("subscriptionId", Schema.Text(Check.MaxText), "The subscription's id."),
        ],
        Members = new Dictionary<string, Schema>
        {
            ["MediaSessionResource.status"] = Schema.Words(CallRules.All),
            ["RegistrationInformation.regStatus"] = Schema.Words(RegistrationRules.Registered),
            ["SubscriptionResource.types"] = Schema.List(Schema.Words(EventTypes.All)),
            ["SubscriptionResource.status"] = Schema.Words(SubscriptionRules.Active, SubscriptionRules.Ended),
        },
        Operations = new Dictionary<string, Operation>
        {
            ["CreateCall"] = _create with { Headers = [_registration.Must()] },
            ["FetchCall"] = _fetch,
            ["UpdateCallStatus"] = _update,
            ["DeleteCall"] = _delete,
            ["CallIdMissing"] = _idMissing,
            ["CallStatusIdMissing"] = _idMissing,

            ["CreateSession"] = _create,
            ["FetchSession"] = _fetch,
            ["UpdateSessionStatus"] = _update,
            ["DeleteSession"] = _delete,
            ["SessionIdMissing"] = _idMissing,
            ["SessionStatusIdMissing"] = _idMissing,

            ["CreateRegistration"] = new(Reply.Thing(200, _wire.RegistrationResource))
            {
                Body = CamaraBodies.NewRegistration,
            },
            ["ListRegistration"] = new(Reply.Value(200, _wire.IReadOnlyListRegistrationResource))
            {
                Query = [new Field("deviceId", Schema.Uuid, "The device.").Must().Like(CamaraBodies.Device)],
            },
            ["FetchRegistration"] = new(Reply.Thing(200, _wire.RegistrationResource)),
            ["UpdateRegistration"] = new(Reply.Thing(200, _wire.RegistrationResource))
            {
                Body = CamaraBodies.RegistrationUpdate, Conditional = true,
            },
            ["DeleteRegistration"] = _delete,
            ["RegistrationIdMissing"] = _idMissing,

            ["CreateSubscription"] = new(Reply.Thing(201, _wire.SubscriptionResource))
            {
                Body = CamaraBodies.NewSubscription, Repeatable = true, Errors = [422],
            },
            ["ListSubscription"] = new(Reply.Value(200, _wire.IReadOnlyListSubscriptionResource)),
            ["FetchSubscription"] = new(Reply.Thing(200, _wire.SubscriptionResource)),
            ["DeleteSubscription"] = _delete,
            ["SubscriptionIdMissing"] = _idMissing,
        },
    };
}
