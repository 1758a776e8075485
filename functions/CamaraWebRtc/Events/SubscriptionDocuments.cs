using Sessions.Http;
using Sessions.Storage;

namespace Sessions.CamaraWebRtc;

/// <summary>How subscriptions lie in the store: in the partition of their number.</summary>
public sealed class SubscriptionDocuments(IDocumentStore store, RetentionSettings retention)
{
    private const string KindName = "camara-webrtc/subscription";

    // More than can live at once: those whose time ran out may still be there for a minute.
    private const int ListSize = 100;

    /// <summary>The kind, with its expiry.</summary>
    public TimedKind<Subscription> Kind { get; } =
        new(KindName, CamaraStorageJson.Default.Subscription, SubscriptionRules.Expired, retention.Closed);

    /// <summary>The document of a new subscription, without its request hash.</summary>
    internal Document New(Exchange exchange, string partition, Subscription body)
    {
        var lifetime = SubscriptionRules.Start(body, exchange.Now);
        var document = new Document
        {
            Partition = partition,
            Id = OwnDocuments.NewId(exchange, partition),
            Kind = KindName,
            Lifetime = lifetime,
            Body = default,
        };
        return Kind.Seal(document, lifetime, body, exchange.Now);
    }

    /// <summary>The live subscriptions of a number, newest first.</summary>
    internal async ValueTask<IReadOnlyList<Stored<Subscription>>> Live(
        string partition, DateTimeOffset now, CancellationToken cancellation)
    {
        var query = new ListQuery(partition, KindName, ListSize) { Status = SubscriptionRules.Active };
        var list = (await store.List(query, cancellation)).OrNull()!;
        return [.. list.Select(document => Kind.Open(document, now)!).Where(found => found.Document.Lifetime.Open)];
    }
}
