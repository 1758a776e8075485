using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.Conversation;

/// <summary>
/// The owner of a session's sequence: every event is written in one commit with the next state of this document, so
/// that numbers have no gaps and no repeats. It is also what decides when the session ends; the head mirrors that, for
/// the lists. The two lie in different partitions: an update writes the head first, an end writes the log first, each
/// leaves what it wrote first due, and the timer does the other half when the process died between the two.
/// </summary>
/// <param name="SessionId">The id of the session, whose head lies in another partition.</param>
/// <param name="Next">The number of the next event, from 1.</param>
/// <param name="Revision">The latest revision of the session that an event has told of.</param>
public sealed record SessionLog(string SessionId, int Next, int Revision)
{
    /// <summary>The owners who have joined and not left, as ids of their members, between commas.</summary>
    public string Owners { get; init; } = "";

    /// <summary>Whether the session was deleted, so that its head must go.</summary>
    public bool Deleted { get; init; }
}

/// <summary>How logs lie in the store.</summary>
internal static class LogDocuments
{
    /// <summary>The id of every log in its own partition.</summary>
    public const string Id = "log";

    public static readonly DocumentKind<SessionLog> Kind =
        new("conversation/log", ConversationStorageJson.Default.SessionLog);

    /// <summary>The log of a session in which nothing has happened; it is stored with the first event.</summary>
    public static Stored<SessionLog> New(Stored<ConversationSession> session)
    {
        var body = new SessionLog(session.Document.Id, 1, 1);
        var document = new Document
        {
            Partition = SessionDocuments.PartitionOf(session),
            Id = Id,
            Kind = Kind.Name,
            Lifetime = new Lifetime
            {
                Status = SessionRules.Active,
                Open = true,
                CreatedAt = session.Document.Lifetime.CreatedAt,
                UpdatedAt = session.Document.Lifetime.CreatedAt,
            },
            Body = Kind.Seal(body),
        };
        return new(document, body, document.ETag);
    }

    /// <summary>The log in its next state; an ended one is due at once, for its head to follow.</summary>
    public static Stored<SessionLog> With(this Stored<SessionLog> log, Lifetime lifetime, SessionLog body) =>
        log with
        {
            Document = log.Document with
            {
                Lifetime = lifetime, Body = Kind.Seal(body), DueAt = lifetime.EndedAt,
            },
            Body = body,
        };
}
