using Sessions.Http;
using Sessions.Http.Accounts;
using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.BandwidthWebRtc;

/// <summary>How sessions and participants lie in the store: all of an account's in one partition.</summary>
public sealed class BandwidthDocuments(RetentionSettings retention)
{
    /// <summary>The state of a session that is over.</summary>
    public const string Ended = "ended";

    private const string Active = "active";

    /// <summary>The kind of sessions, with their expiry.</summary>
    public SessionKind<WebRtcSession> Sessions { get; } = new(
        "bandwidth-webrtc/session", BandwidthStorageJson.Default.WebRtcSession, _ => Ended, retention.Closed);

    /// <summary>The kind of participants.</summary>
    public DocumentKind<WebRtcParticipant> Participants { get; } =
        new("bandwidth-webrtc/participant", BandwidthStorageJson.Default.WebRtcParticipant);

    /// <summary>The partition of everything that an account has here.</summary>
    public static string PartitionOf(Account account) => $"{account.Id}:bandwidth-webrtc:account";

    /// <summary>The id of the account whose partition it is.</summary>
    public static string AccountOf(string partition) => partition[..partition.IndexOf(':', StringComparison.Ordinal)];

    /// <summary>The session, unless its time is over.</summary>
    public Stored<WebRtcSession>? Live(Document? document, DateTimeOffset now) =>
        Sessions.Open(document, now) is { Document.Lifetime.Open: true } session ? session : null;

    /// <summary>What a participant keeps of a session.</summary>
    public static SessionLink LinkTo(Stored<WebRtcSession> session) =>
        new(session.Document.Id, session.Document.Lifetime.DateExpiry!.Value);

    /// <summary>The document of a new session, without its request hash.</summary>
    public Document New(Call call, WebRtcSession session)
    {
        var document = New(call, Sessions.Name);
        return Sessions.Seal(
            document, document.Lifetime with { DateExpiry = call.Now + SessionRules.Life }, session, call.Now);
    }

    /// <summary>The document of a new participant, without its request hash.</summary>
    public Document New(Call call, WebRtcParticipant participant) =>
        New(call, Participants.Name) with { Body = Participants.Seal(participant) };

    /// <summary>The write that changes a session.</summary>
    public Write Replace(Stored<WebRtcSession> stored, WebRtcSession session, DateTimeOffset now) =>
        new Write.Replace(Sessions.Seal(stored.Document, Updated(stored.Document, now), session, now));

    /// <summary>The write that changes a participant.</summary>
    public Write Replace(Stored<WebRtcParticipant> stored, WebRtcParticipant participant, DateTimeOffset now) =>
        new Write.Replace(stored.Document with
        {
            Lifetime = Updated(stored.Document, now),
            Body = Participants.Seal(participant),
        });

    private static Lifetime Updated(Document document, DateTimeOffset now) =>
        document.Lifetime with { UpdatedAt = Moments.Of(now, document) };

    private static Document New(Call call, string kind)
    {
        var partition = PartitionOf(call.Account);
        return new()
        {
            Partition = partition,
            Id = call.NewId($"{partition}/{kind}").ToString(),
            Kind = kind,
            Lifetime = new() { Status = Active, Open = true, CreatedAt = call.Now, UpdatedAt = call.Now },
            Body = default,
        };
    }
}
