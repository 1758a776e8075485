using Sessions.Engine;
using Sessions.Http;

namespace Sessions.TwilioProxy;

/// <summary>A number of an account, and the Service that has it.</summary>
/// <param name="Number">The number in E.164, or the digits of a short code.</param>
/// <param name="ServiceSid">The Service that has it in its pool, or null when none does.</param>
public sealed record OwnedNumber(string Number, string? ServiceSid)
{
    /// <summary>The carrier's own SID of it; null when no carrier was asked.</summary>
    public string? CarrierSid { get; init; }

    /// <summary>Where what came in for it went before it came to a Service; null when that is not known.</summary>
    public NumberRoutes? Before { get; init; }
}

/// <summary>How the account's numbers are stored: beside its Services, by their SID.</summary>
public sealed class OwnedNumberKind()
    : Kind<OwnedNumber>("twilio-proxy/owned-number", () => ProxyStorageJson.Default.OwnedNumber)
{
    /// <summary>The id of a number's entry.</summary>
    internal static string IdOf(string sid) => $"number:{sid}";

    /// <summary>The SID in an entry.</summary>
    internal static string SidOf(State<OwnedNumber> entry) => entry.Id[IdOf("").Length..];

    /// <inheritdoc/>
    protected override string? KeyOf(State<OwnedNumber> state) => NumberKind.KeyOf(state.Body.Number);
}

/// <summary>
/// The account's numbers. A number is in at most one Service of the account, but each Service is a partition of its
/// own, which no commit can leave. So who adds a number first takes it here, in the one partition that all Services of
/// the account share, and then puts it in the pool; who removes one goes the other way. A process that ends in between
/// leaves an entry whose Service does not have the number. Nobody needs to look for such entries: the next one who
/// wants the number sees that, and after <see cref="Patience"/>, in which an add may still be under way, takes it over.
/// Entries stay when a number is removed, so that its SID means the same number when it comes back; unless a carrier
/// knows better.
/// </summary>
public sealed class NumberRegistry(
    Reader reader,
    Changes changes,
    OwnedNumberKind entries,
    ProxyServiceKind services,
    NumberKinds numbers,
    CarrierNumbers carried)
{
    /// <summary>How long an add may take from its first write to its last.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromMinutes(1);

    /// <summary>The account's number of this SID, or null.</summary>
    internal ValueTask<State<OwnedNumber>?> BySid(Exchange exchange, string sid) =>
        BySid(exchange.Account.Id, sid, exchange.Now, exchange.Aborted);

    /// <summary>The same for an account that is not asking.</summary>
    internal ValueTask<State<OwnedNumber>?> BySid(
        string account, string sid, DateTimeOffset now, CancellationToken cancellation) =>
        reader.Find(entries, PartitionOf(account), OwnedNumberKind.IdOf(sid), now, cancellation);

    /// <summary>The account's number of these digits, or null.</summary>
    internal ValueTask<State<OwnedNumber>?> ByNumber(Exchange exchange, string number) =>
        reader.FindByKey(entries, PartitionOf(exchange), NumberKind.KeyOf(number), exchange.Now, exchange.Aborted);

    /// <summary>The first of these numbers that is new to the account.</summary>
    internal async ValueTask<string> FirstNew(Exchange exchange, IEnumerable<string> candidates)
    {
        foreach (var number in candidates)
        {
            if (await ByNumber(exchange, number) is null)
            {
                return number;
            }
        }

        throw ProxyErrors.NumberInAService();
    }

    /// <summary>The Service that has a number in its pool, or null; not sure while it takes it or lets it go.</summary>
    internal async ValueTask<(string? ServiceSid, bool IsSure)> HolderOf(
        string account, string sid, DateTimeOffset now, CancellationToken cancellation) =>
        await BySid(account, sid, now, cancellation) is not { Body.ServiceSid: { } holder } entry ? (null, true)
        : await IsInPool(entry, now, cancellation) ? (holder, true)
        : entry.UpdatedAt + Patience > now ? (holder, false)
        : (null, true);

    /// <summary>Takes a number for the Service of the path.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="sid">The SID to give it, should it be new to the account.</param>
    /// <param name="number">Its digits.</param>
    /// <param name="found">The number as the carrier has it; null when none was asked.</param>
    /// <returns>The SID that it has.</returns>
    /// <exception cref="RefusedException">80101: a Service has it, or the SID is another number's.</exception>
    internal async ValueTask<string> Take(Exchange exchange, string sid, string number, CarrierNumber? found)
    {
        var (partition, serviceSid) = (PartitionOf(exchange), exchange.Route("serviceSid"));

        // Most numbers are new to the account, so it is not asked before the store has said otherwise.
        var isKnown = false;
        var subject = new Subject<IReadOnlyList<Holding>, OwnedNumber>(
            entries, partition, async _ => isKnown ? await Holdings(exchange, sid, number, found) : [])
        {
            Taken = (_, _) =>
            {
                isKnown = true;
                return ValueTask.CompletedTask;
            },
        };
        var entry = await changes.Change(
            new Command(exchange.Now, exchange.Aborted), subject, (holdings, now) =>
            {
                RequireFree(holdings, serviceSid, now);
                return found is null && holdings is [var holding]
                    ? Decision.To(holding.Entry.To(holding.Entry.Body with { ServiceSid = serviceSid }, now))
                    : Enter(exchange, holdings, sid, found, new(number, serviceSid), now);
            });
        return OwnedNumberKind.SidOf(entry);
    }

    /// <summary>Lets a number go that the Service of the path no longer has.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="seen">Its entry as it was before the number left the pool; who has taken it since keeps it.</param>
    internal async ValueTask Release(Exchange exchange, State<OwnedNumber> seen)
    {
        if (seen.Body.ServiceSid != exchange.Route("serviceSid"))
        {
            return;
        }

        var subject = new Subject<Holding?, OwnedNumber>(
            entries,
            seen.Partition,
            async _ => await BySid(exchange, OwnedNumberKind.SidOf(seen)) is { } entry
                ? await HoldingOf(exchange, entry)
                : null);
        await changes.Change(new Command(exchange.Now, exchange.Aborted), subject, (holding, now) =>
            holding is null or { IsInPool: true } || holding.Entry.Version != seen.Version
                ? Decision.Keep(seen)
                : Decision.To(holding.Entry.To(holding.Entry.Body with { ServiceSid = null }, now)));
    }

    // Written even when the Service has it already, so that who removes the number at this moment does not let it go.
    private static void RequireFree(IReadOnlyList<Holding> holdings, string serviceSid, DateTimeOffset now)
    {
        foreach (var (entry, isHeld, isInPool) in holdings)
        {
            var isFree = !isHeld
                || (!isInPool && (entry.Body.ServiceSid == serviceSid || entry.UpdatedAt + Patience <= now));
            if (!isFree)
            {
                throw ProxyErrors.NumberInAService();
            }
        }
    }

    // A carrier's word counts more than what was known: the SID may have had other digits, or the digits another SID.
    private Decision<OwnedNumber> Enter(
        Exchange exchange,
        IReadOnlyList<Holding> holdings,
        string sid,
        CarrierNumber? found,
        OwnedNumber wanted,
        DateTimeOffset now)
    {
        var id = OwnedNumberKind.IdOf(sid);
        var same = holdings.FirstOrDefault(holding => holding.Entry.Id == id)?.Entry;
        var other = holdings.FirstOrDefault(holding => holding.Entry.Id != id)?.Entry;
        var body = found is null ? wanted : carried.Enter((same ?? other)?.Body, found, wanted.ServiceSid!);
        var next = same?.To(body, now) ?? entries.New(exchange.Account.Id, PartitionOf(exchange), id, body, now);
        return other is null ? Decision.To(next) : Decision.To(next).AndRemove(other);
    }

    // When nobody has the digits it is the SID that was in the way: it is another number's.
    private async ValueTask<IReadOnlyList<Holding>> Holdings(
        Exchange exchange, string sid, string number, CarrierNumber? found)
    {
        var byNumber = await ByNumber(exchange, number);
        var bySid = found is null ? null : await BySid(exchange, sid);
        return (byNumber, bySid) switch
        {
            (null, null) => throw ProxyErrors.NumberInAService(),
            ({ } one, null) => [await HoldingOf(exchange, one)],
            (null, { } other) => [await HoldingOf(exchange, other)],
            ({ } one, { } other) when one.Id == other.Id => [await HoldingOf(exchange, one)],
            ({ } one, { } other) => [await HoldingOf(exchange, one), await HoldingOf(exchange, other)],
        };
    }

    private async ValueTask<Holding> HoldingOf(Exchange exchange, State<OwnedNumber> entry)
    {
        var isHeld = entry.Body.ServiceSid is { } holder && await reader.Find(
            services, entry.Partition, holder, exchange.Now, exchange.Aborted) is not null;
        return new(entry, isHeld, isHeld && await IsInPool(entry, exchange.Now, exchange.Aborted));
    }

    private async ValueTask<bool> IsInPool(
        State<OwnedNumber> entry, DateTimeOffset now, CancellationToken cancellation)
    {
        var (sid, pool) = (
            OwnedNumberKind.SidOf(entry), ProxyServiceKind.PartitionUnder(entry.Account, entry.Body.ServiceSid!));
        return await reader.Find(numbers.Of(sid), pool, sid, now, cancellation) is not null;
    }

    private static string PartitionOf(string account) => ProxyServiceKind.PartitionUnder(account, "services");

    private static string PartitionOf(Exchange exchange) => ProxyServiceKind.PartitionOf(exchange.Account);

    /// <summary>A number's entry, whether a Service that exists has it, and whether it is in that one's pool.</summary>
    private sealed record Holding(State<OwnedNumber> Entry, bool IsHeld, bool IsInPool);
}
