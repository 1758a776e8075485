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
        Call call, Stored<ProxyService> service, IReadOnlyList<NewParticipant> wanted)
    {
        var serviceSid = service.Document.Id;
        var pool = await pools.Read(call, serviceSid);
        var asked = new Dictionary<string, ProxyAddress>(StringComparer.Ordinal);
        var refused = new Dictionary<string, RefusedException>(StringComparer.Ordinal);
        var last = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var participant in wanted)
        {
            var identifier = participant.Identifier.Text;
            try
            {
                if (await numbers.Find(call, serviceSid, participant) is { } address)
                {
                    asked[identifier] = address;
                }
                else if (pool.Free.Count == 0)
                {
                    refused[identifier] = await WhyNone(call, serviceSid);
                }
                else if (service.Body.AvoidsSticky && await LastOf(call, serviceSid, identifier) is { } number)
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

    private async ValueTask<RefusedException> WhyNone(Call call, string serviceSid) =>
        await pools.HasReserved(call, serviceSid) ? ProxyErrors.OnlyReservedNumbers() : ProxyErrors.NoNumber();

    private async ValueTask<string?> LastOf(Call call, string serviceSid, string identifier)
    {
        var partition = ServiceDocuments.PartitionUnder(call.Account, serviceSid);
        var read = await store.Read(partition, LastNumbers.IdOf(identifier), call.Aborted);
        return LastNumbers.Kind.Open(read.OrNull())?.Body.Number;
    }
}
