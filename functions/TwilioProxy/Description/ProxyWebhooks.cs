using Sessions.Http.OpenApi;

namespace Sessions.TwilioProxy;

/// <summary>What the surface asks and tells the application, for its OpenAPI document.</summary>
internal static class ProxyWebhooks
{
    private static readonly Field _signature = new Field(
        TwilioSignature.Header, Schema.Text(), "Twilio's signature over the address and the form.").Must();

    private static readonly Field[] _inbound = Side("inbound");

    private static readonly Field[] _told =
    [
        new Field("interactionAccountSid", Schema.Text(), "The account's SID (AC…).").Must(),
        new Field("interactionData", Schema.Text(), "What was said, as JSON.").Must(),
        new Field("interactionDateCreated", Schema.Moment, "When it began.").Must(),
        new Field("interactionDateUpdated", Schema.Moment, "When it changed last.").Must(),
        new Field("interactionNumMedia", Schema.Text(), "How many media a message has.").Must(),
        new Field("interactionServiceSid", Schema.Text(), "The Service's SID (KS…).").Must(),
        new Field("interactionSessionSid", Schema.Text(), "The Session's SID (KC…).").Must(),
        new Field("interactionSid", Schema.Text(), "The Interaction's SID (KI…).").Must(),
        new Field("interactionType", Schema.Words("Message", "Voice"), "What it is.").Must(),
    ];

    private static readonly Webhook _interaction = Form(
        "interactionCallback",
        "An Interaction is there, or its status has changed",
        "Sent to the Service's `CallbackUrl`, at least once and in order, until it is taken with 2xx.") with
    {
        Fields =
        [
            .. _inbound,
            .. _told,
            .. Side("outbound"),
            new("outboundResourceErrorCode", Schema.Text(), "The carrier's code for what went wrong."),
        ],
        Headers = [_signature, .. Webhook.Standard],
        Replies = [Reply.Nothing(200, "Any 2xx: taken."), Reply.Nothing(410, "Gone: it is not sent again.")],
    };

    private static readonly Webhook _intercept = Form(
        "interceptCallback",
        "Somebody calls or writes: may he?",
        "Asked of the Service's `InterceptCallbackUrl` before an Interaction, and waited for, for 5 seconds.") with
    {
        Fields = [.. _inbound, .. _told],
        Replies =
        [
            Reply.Nothing(200, "Let through, as by every answer but a 403, and by none."),
            Reply.Nothing(403, "Blocked: nothing goes on."),
        ],
    };

    private static readonly Webhook _outOfSession = Form(
        "outOfSessionCallback",
        "Somebody without an open Session calls or writes",
        "Asked of the Service's `OutOfSessionCallbackUrl`, and waited for, for 5 seconds. Beside what the carrier sent "
        + "it has what is known of the last Session of the two, such as `sessionSid` and `inboundParticipantSid`.") with
    {
        Fields =
        [
            new Field("From", Schema.Text(), "Who calls or writes.").Must(),
            new Field("To", Schema.Text(), "The proxy number.").Must(),
            new("Body", Schema.Text(), "What is written."),
            new("MessageSid", Schema.Text(), "The carrier's SID of a message."),
            new("CallSid", Schema.Text(), "The carrier's SID of a call."),
            new("sessionSid", Schema.Text(), "The last Session's SID."),
            new("sessionUniqueName", Schema.Text(), "Its unique name."),
            new("sessionStatus", Schema.Text(), "Its status."),
            new("sessionClosedReason", Schema.Text(), "Why it is closed."),
        ],
        Replies =
        [
            new(200, "TwiML for the carrier, or JSON with which a Session is made for the two.")
            {
                MediaTypes = ["text/xml", "application/json"],
            },
            Reply.Nothing(403, "As every other answer: declined."),
        ],
    };

    /// <summary>What a Service's addresses are for.</summary>
    public static IReadOnlyList<CallbackAddress> OfService { get; } =
    [
        CallbackAddress.In("CallbackUrl", _interaction),
        CallbackAddress.In("InterceptCallbackUrl", _intercept),
        CallbackAddress.In("OutOfSessionCallbackUrl", _outOfSession),
    ];

    private static Webhook Form(string name, string summary, string description) =>
        new(name, summary, description, InteractionCallbacks.MediaType) { Headers = [_signature] };

    private static Field[] Side(string name) =>
    [
        new($"{name}ParticipantSid", Schema.Text(), "The Participant on this side."),
        new($"{name}ResourceSid", Schema.Text(), "The carrier's message or call."),
        new($"{name}ResourceStatus", Schema.Text(), "Its status, such as `sent`."),
        new($"{name}ResourceType", Schema.Text(), "`message` or `call`."),
        new($"{name}ResourceUrl", Schema.Text(), "Where the carrier has it."),
    ];
}
