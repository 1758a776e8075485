using System.Runtime.CompilerServices;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>Finds out why a pair is taken, and how many Sessions use a number.</summary>
public sealed class ClaimReader(
    Reader reader, Settler settler, ClaimKind claims, ProxySessionKind sessions, SessionNames names)
{
    /// <summary>
    /// Learns of the claims of an identifier whose claim could not be made. One of a Session that has run out is freed:
    /// what the timer would have done by now. When it was no claim, it was the Session's name.
    /// </summary>
    /// <exception cref="RefusedException">80603: the Session's name is taken.</exception>
    internal async ValueTask Learn(Write refused, TakenPairs taken, DateTimeOffset now, CancellationToken cancellation)
    {
        if (claims.Of(refused, now) is not { } wanted)
        {
            await names.Free(refused, now, cancellation);
            return;
        }

        await foreach (var claim in All(claims.Beside(wanted), now, cancellation))
        {
            if (claim.Body.IsAlive(now))
            {
                taken.Add(claim);
            }
            else if (claim.Id == wanted.Id)
            {
                await settler.Settle(sessions, wanted.Partition, claim.Body.SessionSid, now, cancellation);
            }
        }
    }

    /// <summary>
    /// How many open Sessions use each proxy number of a Service, by the number's SID. Counted when it is asked for,
    /// since a stored count would be one document that every create has to write.
    /// </summary>
    internal async ValueTask<IReadOnlyDictionary<string, int>> Uses(
        string partition, DateTimeOffset now, CancellationToken cancellation)
    {
        var uses = new HashSet<(string Number, string Session)>();
        await foreach (var claim in All(claims.In(partition), now, cancellation))
        {
            if (claim.Body is { ProxyIdentifierSid: { } sid } body && body.IsAlive(now))
            {
                uses.Add((sid, body.SessionSid));
            }
        }

        return uses.CountBy(use => use.Number).ToDictionary();
    }

    /// <summary>
    /// Which numbers open Sessions use, as one read can tell, for those who choose numbers. It is believed for some
    /// seconds: what other processes give out or free meanwhile is not seen, and of more Sessions than a page holds
    /// some are not.
    /// </summary>
    internal ValueTask<NumberUses> RecentUses(
        string partition, DateTimeOffset now, CancellationToken cancellation) => reader.Recent(
        claims,
        partition,
        async () => new NumberUses((await reader.List(claims, claims.In(partition), now, cancellation))
            .Where(claim => claim.Body.IsAlive(now))));

    private async IAsyncEnumerable<State<Claim>> All(
        ListQuery query, DateTimeOffset now, [EnumeratorCancellation] CancellationToken cancellation)
    {
        IReadOnlyList<State<Claim>> page;
        do
        {
            page = await reader.List(claims, query, now, cancellation);
            foreach (var claim in page)
            {
                yield return claim;
            }

            query = query with { After = page is [.., var last] ? new(last.CreatedAt, last.Id) : null };
        }
        while (page.Count == query.Limit);
    }
}

/// <summary>Which numbers open Sessions use, and for whom.</summary>
internal sealed class NumberUses
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, HashSet<string>> _identifiers = new(StringComparer.Ordinal);

    public NumberUses(IEnumerable<State<Claim>> claims)
    {
        foreach (var claim in claims)
        {
            Add(claim.Body.ProxyIdentifierSid, claim.Index!);
        }
    }

    /// <summary>Takes note of a use.</summary>
    /// <param name="numberSid">The number; null for an address that is in no pool.</param>
    /// <param name="identifier">The hash of whose it is.</param>
    public void Add(string? numberSid, string identifier)
    {
        if (numberSid is not null)
        {
            lock (_gate)
            {
                var users = _identifiers.GetValueOrDefault(numberSid) ?? (_identifiers[numberSid] = []);
                users.Add(identifier);
            }
        }
    }

    /// <summary>Whether others than this identifier use the number.</summary>
    public bool HasOthers(string numberSid, string identifier)
    {
        lock (_gate)
        {
            return _identifiers.TryGetValue(numberSid, out var users)
                && users.Count > (users.Contains(identifier) ? 1 : 0);
        }
    }
}

/// <summary>What a request has learnt about pairs that belong to open Sessions.</summary>
/// <param name="asked">When the request came.</param>
internal sealed class TakenPairs(DateTimeOffset asked)
{
    private readonly Dictionary<string, DateTimeOffset> _claimedAt = new(StringComparer.Ordinal);

    /// <summary>Remembers a claim.</summary>
    public void Add(State<Claim> claim) => _claimedAt[claim.Id] = claim.CreatedAt;

    /// <summary>Whether the pair is known to be taken.</summary>
    public bool Has(string proxyIdentifier, string identifier) => ClaimedAt(proxyIdentifier, identifier) is not null;

    /// <summary>Refuses a pair that is known to be taken.</summary>
    /// <exception cref="RefusedException">80604, or 80623 when it was free as the request came.</exception>
    public void RequireFree(string proxyIdentifier, string identifier)
    {
        if (ClaimedAt(proxyIdentifier, identifier) is { } claimed)
        {
            throw claimed > asked ? ProxyErrors.ParticipantsAtOnce() : ProxyErrors.ProxyIdentifierInUse();
        }
    }

    private DateTimeOffset? ClaimedAt(string proxyIdentifier, string identifier) =>
        _claimedAt.Count > 0
        && _claimedAt.TryGetValue(ClaimKind.IdOf(proxyIdentifier, identifier), out var moment)
            ? moment
            : null;
}
