using Sessions.Engine;
using Sessions.Http;
using Sessions.Storage;

namespace Sessions.Conversation;

/// <summary>
/// Sessions for those who look after sessions of all kinds. A session's end is an event that all members are told of,
/// so it is always the log that ends first, and the head that follows.
/// </summary>
internal sealed class SessionUpkeep(
    SessionReader reader, Reader things, EventLog events, ConversationSessionKind sessions)
    : ISessionKind
{
    private const int MostMembers = 200;

    /// <inheritdoc/>
    public string Name => sessions.Name;

    /// <inheritdoc/>
    public string Surface => "Conversation";

    /// <inheritdoc/>
    public async ValueTask<Life> LifeOf(Document document, DateTimeOffset now, CancellationToken cancellation)
    {
        var session = (await reader.Now(sessions.Open(document, now), now, cancellation))!;
        return new(session.Lifetime, ConversationSession.VersionOf(session));
    }

    /// <summary>Its first members: they lie with the log.</summary>
    public async ValueTask<IReadOnlyList<SessionParty>> PartiesOf(
        Document document, DateTimeOffset now, CancellationToken cancellation)
    {
        var session = sessions.Open(document, now)!;
        var query = new ListQuery(ConversationSessionKind.PartitionOf(session), MemberKind.One.Name, MostMembers)
        {
            Order = ListOrder.OldestFirst,
        };
        var members = await things.List(MemberKind.One, query, now, cancellation);
        return
        [
            .. members.Select(member => new SessionParty(
                member.Body.User,
                session.Body.Fields.Owners.Contains(member.Body.User) ? "owner" : "member",
                member.Body.PresentUntil > now ? "present" : "absent",
                member.CreatedAt,
                LeftAt: null)),
        ];
    }

    /// <summary>
    /// Writes the end of an expired session, tells of an update whose process died before it could, and notes the last
    /// activity, from which the next end follows.
    /// </summary>
    public async ValueTask<Decision> WhenDue(Document document, DateTimeOffset now, CancellationToken cancellation)
    {
        try
        {
            var settled = await events.EndExpired(
                new(now, cancellation), sessions.At(document.Partition, document.Id));
            return Decision.To(settled.Session with { DueAt = null });
        }
        catch (RefusedException)
        {
            // It was deleted since it was found due.
            return Decision.Nothing;
        }
    }

    /// <inheritdoc/>
    public async ValueTask Close(Changes changes, Command command, string partition, string id)
    {
        try
        {
            await events.End(command, sessions.At(partition, id));
        }
        catch (RefusedException refused) when (refused.Refusal is ConversationRefusal)
        {
            throw new GoneException(refused.Message, refused);
        }
    }
}
