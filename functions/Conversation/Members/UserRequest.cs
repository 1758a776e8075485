using Sessions.Http;

namespace Sessions.Conversation;

/// <summary>What join, leave and publish share: name, the user who does it, and session.</summary>
/// <param name="Message">The whole message.</param>
/// <param name="User">The user.</param>
internal sealed record UserRequest(ProtoMessage Message, string User)
{
    private const int MaxUser = 256;

    /// <summary>Lets a token speak for other users of its account, as a backend does.</summary>
    private const string AnyUser = "conversation:any-user";

    /// <exception cref="RefusedException">
    /// name is missing or not the caller, session is not that of the path, or the request id cannot be used.
    /// </exception>
    public static UserRequest Read(Exchange exchange, ProtoMessage message)
    {
        var user = Users.IdOf(message.Text("name", MaxUser) ?? "");
        if (user.Length == 0)
        {
            throw ConversationErrors.Invalid("name", "is required: the user who does this.");
        }

        if (user != Users.IdOf(exchange.Caller.Subject) && !exchange.Caller.May(AnyUser))
        {
            throw ConversationErrors.NotYou();
        }

        var session = message.Text("session", MaxUser);
        if (session is { Length: > 0 } && session != exchange.Route("session")
            && session != $"sessions/{exchange.Route("session")}")
        {
            throw ConversationErrors.Invalid("session", "must be the session of the path.");
        }

        RequestIds.Take(exchange, message.Text("requestId", MaxUser));
        return new(message, user);
    }
}
