using Microsoft.AspNetCore.Http;
using Sessions.Http.OpenApi;

namespace Sessions.CamaraWebRtc;

/// <summary>A generation for its OpenAPI document, with the standard's own names for its operations.</summary>
internal static class CamaraDescription
{
    private const string Surface = "CamaraWebRtc";

    private static readonly CamaraJson _wire = CamaraJson.Wire;

    private static readonly Field _correlator = new(
        Correlator.Header,
        Schema.Form("^[a-zA-Z0-9-_:;./<>{}]{0,256}$"),
        "Names the request; the answer carries it again, or one that was made here.");

    // These are there to refuse in the standard's words.
    private static readonly Operation _idMissing = new();

    private static readonly Webhook _event = new(
        "notifications",
        "Something has happened to a call or a registration",
        "Sent to the subscription's `sink` as a CloudEvent, at least once and in order, until it is taken with 2xx.",
        CloudEvent.MediaType)
    {
        Type = _wire.CloudEvent,
        Headers =
        [
            .. Webhook.Standard,
            _correlator,
            new("Authorization", Schema.Text(), "The bearer token of the subscription's `sinkCredential`."),
        ],
        Replies = [Reply.Nothing(204, "Any 2xx: taken."), Reply.Nothing(410, "Gone: the subscription ends.")],
    };

    /// <summary>The whole of a generation.</summary>
    public static SurfaceDescription Of(Generation generation) => new(
        generation.Slug,
        Surface,
        $"CAMARA WebRTC, {generation.Name}",
        generation.Name,
        $"Calls between phone numbers: {generation.Versions}. JSON in and out. A token's scopes say what it may do, "
        + "and its phone numbers for whom.")
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
            ["MediaSessionResource.status"] = Schema.Words(CallTable.All),
            ["RegistrationInformation.regStatus"] = Schema.Words(RegistrationRules.Registered),
            ["SubscriptionResource.types"] = Schema.List(Schema.Words(EventTypes.AllIn(generation))),
            ["SubscriptionResource.status"] = Schema.Words(SubscriptionRules.Active, SubscriptionRules.Ended),
        },
        Place = (function, path) => generation.PlaceOf(path, function),
        Operations = new OrderedDictionary<string, Operation>(
            [.. Registrations(generation), .. Calls(generation), .. Subscriptions(generation)]),
    };

    // Where the routes leave API and version open, this generation has its own; null for what it has not.
    private static string? PlaceOf(this Generation generation, string path, string function)
    {
        if (function == "UpdateSubscription" && !generation.ChangesSubscriptions)
        {
            return null;
        }

        (string Declared, string Begins, PathString? Own)[] apis =
        [
            ("/webrtc-call-handling/{version}", "/webrtc-call-handling/", generation.Calls),
            ("/webrtc-registration/{version}", "/webrtc-registration/", generation.Registrations),
            ("/{api}/{version}", "/", generation.Events),
        ];
        var found = Array.Find(apis, api => path.StartsWith(api.Declared, StringComparison.Ordinal));
        return found.Declared is null ? (generation.Serves(path) ? path : null)
            : found.Own is { } own && own.Value!.StartsWith(found.Begins, StringComparison.Ordinal)
                ? own.Value + path[found.Declared.Length..]
            : null;
    }

    private static OrderedDictionary<string, Operation> Calls(Generation generation)
    {
        var create = new Operation(Reply.Thing(201, _wire.MediaSessionResource))
        {
            Id = "createSession",
            Headers = [CamaraBodies.RegistrationHeader(generation)],
            Body = CamaraBodies.NewCall(generation),
            Repeatable = true,
            Errors = [501],
        };
        var fetch = new Operation(Reply.Thing(200, _wire.MediaSessionResource)) { Id = "getSessionDetailsById" };
        var update = new Operation(Reply.Thing(200, _wire.MediaSessionResource))
        {
            Id = "updateSessionStatus",
            Headers = [CamaraBodies.DeviceHeader],
            Body = CamaraBodies.CallUpdate(generation),
            Conditional = true,
            Errors = [409],
        };
        var delete = new Operation(Reply.Nothing(204))
        {
            Id = "deleteSessionById", Headers = [CamaraBodies.DeviceHeader], Conditional = true, Errors = [409],
        };
        return new()
        {
            ["CreateCall"] = create,
            ["FetchCall"] = fetch,
            ["UpdateCallStatus"] = update,
            ["DeleteCall"] = delete,
            ["CallIdMissing"] = _idMissing,
            ["CallStatusIdMissing"] = _idMissing,

            ["CreateSession"] = create,
            ["FetchSession"] = fetch,
            ["UpdateSessionStatus"] = update,
            ["DeleteSession"] = delete,
            ["SessionIdMissing"] = _idMissing,
            ["SessionStatusIdMissing"] = _idMissing,
        };
    }

    private static OrderedDictionary<string, Operation> Registrations(Generation generation) => new()
    {
        ["CreateRegistration"] = new(Reply.Thing(generation.Registered, _wire.RegistrationResource))
        {
            Id = "createRegistration",
            Body = CamaraBodies.NewRegistration,
            Errors =
            [
                .. generation.RefusesRepeatedRegistration ? [409] : Array.Empty<int>(),
                .. generation.TakesPhoneNumber ? [422] : Array.Empty<int>(),
            ],
        },
        ["ListRegistration"] = new(Reply.Value(200, _wire.IReadOnlyListRegistrationResource))
        {
            Id = "getRegistrationsByDeviceId",
            Query = [new Field("deviceId", Schema.Uuid, "The device.").Must().Like(CamaraBodies.Device)],
        },
        ["FetchRegistration"] = new(Reply.Thing(200, _wire.RegistrationResource)) { Id = "getRegistrationById" },
        ["UpdateRegistration"] = new(
            Reply.Thing(200, _wire.RegistrationResource), Reply.Nothing(204, "Done, for a request without a body."))
        {
            Id = "updateRegistrationById", Body = CamaraBodies.RegistrationUpdate, Conditional = true,
        },
        ["DeleteRegistration"] = new(Reply.Nothing(204)) { Id = "deleteRegistrationById", Conditional = true },
        ["RegistrationIdMissing"] = _idMissing,
    };

    private static OrderedDictionary<string, Operation> Subscriptions(Generation generation) => new()
    {
        ["CreateSubscription"] = new(Reply.Thing(201, _wire.SubscriptionResource))
        {
            Id = "createNotificationChannelSubscription",
            Body = CamaraBodies.NewSubscription(generation),
            Repeatable = true,
            Errors = [422],
            Callbacks = [CallbackAddress.In("sink", _event)],
        },
        ["ListSubscription"] = new(Reply.Value(200, _wire.IReadOnlyListSubscriptionResource))
        {
            Id = "retrieveNotificationChannelSubscriptionList",
        },
        ["FetchSubscription"] = new(Reply.Thing(200, _wire.SubscriptionResource))
        {
            Id = "retrieveNotificationChannelSubscription",
        },
        ["SubscriptionEvents"] = new(
            new Reply(200, "The stream, an event as a server-sent event.")
            {
                Type = _wire.CloudEvent, MediaTypes = ["text/event-stream"],
            },
            Reply.Nothing(204, "The subscription has ended, and the reader knows it."))
        {
            Headers = [new("Last-Event-ID", Schema.Text(), "The last event that the reader has.")],
        },
        ["UpdateSubscription"] = new(Reply.Thing(200, _wire.SubscriptionResource))
        {
            Id = "updateNotificationChannelSubscription", Body = CamaraBodies.SubscriptionUpdate, Conditional = true,
        },
        ["DeleteSubscription"] = new(Reply.Nothing(204))
        {
            Id = "deleteNotificationChannelSubscription", Conditional = true,
        },
        ["SubscriptionIdMissing"] = _idMissing,
    };
}
