using Sessions.Http;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>Reads what is needed to give participants their numbers.</summary>
public sealed class NumberChoices(IDocumentStore store, NumberPools pools, AskedNumbers numbers)
{
    /// <summary>
    /// The choice for these participants. It refuses not before it is asked, as a Session's own errors come first.
    /// </summary>
    internal async ValueTask<NumberChoice> Prepare(
        Exchange exchange, Stored<ProxyService> service, IReadOnlyList<NewParticipant> wanted)
    {
        var serviceSid = service.Document.Id;
        var pool = await pools.Read(exchange, serviceSid);
        var asked = new Dictionary<string, ProxyAddress>(StringComparer.Ordinal);
        var refused = new Dictionary<string, RefusedException>(StringComparer.Ordinal);
        var last = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var participant in wanted)
        {
            var identifier = participant.Identifier.Text;
            try
            {
                if (await numbers.Find(exchange, serviceSid, participant) is { } address)
                {
                    asked[identifier] = address;
                }
                else if (pool.Free.Count == 0)
                {
                    refused[identifier] = await WhyNone(exchange, serviceSid);
                }
                else if (service.Body.AvoidsSticky && await LastOf(exchange, serviceSid, identifier) is { } number)
                {
                    last[identifier] = number;
                }
            }
            catch (RefusedException refusal)
            {
                refused[identifier] = refusal;
            }
        }

        return new(service.Body, pool, asked, refused, last);
    }

    private async ValueTask<RefusedException> WhyNone(Exchange exchange, string serviceSid) =>
        await pools.HasReserved(exchange, serviceSid) ? ProxyErrors.OnlyReservedNumbers() : ProxyErrors.NoNumber();

    private async ValueTask<string?> LastOf(Exchange exchange, string serviceSid, string identifier)
    {
        var partition = ServiceDocuments.PartitionUnder(exchange.Account, serviceSid);
        var read = await store.Read(partition, LastNumbers.IdOf(identifier), exchange.Aborted);
        return LastNumbers.Kind.Open(read.OrNull())?.Body.Number;
    }
}
