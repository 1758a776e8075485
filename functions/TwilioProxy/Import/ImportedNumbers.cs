using Sessions.Engine;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>
/// Brings the phone numbers and short codes of a Service, as an add through the API does: first the account owns it,
/// then it is in the pool. No carrier is told: whose webhooks a number calls is changed when everything else has been.
/// </summary>
internal sealed class ImportedNumbers(Reader reader, OwnedNumberKind entries, NumberKinds kinds, IDocumentStore store)
{
    /// <summary>Brings them.</summary>
    public async ValueTask Bring(
        ServicePlace service,
        Arrivals arrivals,
        ImportReport report,
        SourceClient source,
        CancellationToken cancellation)
    {
        foreach (var (kind, path, what) in (IEnumerable<(NumberKind, string, string)>)
            [(kinds.PhoneNumbers, "PhoneNumbers", "numbers"), (kinds.ShortCodes, "ShortCodes", "short codes")])
        {
            HashSet<string> seen = new(StringComparer.Ordinal);
            var all = source.All($"/Services/{service.Sid}/{path}", SourceJson.Default.SourceNumber, cancellation);
            await foreach (var number in all)
            {
                seen.Add(number.Sid);
                await Bring(service, kind, number, what, arrivals, cancellation);
            }

            foreach (var sid in (await store.AllNames(service.Partition, kind.Name, cancellation)).Except(seen))
            {
                report.Differs($"Number {sid} of {service.Sid}: here, not at the source");
            }
        }
    }

    private async ValueTask Bring(
        ServicePlace service,
        NumberKind kind,
        SourceNumber number,
        string what,
        Arrivals arrivals,
        CancellationToken cancellation)
    {
        var name = $"Number {number.Sid} of {service.Sid}";
        var moment = number.DateUpdated ?? number.DateCreated;
        var entry = entries.New(
            service.Account,
            service.Service.Partition,
            OwnedNumberKind.IdOf(number.Sid),
            new(number.Digits, service.Sid),
            number.DateCreated) with { UpdatedAt = moment };
        var wanted = kind.New(
            service.Account,
            service.Partition,
            number.Sid,
            new(number.Digits, number.FriendlyName, number.IsoCountry, number.IsReserved ?? false)
            {
                Carries = number.Carries,
            },
            number.DateCreated) with { UpdatedAt = moment };
        var isOwned = await arrivals.Bring(
            new Arrival<OwnedNumber>(What: null, name, entry)
            {
                // Whoever holds it here and has it in no pool has let it go.
                MovedAt = DateTimeOffset.MaxValue,
                Check = (here, now) => RequireFree(here, service.Sid, now, cancellation),
                Taken = (_, _) => throw ProxyErrors.NumberInAService(),
                Fit = (here, there) => there with
                {
                    UpdatedAt = here.UpdatedAt,
                    Body = here.Body with { Number = there.Body.Number, ServiceSid = there.Body.ServiceSid },
                },
            },
            cancellation);
        if (isOwned)
        {
            await arrivals.Bring(
                new Arrival<ProxyNumber>(what, name, wanted)
                {
                    Taken = (_, _) => throw ProxyErrors.NumberInAService(),
                    Fit = (here, there) => there with
                    {
                        Body = here.Body with
                        {
                            Number = there.Body.Number,
                            FriendlyName = there.Body.FriendlyName,
                            IsoCountry = there.Body.IsoCountry,
                            IsReserved = there.Body.IsReserved,
                            Carries = there.Body.Carries ?? here.Body.Carries,
                        },
                    },
                },
                cancellation);
        }
    }

    private async ValueTask RequireFree(
        State<OwnedNumber>? here, string serviceSid, DateTimeOffset now, CancellationToken cancellation)
    {
        if (here?.Body.ServiceSid is not { } holder || holder == serviceSid)
        {
            return;
        }

        var sid = OwnedNumberKind.SidOf(here);
        var pool = ProxyServiceKind.PartitionUnder(here.Account, holder);
        if (await reader.Find(kinds.Of(sid), pool, sid, now, cancellation) is not null)
        {
            throw ProxyErrors.NumberInAService();
        }
    }
}
