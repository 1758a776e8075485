using Sessions.Http;
using Sessions.Outbox;
using Sessions.Storage;

namespace Sessions.CamaraWebRtc;

/// <summary>Registers devices: one registration for each device and number.</summary>
public sealed class Registrations(
    RegistrationDocuments registrations, OwnDocuments own, IDocumentStore store, OutboxBell outbox)
{
    private const int Attempts = 12;

    /// <summary>
    /// Registers a device for the first number of the token. One that is registered already is refreshed and keeps its
    /// id: a client that has lost the id would else be shut out until the end.
    /// </summary>
    internal async ValueTask<Stored<Registration>> Register(
        Exchange exchange, string deviceId, DateTimeOffset? expireTime)
    {
        var number = exchange.Caller.FirstNumber() ?? throw CamaraErrors.InvalidTokenContext("phone number");
        var partition = Partitions.OfParty(exchange.Account.Id, number);
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            var all = await registrations.Of(partition, exchange.Now, exchange.Aborted);
            var (write, document) = Decide(exchange, all, new(deviceId, number), partition, expireTime);
            var result = (await store.Commit(partition, write, exchange.Aborted)).OrFault();
            if (result.Outcome == StoreOutcome.Done && document is not null)
            {
                return registrations.Live(document with { ETag = result.ETags[0] }, exchange.Now)!;
            }
        }

        throw new StoreFaultException(StoreOutcome.PreconditionFailed);
    }

    /// <summary>Extends a registration.</summary>
    internal async ValueTask<Stored<Registration>> Refresh(Exchange exchange, string id, DateTimeOffset? expireTime)
    {
        var changed = await Change(exchange, id, found =>
        {
            var document = Refreshed(found, expireTime, exchange.Now);
            return new([new Write.Replace(document)], document);
        });
        return registrations.Live(changed.Value! with { ETag = changed.Commit.ETags[0] }, exchange.Now)!;
    }

    /// <summary>Ends a registration, and tells those who asked for it.</summary>
    internal async ValueTask End(Exchange exchange, string id)
    {
        OutboxEvent? told = null;
        await Change(exchange, id, found =>
        {
            told = RegistrationEnd.ByOwner(found, exchange.Now);
            return new(RegistrationEnd.Writes(found, told), null);
        });
        outbox.Ring([told!]);
    }

    private async ValueTask<Changed<Document?>> Change(
        Exchange exchange, string id, Func<Stored<Registration>, Change<Document?>> decide)
    {
        var partition = await own.PartitionOf(exchange, id) ?? throw CamaraErrors.NotFound();
        return await store.Change(partition, id, document =>
        {
            var found = registrations.Live(document, exchange.Now) ?? throw CamaraErrors.NotFound();
            exchange.Request.RequireMatch(found.Version);
            return decide(found);
        }, exchange.Aborted);
    }

    // One that ran out and still holds the device's place is ended first, as the timer would do it; then it is asked
    // again.
    private (Write[] Writes, Document? Registered) Decide(
        Exchange exchange,
        IReadOnlyList<Stored<Registration>> all,
        Registration wanted,
        string partition,
        DateTimeOffset? expireTime)
    {
        var same = all.FirstOrDefault(found => found.Body.DeviceId == wanted.DeviceId);
        if (same is { Document.Lifetime.Open: false })
        {
            return (RegistrationEnd.ByTime(same), null);
        }

        if (same is not null)
        {
            var refreshed = Refreshed(same, expireTime, exchange.Now);
            return ([new Write.Replace(refreshed)], refreshed);
        }

        var live = all.Count(found => found.Document.Lifetime.Open);
        var document = registrations.New(exchange, partition, wanted, expireTime);
        return live < RegistrationRules.MaxPerNumber
            ? ([new Write.Create(document)], document)
            : throw CamaraErrors.Error(
                403,
                "MAX_REGISTRATION_PER_MSISDN",
                "The maximum number of service registrations per MSISDN has been reached");
    }

    private Document Refreshed(Stored<Registration> found, DateTimeOffset? expireTime, DateTimeOffset now) =>
        registrations.Kind.Seal(
            found.Document,
            RegistrationRules.Refresh(found.Document.Lifetime, expireTime, now),
            found.Body,
            now);
}
