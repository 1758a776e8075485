using Sessions.Http.OpenApi;

namespace Sessions.TwilioProxy;

/// <summary>The surface for its OpenAPI document.</summary>
internal static class ProxyDescription
{
    private const string Message = "ReceiveMessage_post";
    private const string Voice = "ReceiveVoice_post";
    private const string Hex = "[0-9a-fA-F]{32}$";

    private static readonly ProxyJson _wire = ProxyJson.Wire;

    private static readonly Field[] _paging =
    [
        new Field("PageSize", Schema.Whole(1), "How many to a page; over 100 counts as 100.") { Example = "50" },
        new("Page", Schema.Whole(0), "The page's number, from 0. Pages after the first need their PageToken."),
        new("PageToken", Schema.Text(), "Where the page begins. It stands in the list's next_page_url."),
    ];

    private static readonly Field _status = new Field(
        "Status",
        Schema.Words(SessionStatus.All),
        "Only Sessions of this status. A page may hold fewer than PageSize of them and have a next one.").Like("open");

    private static readonly Security _signature = Security.Header(
        "signature", TwilioSignature.Header, "The carrier's signature over the address and the form.");

    private static readonly Reply _twiMl =
        new(200, "What the carrier is to do, in TwiML.") { MediaTypes = ["text/xml"] };

    /// <summary>The whole of it.</summary>
    public static SurfaceDescription Surface { get; } = new(
        "twilio-proxy",
        "TwilioProxy",
        "Twilio Proxy",
        "v1",
        "Masked calls and messages: two people talk over numbers of a Service and never see each other's. Forms in, "
        + "snake_case JSON out. A create may also carry its key as `I-Twilio-Idempotency-Token`.")
    {
        Security = [Security.Basic("An account SID (AC…) or API key SID (SK…), and its secret.")],
        Error = _ => _wire.ErrorResource,
        ReplyHeaders = [new("Twilio-Request-Id", Schema.Form("^RQ"), "The request's id in the log.")],
        Path =
        [
            new Field("accountSid", Schema.Text(), "The account's SID (AC…)."),
            new Field("serviceSid", Schema.Text(), "The Service: its SID (KS…); for a fetch also its unique name."),
            new Field("sessionSid", Schema.Text(), "The Session: its SID (KC…); for a fetch also its unique name."),
            new Field("participantSid", Schema.Text(), "The Participant's SID (KP…)."),
            new Field("interactionSid", Schema.Text(), "The Interaction's SID (KI…)."),
            new Field("messageInteractionSid", Schema.Text(), "The message's SID (KI…)."),
            new Field("phoneNumberSid", Schema.Text(), "The phone number's SID (PN…)."),
            new Field("shortCodeSid", Schema.Text(), "The short code's SID (SC…)."),
        ],
        Members = new Dictionary<string, Schema>
        {
            ["SessionResource.status"] = Schema.Words(SessionStatus.All),
            ["SessionResource.mode"] = Schema.Words(SessionMode.All),
            ["SessionResource.closed_reason"] = Schema.Words("", "api", "ttl", "date-expiry"),
            ["SessionResource.sid"] = Schema.Form("^KC" + Hex),
            ["ServiceResource.sid"] = Schema.Form("^KS" + Hex),
            ["ParticipantResource.sid"] = Schema.Form("^KP" + Hex),
            ["PhoneNumberResource.sid"] = Schema.Form("^PN" + Hex),
            ["ShortCodeResource.sid"] = Schema.Form("^SC" + Hex),
            ["InteractionResource.type"] = Schema.Words("message", "voice", "unknown"),
        },
        Operations = new OrderedDictionary<string, Operation>
        {
            ["CreateService"] = Create(Reply.Thing(201, _wire.ServiceResource), ProxyBodies.NewService) with
            {
                Callbacks = ProxyWebhooks.OfService,
            },
            ["FetchService"] = new(Reply.Thing(200, _wire.ServiceResource)),
            ["ListService"] = List(Reply.Value(200, _wire.ServiceList)),
            ["UpdateService"] = Update(Reply.Thing(200, _wire.ServiceResource), ProxyBodies.ServiceUpdate) with
            {
                Callbacks = ProxyWebhooks.OfService,
            },
            ["DeleteService"] = Delete,

            ["CreatePhoneNumber"] = Create(Reply.Thing(201, _wire.PhoneNumberResource), ProxyBodies.NewPhoneNumber),
            ["FetchPhoneNumber"] = new(Reply.Thing(200, _wire.PhoneNumberResource)),
            ["ListPhoneNumber"] = List(Reply.Value(200, _wire.PhoneNumberList)),
            ["UpdatePhoneNumber"] = Update(Reply.Thing(200, _wire.PhoneNumberResource), ProxyBodies.NumberUpdate),
            ["DeletePhoneNumber"] = Delete,

            ["CreateSession"] = Create(Reply.Thing(201, _wire.SessionResource), ProxyBodies.NewSession),
            ["FetchSession"] = new(Reply.Thing(200, _wire.SessionResource)),
            ["ListSession"] = List(Reply.Value(200, _wire.SessionList)) with { Query = [_status, .. _paging] },
            ["UpdateSession"] = Update(Reply.Thing(200, _wire.SessionResource), ProxyBodies.SessionUpdate),
            ["DeleteSession"] = Delete,

            ["CreateParticipant"] = Create(Reply.Thing(201, _wire.ParticipantResource), ProxyBodies.NewParticipant),
            ["FetchParticipant"] = new(Reply.Thing(200, _wire.ParticipantResource)),
            ["ListParticipant"] = List(Reply.Value(200, _wire.ParticipantList)),
            ["DeleteParticipant"] = Delete,

            ["FetchInteraction"] = new(Reply.Thing(200, _wire.InteractionResource)),
            ["ListInteraction"] = List(Reply.Value(200, _wire.InteractionList)),
            ["DeleteInteraction"] = Delete,

            ["CreateMessageInteraction"] =
                Create(Reply.Thing(201, _wire.MessageInteractionResource), ProxyBodies.NewMessage),
            ["FetchMessageInteraction"] = new(Reply.Thing(200, _wire.MessageInteractionResource)),
            ["ListMessageInteraction"] = List(Reply.Value(200, _wire.MessageInteractionList)),

            ["CreateShortCode"] = Create(Reply.Thing(201, _wire.ShortCodeResource), ProxyBodies.NewShortCode),
            ["FetchShortCode"] = new(Reply.Thing(200, _wire.ShortCodeResource)),
            ["ListShortCode"] = List(Reply.Value(200, _wire.ShortCodeList)),
            ["UpdateShortCode"] = Update(Reply.Thing(200, _wire.ShortCodeResource), ProxyBodies.NumberUpdate),
            ["DeleteShortCode"] = Delete,

            [Message] = Inbound(ProxyBodies.InboundMessage),
            ["ReceiveMessage_get"] = InboundByGet(ProxyBodies.InboundMessage) with { SameAs = Message },
            [Voice] = Inbound(ProxyBodies.InboundCall),
            ["ReceiveVoice_get"] = InboundByGet(ProxyBodies.InboundCall) with { SameAs = Voice },
            ["ReceiveMessageWebhook_post"] = Inbound(ProxyBodies.InboundMessage) with { SameAs = Message },
            ["ReceiveMessageWebhook_get"] = InboundByGet(ProxyBodies.InboundMessage) with { SameAs = Message },
            ["ReceiveCallWebhook_post"] = Inbound(ProxyBodies.InboundCall) with { SameAs = Voice },
            ["ReceiveCallWebhook_get"] = InboundByGet(ProxyBodies.InboundCall) with { SameAs = Voice },

            ["ReceiveMessageOutcome"] = Inbound(ProxyBodies.MessageOutcome),
            ["ReceiveCallOutcome"] = Inbound(ProxyBodies.CallOutcome),
            ["ReceiveDialOutcome"] = Inbound(ProxyBodies.DialOutcome),
        },
    };

    private static Operation Delete => new(Reply.Nothing(204)) { Conditional = true };

    private static Operation Create(Reply reply, Body body) => new(reply) { Body = body, Repeatable = true };

    private static Operation Update(Reply reply, Body body) => new(reply) { Body = body, Conditional = true };

    private static Operation List(Reply reply) => new(reply) { Query = _paging };

    private static Operation InboundByGet(Body body) => Inbound(body) with { Body = null, Query = body.Fields };

    private static Operation Inbound(Body body) => new(_twiMl) { Body = body, Security = [_signature], Errors = [403] };
}

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
