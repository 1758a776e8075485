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
        var fields = standing.Session.Body.Fields;
        if (!joined && !Users.IsOpenTo(fields, message.User))
        {
            throw ConversationErrors.NotFound(standing.Session.Id);
        }

        SessionRules.RequireOpen(standing.Session);
        var happening = standing.Then(new SessionEvent(EventTypes.Message, now)
        {
            User = message.User,
            Channel = ChannelOf(fields, message),
            Message = message.Json,
        });
        return happening.Decision.Showing(happening.Events[^1]);
    }

    private static int ChannelOf(SessionFields fields, NewMessage message)
    {
        var channel = message.Channel ?? fields.DefaultChannels[0];
        return fields.DefaultChannels.Contains(channel) || (channel > 0 && SessionRules.AllowsAnyChannel(fields))
            ? channel
            : throw ConversationErrors.ChannelNotAllowed(channel);
    }
}
