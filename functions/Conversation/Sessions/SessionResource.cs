using System.Text.Json.Serialization;
using Sessions.Engine;

namespace Sessions.Conversation;

/// <summary>
/// A session on the wire. The contract's fields come first; uid, etag, state, expireTime, endTime and endReason are the
/// proposals' own (AIP-148, 154, 214, 216), output only.
/// </summary>
public sealed record SessionResource(
    string Profile,
    string DisplayName,
    int SessionType,
    IReadOnlyList<string> Owners,
    IReadOnlyList<int> DefaultChannels,
    string Name,
    string Description,
    string SessionId,
    IReadOnlyList<string> AllowedUsers,
    [property: JsonConverter(typeof(RawJson))] string Options,
    string? SecretKey,
    DateTimeOffset CreateTime,
    DateTimeOffset UpdateTime,
    Guid Uid,
    string Etag,
    string State,
    DateTimeOffset? ExpireTime,
    DateTimeOffset? EndTime,
    string? EndReason)
{
    /// <summary>The session as a user sees it: only owners see the secret key.</summary>
    internal static SessionResource For(string? user, State<ConversationSession> session)
    {
        var lifetime = session.Lifetime;
        var fields = session.Body.Fields;
        return new(
            Profile: fields.Profile,
            DisplayName: fields.DisplayName,
            SessionType: fields.SessionType,
            Owners: fields.Owners,
            DefaultChannels: fields.DefaultChannels,
            Name: $"sessions/{session.Id}",
            Description: fields.Description,
            SessionId: session.Id,
            AllowedUsers: fields.AllowedUsers,
            Options: fields.Options,
            SecretKey: user is not null && fields.SecretKey.Length > 0 && Users.Owns(fields, user)
                ? fields.SecretKey
                : null,
            CreateTime: lifetime.CreatedAt,
            UpdateTime: lifetime.UpdatedAt,
            Uid: session.Body.Uid,
            Etag: ConversationSession.VersionOf(session),
            State: lifetime.Status,
            ExpireTime: lifetime.ExpiresAt,
            EndTime: lifetime.EndedAt,
            EndReason: lifetime.ClosedReason);
    }
}

/// <summary>A page of sessions.</summary>
/// <param name="Sessions">The sessions.</param>
/// <param name="NextPageToken">What asks for the next page; empty on the last (AIP-158).</param>
/// <param name="TotalSize">How many there are on all pages; absent where that was not counted.</param>
public sealed record SessionPage(IReadOnlyList<SessionResource> Sessions, string NextPageToken, int? TotalSize);

/// <summary>What joining and leaving answer with.</summary>
/// <param name="Session">The session.</param>
public sealed record SessionEnvelope(SessionResource Session);
