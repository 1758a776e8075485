using Sessions.Engine;
using Sessions.Http;
using Sessions.Storage;

namespace Sessions.CamaraWebRtc;

/// <summary>What can be done with registrations. Source: webrtc-registration.yaml</summary>
public sealed class Registrations(
    RegistrationKind kind, OwnThings own, RegisteredNumbers numbers, Reader reader, Changes changes)
{
    // More than can live at once: those that ran out may still be there for a minute.
    private const int ListSize = 100;

    /// <summary>A live registration of the caller's, by its id; else null.</summary>
    internal async ValueTask<State<Registration>?> FindLive(Exchange exchange, string id, DateTimeOffset now) =>
        await own.Find(kind, exchange, id, now) is { Lifetime.Open: true } live ? live : null;

    /// <summary>The live registrations of a device, of the caller's first numbers.</summary>
    internal async ValueTask<IReadOnlyList<State<Registration>>> LiveOfDevice(Exchange exchange, string deviceId)
    {
        List<State<Registration>> found = [];
        foreach (var partition in OwnThings.Partitions(exchange).Take(RegistrationRules.MaxPerNumber))
        {
            if (await LiveOf(partition, deviceId, exchange.Now, exchange.Aborted) is { } live)
            {
                found.Add(live);
            }
        }

        return found;
    }

    /// <summary>The live registration of a device for a number; else null.</summary>
    internal async ValueTask<State<Registration>?> LiveOf(
        string partition, string deviceId, DateTimeOffset now, CancellationToken cancellation) =>
        await reader.FindByKey(kind, partition, RegistrationKind.KeyOf(deviceId), now, cancellation)
            is { Lifetime.Open: true } live
            ? live
            : null;

    /// <summary>All that are stored of a number, ended ones too.</summary>
    internal ValueTask<IReadOnlyList<State<Registration>>> Of(
        string partition, DateTimeOffset now, CancellationToken cancellation) =>
        reader.List(kind, new ListQuery(partition, kind.Name, ListSize), now, cancellation);

    /// <summary>Registers a device for a number, or refreshes it where the generation does that.</summary>
    /// <exception cref="RefusedException">ALREADY_EXISTS, MAX_REGISTRATION_PER_MSISDN.</exception>
    internal async ValueTask<State<Registration>> Register(
        Exchange exchange, Generation generation, Registration device, DateTimeOffset? expireTime)
    {
        // First, since it could not be found again without.
        await numbers.Keep(exchange, device.PhoneNumber);
        var partition = Partitions.OfParty(exchange.Account.Id, device.PhoneNumber);
        var subject = new Subject<IReadOnlyList<State<Registration>>, Registration>(
            kind, partition, now => Of(partition, now, exchange.Aborted))
        {
            // Those of one number wait for each other, since they are counted.
            Lane = kind.Name,
        };
        return await changes.Change(await exchange.Command(), subject, (all, now) => RegistrationRules.Register(
            all,
            kind.New(
                exchange.Account.Id,
                partition,
                own.NewId(partition),
                device,
                RegistrationRules.Start(expireTime, now)),
            generation.RefusesRepeatedRegistration,
            expireTime,
            now));
    }

    /// <summary>Refreshes a live registration.</summary>
    /// <exception cref="RefusedException">NOT_FOUND: the caller has none of this id.</exception>
    internal async ValueTask<State<Registration>> Refresh(Exchange exchange, string id, DateTimeOffset? expireTime)
    {
        var place = await own.PlaceOf(kind, exchange, id);
        var refreshed = await changes.Change(await exchange.Command(), place, (found, now) =>
            RegistrationRules.Refresh(Live(found), expireTime, now));
        await numbers.Keep(exchange, refreshed.Body.PhoneNumber);
        return refreshed;
    }

    /// <summary>Ends a live registration.</summary>
    /// <exception cref="RefusedException">NOT_FOUND: the caller has none of this id.</exception>
    internal async ValueTask End(Exchange exchange, string id) =>
        await changes.Remove(await exchange.Command(), await own.PlaceOf(kind, exchange, id), (found, now) =>
            RegistrationRules.Delete(Live(found), now));

    private static State<Registration> Live(State<Registration>? found) =>
        found is { Lifetime.Open: true } live ? live : throw CamaraErrors.NotFound();
}
