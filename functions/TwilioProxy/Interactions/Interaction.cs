using System.Text.Json.Serialization;
using Sessions.Engine;
using Sessions.Http.Accounts;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>What is stored of an Interaction.</summary>
public sealed record Interaction
{
    /// <summary>The data of a call whose length is not known yet.</summary>
    internal const string NoData = "{}";

    /// <summary>The Session that it belongs to.</summary>
    public required string SessionSid { get; init; }

    /// <summary>message or voice.</summary>
    public required string Type { get; init; }

    /// <summary>What was sent, as the text of a JSON object.</summary>
    public required string Data { get; init; }

    /// <summary>Who began it; null for a message that the application sends.</summary>
    public InteractionSide? Inbound { get; init; }

    /// <summary>Whom it goes to.</summary>
    public required InteractionSide Outbound { get; init; }

    /// <summary>
    /// What the carrier's webhook bore that its retries bear, too (<c>I-Twilio-Idempotency-Token</c>), or null.
    /// </summary>
    public string? RetryKey { get; init; }

    /// <summary>How many media there are in it.</summary>
    [JsonIgnore]
    public int MediaCount => Type == InteractionType.Message ? NewMessage.MediaOf(Data).Count : 0;

    /// <summary>Whether the application sent it, so that it is a MessageInteraction too.</summary>
    [JsonIgnore]
    public bool IsFromApplication => Inbound is null;
}

/// <summary>One side of an Interaction.</summary>
/// <param name="ParticipantSid">The Participant.</param>
/// <param name="ResourceType">Message or Call.</param>
/// <param name="ResourceSid">The SID of the message or call, or null while there is none.</param>
/// <param name="ResourceStatus">One of Twilio's words, such as queued.</param>
public sealed record InteractionSide(
    string ParticipantSid, string ResourceType, string? ResourceSid, string ResourceStatus)
{
    /// <summary>
    /// Whether a carrier has named the resource; else its SID was made up here. Those of before are not known to be.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsCarriers { get; init; }

    /// <summary>The carrier's code for what went wrong with it, or null.</summary>
    public int? ErrorCode { get; init; }

    /// <summary>Where the carrier keeps the resource, by Twilio's own API; null while it has named none.</summary>
    internal string? UrlUnder(Account account) => IsCarriers && ResourceSid is { } sid
        ? $"https://api.twilio.com/2010-04-01/Accounts/{account.Sid}/{ResourceType}s/{sid}"
        : null;
}

/// <summary>Twilio's words for what an Interaction is.</summary>
internal static class InteractionType
{
    public const string Message = "message";
    public const string Voice = "voice";

    /// <summary>The type of the resources of an Interaction.</summary>
    public static string ResourceOf(string type) => type == Voice ? "Call" : "Message";

    /// <summary>Whether a Session of this mode carries it.</summary>
    public static bool Fits(string type, string mode) =>
        mode == SessionMode.VoiceAndMessage
        || mode == (type == Voice ? SessionMode.VoiceOnly : SessionMode.MessageOnly);
}

/// <summary>How Interactions are stored: in the partition of their Service, listed by their Session.</summary>
public sealed class InteractionKind(MessageInteractionKind messages)
    : Kind<Interaction>(KindName, () => ProxyStorageJson.Default.Interaction)
{
    /// <summary>The kind, as documents carry it.</summary>
    internal const string KindName = "twilio-proxy/interaction";

    /// <inheritdoc/>
    protected override string? IndexOf(State<Interaction> state) => state.Body.SessionSid;

    /// <inheritdoc/>
    protected internal override IEnumerable<State> Follows(State<Interaction> state) =>
        state.Body.IsFromApplication ? [messages.Of(state)] : [];

    /// <summary>The ids of what goes with an Interaction.</summary>
    internal IEnumerable<string> CopiesOf(Document document) =>
        Follows(Open(document, document.CreatedAt)!).Select(copy => copy.Id);
}

/// <summary>
/// The messages of the application once more, since their Participant's list must find them, too.
/// </summary>
public sealed class MessageInteractionKind() : Kind<Interaction>(KindName, () => ProxyStorageJson.Default.Interaction)
{
    /// <summary>The kind, as documents carry it.</summary>
    internal const string KindName = "twilio-proxy/message-interaction";

    private const string Prefix = "message:";

    /// <summary>The SID of the Interaction that this is, or is the copy of.</summary>
    internal static string SidOf(State<Interaction> interaction) =>
        interaction.Id.StartsWith(Prefix, StringComparison.Ordinal) ? interaction.Id[Prefix.Length..] : interaction.Id;

    /// <summary>The copy of a message.</summary>
    internal State<Interaction> Of(State<Interaction> message) =>
        New(message, Prefix + message.Id, message.Body, message.CreatedAt).To(message.Body, message.UpdatedAt);

    /// <inheritdoc/>
    protected override string? IndexOf(State<Interaction> state) => state.Body.Outbound.ParticipantSid;
}
