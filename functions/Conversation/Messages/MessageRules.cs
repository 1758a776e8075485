using System.Text.Json;
using Sessions.Engine;

namespace Sessions.Conversation;

/// <summary>The rules of publishing. Pure.</summary>
internal static class MessageRules
{
    /// <summary>Publishing; the message is what is shown.</summary>
    /// <param name="standing">The session.</param>
    /// <param name="message">The message.</param>
    /// <param name="joined">Whether the user is known to have joined.</param>
    /// <param name="now">The moment.</param>
    /// <exception cref="Http.RefusedException">
    /// The session has ended, is not open to the user, or does not allow the channel.
    /// </exception>
    public static Decision<SessionEvent> Publish(
        Standing standing, NewMessage message, bool joined, DateTimeOffset now)
    {
        SessionRules.RequireOpenTo(standing.Session, message.User, joined);
        var happening = standing.Then(new SessionEvent(EventTypes.Message, now)
        {
            User = message.User,
            Channel = ChannelOf(standing.Session.Body.Fields, message),
            Message = message.Json,
        });
        return happening.Decision.Showing(happening.Events[^1]);
    }

    /// <summary>Sending what passes, which is no activity.</summary>
    /// <exception cref="Http.RefusedException">The session has ended, or is not open to the user.</exception>
    public static Decision<SessionLog> Signal(
        Standing standing, string user, string signal, bool joined, DateTimeOffset now)
    {
        SessionRules.RequireOpenTo(standing.Session, user, joined);
        return Decision.To(
            standing.Passing(new(EventTypes.Signal, now) { User = user, Message = signal }).Log);
    }

    private static int ChannelOf(SessionFields fields, NewMessage message)
    {
        var channel = message.Channel ?? fields.DefaultChannels[0];
        return fields.DefaultChannels.Contains(channel) || (channel > 0 && SessionRules.AllowsAnyChannel(fields))
            ? channel
            : throw ConversationErrors.ChannelNotAllowed(channel);
    }
}

/// <summary>A message to publish.</summary>
/// <param name="User">Who publishes it.</param>
/// <param name="Channel">The channel that it names; null for the session's first.</param>
/// <param name="Json">The message itself.</param>
internal sealed record NewMessage(string User, int? Channel, string Json)
{
    private const int MaxBytes = 64 * 1024;

    /// <exception cref="Http.RefusedException">The message is missing, too large or no text.</exception>
    public static NewMessage Read(UserRequest request)
    {
        var checks = new FieldChecks();
        var raw = checks.Read(() => JsonOf(request.Message, "message", MaxBytes), default);
        var channel = checks.Read(() => request.Message.Number("channel"), null);
        checks.End();
        return new(request.User, channel ?? ChannelIn(raw), ProtoMessage.OneLine(raw));
    }

    /// <summary>A field's JSON as it was sent, which is the clients' business.</summary>
    /// <exception cref="Http.RefusedException">It is missing, too large or no text.</exception>
    public static ReadOnlyMemory<byte> JsonOf(ProtoMessage message, string field, int maxBytes) =>
        message.Raw(field) is not { } raw
            ? throw ConversationErrors.Invalid(field, "is required.", FieldReasons.Required)
        : !ProtoMessage.IsText(raw)
            ? throw ConversationErrors.Invalid(field, "has half a surrogate pair, which many readers refuse.")
        : raw.Length > maxBytes
            ? throw ConversationErrors.Invalid(
                field, $"has {raw.Length} bytes. Send at most {maxBytes}.", FieldReasons.TooLong)
        : raw;

    // Clients write the channel into the message too, which is otherwise none of our business.
    private static int? ChannelIn(ReadOnlyMemory<byte> message)
    {
        using var parsed = JsonDocument.Parse(message);
        return parsed.RootElement.ValueKind == JsonValueKind.Object
            && parsed.RootElement.TryGetProperty("channel", out var channel)
            && channel.ValueKind == JsonValueKind.Number && channel.TryGetInt32(out var number) && number != 0
                ? number
                : null;
    }
}

/// <summary>What publishing answers with.</summary>
/// <param name="Acknowledgment">That it is stored, and as what.</param>
/// <param name="Message">The message as it was sent.</param>
public sealed record PublishedMessage(Acknowledgment Acknowledgment, RawJson Message);

/// <summary>A message's place among everything that happens in its session.</summary>
/// <param name="Name">Its resource name.</param>
/// <param name="Sequence">Its number.</param>
/// <param name="Channel">Its channel.</param>
/// <param name="PublishTime">When it was published.</param>
public sealed record Acknowledgment(string Name, int Sequence, int Channel, Timestamp PublishTime)
{
    internal static Acknowledgment Of(string sessionId, State<SessionEvent> message)
    {
        var sequence = EventKind.SequenceOf(message);
        return new($"sessions/{sessionId}/events/{sequence}", sequence, message.Body.Channel!.Value, message.Body.At);
    }
}
