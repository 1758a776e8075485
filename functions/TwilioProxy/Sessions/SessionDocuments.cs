using Sessions.Http;
using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>How Sessions lie in the store: in the partition of their Service.</summary>
public sealed class SessionDocuments(RetentionSettings retention)
{
    /// <summary>The kind, as documents carry it.</summary>
    public const string KindName = "twilio-proxy/session";

    /// <summary>The kind, with its expiry.</summary>
    public SessionKind<ProxySession> Kind { get; } =
        new(KindName, ProxyStorageJson.Default.ProxySession, _ => SessionStatus.Closed, retention.Closed);

    /// <summary>The key that makes a unique name unique.</summary>
    internal static string? KeyOf(string? uniqueName) => uniqueName is null ? null : $"name:{uniqueName}";

    /// <summary>The document of a new session, without its request hash.</summary>
    internal Document New(Call call, string partition, NewSession wanted, Lifetime lifetime)
    {
        var body = new ProxySession
        {
            UniqueName = wanted.UniqueName, Mode = wanted.Mode, Participants = wanted.Participants,
        };
        var document = new Document
        {
            Partition = partition,
            Id = Sids.Of(Sids.Session, call.NewId(partition)),
            Kind = KindName,
            Key = KeyOf(wanted.UniqueName),
            Lifetime = lifetime,
            Body = default,
        };
        return Kind.Seal(document, lifetime, body, call.Now);
    }
}
