using Sessions.Storage;

namespace Sessions.Conversation;

/// <summary>The rules of publishing. Pure.</summary>
internal static class MessageRules
{
    /// <summary>What publishing writes; nothing when the session is not open to the user.</summary>
    /// <param name="standing">The session.</param>
    /// <param name="message">The message.</param>
    /// <param name="joined">Whether the user is known to have joined.</param>
    /// <param name="now">The moment of the call.</param>
    /// <exception cref="Http.RefusedException">The session has ended, or the channel is not allowed.</exception>
    public static Step Publish(Standing standing, NewMessage message, bool joined, DateTimeOffset now)
    {
        if (!joined && !Users.IsOpenTo(standing.Session.Body.Fields, message.User))
        {
            return Step.None;
        }

        SessionRules.RequireOpen(standing.Session);
        return new(new SessionEvent(EventTypes.Message, now)
        {
            User = message.User,
            Channel = ChannelOf(standing.Session, message),
            Message = message.Json,
        });
    }

    /// <summary>The channel that a message goes to.</summary>
    /// <exception cref="Http.RefusedException">The session does not allow it.</exception>
    public static int ChannelOf(Stored<ConversationSession> session, NewMessage message)
    {
        var fields = session.Body.Fields;
        var channel = message.Channel ?? fields.DefaultChannels[0];
        return fields.DefaultChannels.Contains(channel) || (channel > 0 && SessionRules.AllowsAnyChannel(fields))
            ? channel
            : throw ConversationErrors.ChannelNotAllowed(channel);
    }

    /// <summary>What was answered when an event's message was published.</summary>
    public static Acknowledgment AcknowledgmentOf(Stored<ConversationSession> session, Document document)
    {
        var happened = EventDocuments.Kind.Open(document)!.Body;
        return Acknowledgment.Of(
            session, EventDocuments.SequenceOf(document), happened.Channel!.Value, happened.At);
    }
}
