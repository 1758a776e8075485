using Sessions.Http.OpenApi;

namespace Sessions.TwilioProxy;

/// <summary>The forms that the surface reads, for its OpenAPI document.</summary>
internal static class ProxyBodies
{
    private static readonly Field _ttl = new Field(
        "Ttl",
        Schema.Whole(0, int.MaxValue),
        "Seconds that the Session lives after its start or last interaction; 0 for ever.")
    {
        Example = "3600",
    };

    private static readonly Field _dateExpiry =
        new("DateExpiry", Schema.Text(), "When the Session ends, in ISO 8601. It goes before Ttl.");

    private static readonly Field _conflict = new(
        "FailOnParticipantConflict", Schema.Flag, "Taken and without effect: a conflict is always refused.");

    private static readonly Field _reserved = new Field(
        "IsReserved", Schema.Flag, "Whether the number is given to a Participant only when it is asked for by name.")
    {
        Example = "false",
    };

    private static readonly Field _serviceName =
        new("UniqueName", Schema.Text(191, 1), "Its name, unique in the account.");

    private static readonly Field[] _service =
    [
        new Field("DefaultTtl", Schema.Whole(0, int.MaxValue), "The Ttl of Sessions that name none; 0 for ever.")
        {
            Example = "86400",
        },
        new Field("CallbackUrl", Schema.Url, "What is told of each interaction; empty for none.")
            .Like("https://example.com/interactions"),
        new("InterceptCallbackUrl", Schema.Url, "What is asked before an interaction; a 403 from it blocks."),
        new("OutOfSessionCallbackUrl", Schema.Url, "What is asked when somebody without a Session calls or writes."),
        new Field(
            "GeoMatchLevel",
            Schema.Words(GeoMatch.Levels),
            "How near a proxy number must be to its Participant; country unless said otherwise.").Like("country"),
        new Field(
            "NumberSelectionBehavior",
            Schema.Words("avoid-sticky", "prefer-sticky"),
            "Whether somebody gets the same proxy number again where it can be.").Like("prefer-sticky"),
        new("ChatInstanceSid", Schema.Text(34), "A chat instance (IS…): with one, chat channels may take part."),
    ];

    private static readonly Field[] _participant =
    [
        new Field(
            "Identifier",
            Schema.Text(191, 1),
            "Who it is: a number in E.164, a channel's address, or a chat channel (CH…).")
            .Must().Like("+15551234567"),
        new Field("FriendlyName", Schema.Text(255), "A name for people.").Like("Alice"),
        new("ProxyIdentifier", Schema.Text(191), "The number of the pool to stand for it."),
        new("ProxyIdentifierSid", Schema.Text(34), "The same by its SID (PN… or SC…)."),
    ];

    private static readonly Field[] _contact =
    [
        new Field("From", Schema.Text(191), "Who calls or writes.").Must().Like("+15551234567"),
        new Field("To", Schema.Text(191), "The proxy number.").Must().Like("+15557654321"),
    ];

    public static Body NewService { get; } =
        Body.Form("NewService", [_serviceName.Must().Like("my-service"), .. _service]);

    public static Body ServiceUpdate { get; } = Body.Form("ServiceUpdate", [_serviceName, .. _service]) with
    {
        Optional = true,
    };

    public static Body NewSession { get; } = Body.Form(
        "NewSession",
        new Field("UniqueName", Schema.Text(191), "Its name, unique in the Service.").Like("order-1234"),
        _ttl,
        _dateExpiry,
        new Field("Mode", Schema.Words(SessionMode.All), "What it carries; voice-and-message unless said otherwise.")
            .Like(SessionMode.MessageOnly),
        new("Status", Schema.Words(SessionStatus.All), "Its state to begin with; open unless said otherwise."),
        new Field(
            "Participants",
            Schema.List(Schema.Text().With("contentMediaType", "application/json")),
            "Participants to begin with, each a JSON object with Identifier, FriendlyName, ProxyIdentifier and "
            + "ProxyIdentifierSid. The field is repeated for each."),
        _conflict) with
    {
        Optional = true,
    };

    public static Body SessionUpdate { get; } = Body.Form(
        "SessionUpdate",
        _ttl,
        _dateExpiry,
        new Field("Status", Schema.Words(SessionStatus.All), "closed ends it; in-progress opens a closed one again."),
        _conflict) with
    {
        Optional = true,
    };

    public static Body NewParticipant { get; } = Body.Form("NewParticipant", [.. _participant, _conflict]);

    public static Body NewMessage { get; } = Body.Form(
        "NewMessage",
        new Field("Body", Schema.Text(1600), "The text. It or MediaUrl must be there.").Like("On my way."),
        new("MediaUrl", Schema.List(Schema.Url).With("maxItems", 10), "Addresses of media, up to ten."));

    public static Body NewPhoneNumber { get; } = Body.Form(
        "NewPhoneNumber",
        new Field("PhoneNumber", Schema.Text(), "The number in E.164. It or Sid must be there.").Like("+14155551234"),
        new("Sid", Schema.Text(34), "Its SID (PN…)."),
        _reserved);

    public static Body NewShortCode { get; } = Body.Form(
        "NewShortCode",
        new Field("Sid", Schema.Text(34), "Its SID (SC…).").Must().Like("SC0123456789abcdef0123456789abcdef"),
        new Field("ShortCode", Schema.Form("^[0-9]{3,8}$"), "Its digits; made up from the SID when absent.")
            .Like("12345"),
        _reserved);

    public static Body NumberUpdate { get; } = Body.Form("NumberUpdate", _reserved) with { Optional = true };

    public static Body InboundMessage { get; } = Body.Form(
        "InboundMessage",
        [
            .. _contact,
            new Field("MessageSid", Schema.Text(34, 34), "The message's SID.").Must()
                .Like("SM0123456789abcdef0123456789abcdef"),
            new Field("Body", Schema.Text(), "The text.").Like("hello"),
            new("MediaUrl0", Schema.Text(), "An address of media; up to ten, to MediaUrl9."),
        ]);

    public static Body InboundCall { get; } = Body.Form(
        "InboundCall",
        [
            .. _contact,
            new Field("CallSid", Schema.Text(34, 34), "The call's SID.").Must()
                .Like("CA0123456789abcdef0123456789abcdef"),
        ]);

    public static Body MessageOutcome { get; } = Body.Form(
        "MessageOutcome",
        new Field("MessageStatus", Schema.Text(191), "How far the message is: queued, sending, sent, delivered, "
            + "undelivered or failed.").Must().Like("delivered"),
        new Field("MessageSid", Schema.Text(34, 34), "The SID of the message that went out.")
            .Like("SM0123456789abcdef0123456789abcdef"),
        new("ErrorCode", Schema.Whole(0, int.MaxValue), "The carrier's code for what went wrong."));

    public static Body CallOutcome { get; } = Body.Form(
        "CallOutcome",
        new Field("CallStatus", Schema.Text(191), "How far the dialled call is: queued, initiated, ringing, "
            + "in-progress, completed, busy, no-answer, canceled or failed.").Must().Like("completed"),
        new Field("CallSid", Schema.Text(34, 34), "The SID of the dialled call.")
            .Like("CA0123456789abcdef0123456789abcdef"),
        new Field("CallDuration", Schema.Whole(0, int.MaxValue), "Its length in seconds.") { Example = "42" });

    public static Body DialOutcome { get; } = Body.Form(
        "DialOutcome",
        new Field("DialCallStatus", Schema.Text(191), "What became of the dialled call: completed, busy, no-answer, "
            + "canceled or failed.").Must().Like("completed"),
        new Field("DialCallSid", Schema.Text(34, 34), "The SID of the dialled call.")
            .Like("CA0123456789abcdef0123456789abcdef"),
        new Field("DialCallDuration", Schema.Whole(0, int.MaxValue), "Its length in seconds.") { Example = "42" });
}
