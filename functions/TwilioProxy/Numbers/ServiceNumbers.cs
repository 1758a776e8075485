using Sessions.Engine;
using Sessions.Http;

namespace Sessions.TwilioProxy;

/// <summary>
/// The numbers of a Service: added, reserved and removed, within the limits that Twilio documents for a pool.
/// </summary>
public sealed class ServiceNumbers(
    Reader reader, Changes changes, NumberRegistry registry, ClaimReader claims, CarrierNumbers carried)
{
    private const int MaxFree = 500;
    private const int MaxReserved = 5000;

    /// <summary>Adds a number to the pool: first it is taken from the account's numbers.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="sid">The SID for it, should it be new to the account.</param>
    /// <param name="number">The number.</param>
    /// <param name="found">The number as the carrier has it, to point it at the Service; null without one.</param>
    /// <exception cref="RefusedException">80101: it is in a Service already. 80622: the pool is full.</exception>
    internal async ValueTask<State<ProxyNumber>> Add(
        Exchange exchange, NumberKind kind, string sid, ProxyNumber number, CarrierNumber? found = null)
    {
        var partition = ProxyReader.PartitionOf(exchange);
        var owned = "";
        var add = new Subject<string, ProxyNumber>(kind, partition, _ => ValueTask.FromResult(owned))
        {
            Beforehand = async () =>
            {
                await RequireRoom(exchange, kind, number.IsReserved);
                owned = await registry.Take(exchange, sid, number.Number, found);
                if (found is not null)
                {
                    await carried.Point(exchange, found);
                }
            },
            Taken = (_, _) => throw ProxyErrors.NumberInAService(),
            MadeBefore = async () => (await reader.FindByKey(
                kind, partition, NumberKind.KeyOf(number.Number), exchange.Now, exchange.Aborted))?.Origin,
        };
        return await changes.Change(
            await exchange.Command(), add, (taken, now) => Decision.To(
                kind.New(exchange.Account.Id, partition, taken, number, now)));
    }

    /// <summary>Reads a number by its SID.</summary>
    /// <exception cref="RefusedException">20404: the Service has none of this kind and SID.</exception>
    internal async ValueTask<State<ProxyNumber>> Read(Exchange exchange, NumberKind kind, string sid) =>
        await reader.Find(kind, ProxyReader.PartitionOf(exchange), sid, exchange.Now, exchange.Aborted)
            ?? throw ProxyErrors.NotFound(exchange.Request.Path.Value!["/v1".Length..]);

    /// <summary>Reserves a number, or frees it.</summary>
    /// <exception cref="RefusedException">20404, or 80622: the pool is full.</exception>
    internal async ValueTask<State<ProxyNumber>> Reserve(
        Exchange exchange, NumberKind kind, string sid, bool? reserved)
    {
        var changing = Changing(exchange, kind, sid, async number =>
        {
            if (reserved is { } wanted && wanted != number.Body.IsReserved)
            {
                await RequireRoom(exchange, kind, wanted);
            }
        });
        return await changes.Change(await exchange.Command(), changing, (number, now) => Decision.To(
            number.To(number.Body with { IsReserved = reserved ?? number.Body.IsReserved }, now)));
    }

    /// <summary>Removes a number that no open Session uses: from the pool, then from the account's list.</summary>
    /// <exception cref="RefusedException">20404, or 80611: an open Session uses it.</exception>
    internal async ValueTask Remove(Exchange exchange, NumberKind kind, string sid)
    {
        State<OwnedNumber>? owned = null;
        var changing = Changing(exchange, kind, sid, async _ =>
        {
            owned = await registry.BySid(exchange, sid);
            if (await UsesOf(exchange, sid) > 0)
            {
                throw ProxyErrors.NumberInUse();
            }
        });
        await changes.Remove(await exchange.Command(), changing, (number, now) => Decision
            .Remove(number)
            .Telling(carried.GiveBack(number, owned?.Body, exchange.Route("serviceSid"), now)));
        if (owned is not null)
        {
            await registry.Release(exchange, owned);
        }
    }

    /// <summary>How many open Sessions use each number of the Service.</summary>
    internal ValueTask<IReadOnlyDictionary<string, int>> Uses(Exchange exchange) =>
        claims.Uses(ProxyReader.PartitionOf(exchange), exchange.Now, exchange.Aborted);

    /// <summary>How many open Sessions use a number.</summary>
    internal async ValueTask<int> UsesOf(Exchange exchange, string sid) =>
        (await Uses(exchange)).GetValueOrDefault(sid);

    private Subject<State<ProxyNumber>, ProxyNumber> Changing(
        Exchange exchange, NumberKind kind, string sid, Func<State<ProxyNumber>, ValueTask> check) => new(
        kind, ProxyReader.PartitionOf(exchange), async _ =>
        {
            var number = await Read(exchange, kind, sid);
            await check(number);
            return number;
        })
        {
            Lane = sid,
            VersionOf = number => number.Version,
        };

    // Counted rather than kept, so adds at the same moment may pass the limit by as many.
    private async ValueTask RequireRoom(Exchange exchange, NumberKind kind, bool reserved)
    {
        var max = reserved ? MaxReserved : MaxFree;
        var count = await reader.Count(
            kind, ProxyReader.PartitionOf(exchange), NumberKind.IndexOf(reserved), exchange.Aborted);
        if (count >= max)
        {
            throw ProxyErrors.PoolFull(max, reserved);
        }
    }
}
