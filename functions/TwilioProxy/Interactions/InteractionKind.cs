using Sessions.Engine;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>How Interactions are stored: in the partition of their Service, listed by their Session.</summary>
public sealed class InteractionKind(MessageInteractionKind messages)
    : Kind<Interaction>(KindName, ProxyStorageJson.Default.Interaction)
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
public sealed class MessageInteractionKind() : Kind<Interaction>(KindName, ProxyStorageJson.Default.Interaction)
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
