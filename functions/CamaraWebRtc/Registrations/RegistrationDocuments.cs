using Sessions.Http;
using Sessions.Storage;

namespace Sessions.CamaraWebRtc;

/// <summary>How registrations lie in the store: in the partition of their number, one for each device.</summary>
public sealed class RegistrationDocuments(IDocumentStore store, OwnDocuments own)
{
    private const string KindName = "camara-webrtc/registration";

    // More than can live at once: those that ran out may still be there for a minute.
    private const int ListSize = 100;

    /// <summary>The kind, with its expiry. One that ended is not kept.</summary>
    public TimedKind<Registration> Kind { get; } =
        new(KindName, CamaraStorageJson.Default.Registration, RegistrationRules.Expired, TimeSpan.Zero);

    /// <summary>The key that makes a device one in its number.</summary>
    internal static string KeyOf(string deviceId) => $"device:{deviceId}";

    /// <summary>The document of a new registration.</summary>
    internal Document New(Exchange exchange, string partition, Registration body, DateTimeOffset? expireTime)
    {
        var lifetime = RegistrationRules.Start(expireTime, exchange.Now);
        var document = new Document
        {
            Partition = partition,
            Id = OwnDocuments.NewId(exchange, partition),
            Kind = KindName,
            Key = KeyOf(body.DeviceId),
            Lifetime = lifetime,
            Body = default,
        };
        return Kind.Seal(document, lifetime, body, exchange.Now);
    }

    /// <summary>The registration when it is the caller's and lives, else null.</summary>
    internal async ValueTask<Stored<Registration>?> FindLive(Exchange exchange, string id) =>
        Live(await own.Find(exchange, id), exchange.Now);

    /// <summary>The live registrations of a device for the caller's numbers.</summary>
    internal async ValueTask<IReadOnlyList<Stored<Registration>>> LiveOfDevice(Exchange exchange, string deviceId)
    {
        List<Stored<Registration>> found = [];
        foreach (var partition in OwnDocuments.Partitions(exchange).Take(RegistrationRules.MaxPerNumber))
        {
            var read = await store.ReadByKey(partition, KeyOf(deviceId), exchange.Aborted);
            if (Live(read.OrNull(), exchange.Now) is { } live)
            {
                found.Add(live);
            }
        }

        return found;
    }

    /// <summary>Every registration of a number, those that ran out included.</summary>
    internal async ValueTask<IReadOnlyList<Stored<Registration>>> Of(
        string partition, DateTimeOffset now, CancellationToken cancellation)
    {
        var list = await store.List(new(partition, KindName, ListSize), cancellation);
        return [.. list.OrNull()!.Select(document => Kind.Open(document, now)!)];
    }

    /// <summary>The registration, or null when it is none that lives.</summary>
    internal Stored<Registration>? Live(Document? document, DateTimeOffset now) =>
        Kind.Open(document, now) is { Document.Lifetime.Open: true } live ? live : null;
}
