using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>
/// Says that a pair of proxy identifier and identifier belongs to an open Session. Its id is made of the pair, so the
/// store itself keeps a second one out.
/// </summary>
/// <param name="SessionSid">The Session.</param>
/// <param name="ParticipantSid">The Participant in it.</param>
/// <param name="ProxyIdentifier">The proxy number.</param>
/// <param name="ProxyIdentifierSid">Its SID, or null for an address that is in no pool.</param>
/// <param name="ExpiresAt">From when on the Session counts as closed, or null for never.</param>
public sealed record Claim(
    string SessionSid,
    string ParticipantSid,
    string ProxyIdentifier,
    string? ProxyIdentifierSid,
    DateTimeOffset? ExpiresAt)
{
    /// <summary>Whether its Session is still open.</summary>
    public bool IsAlive(DateTimeOffset now) => !(ExpiresAt <= now);
}

/// <summary>
/// How claims are stored: beside their Session, as what follows from it; none outlives its Session and none is freed by
/// anyone else. The claims of one identifier are listed by its hash.
/// </summary>
public sealed class ClaimKind() : Kind<Claim>(KindName, () => ProxyStorageJson.Default.Claim)
{
    /// <summary>The kind, as documents carry it.</summary>
    internal const string KindName = "twilio-proxy/claim";

    private const int PageSize = 1000;

    /// <summary>The id of the claim on a pair. A hash: ids take few characters, and hold no numbers.</summary>
    internal static string IdOf(string proxyIdentifier, string identifier) =>
        $"claim:{Hash($"{proxyIdentifier.Length}:{proxyIdentifier}{identifier}")}";

    /// <summary>A hash of an identifier.</summary>
    internal static string HashOf(string identifier) => Hash(identifier);

    /// <summary>The claim of a participant in an open Session.</summary>
    internal State<Claim> Of(State<ProxySession> session, Participant participant) => New(
        session,
        IdOf(participant.ProxyIdentifier, participant.Identifier),
        new(
            session.Id,
            participant.Sid,
            participant.ProxyIdentifier,
            participant.ProxyIdentifierSid,
            session.Lifetime.ExpiresAt),
        participant.ClaimedAt) with
    {
        Index = Hash(participant.Identifier),
    };

    /// <summary>The claim that a commit could not make, or null when it was something else.</summary>
    internal State<Claim>? Of(Write refused, DateTimeOffset now) =>
        refused is Write.Create(var document) ? Open(document, now) : null;

    /// <summary>All claims of a Service.</summary>
    internal ListQuery In(string partition) => new(partition, Name, PageSize);

    /// <summary>All claims of the identifier that this one is of.</summary>
    internal ListQuery Beside(State<Claim> claim) => In(claim.Partition) with { Index = claim.Index };

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}

/// <summary>
/// Remembers which Session a pair last belonged to, for as long as that is kept: who calls a number after its Session
/// was closed is told to the Service's OutOfSessionCallbackUrl with what is known of that Session.
/// </summary>
public sealed class PastClaimKind() : Kind<Claim>(KindName, () => ProxyStorageJson.Default.Claim)
{
    /// <summary>The kind, as documents carry it.</summary>
    internal const string KindName = "twilio-proxy/past-claim";

    /// <summary>The id of what is remembered of a pair.</summary>
    internal static string IdOf(string claimId) => $"past-{claimId}";

    /// <summary>What is remembered of a claim that is freed.</summary>
    internal State<Claim> Of(State<Claim> claim, DateTimeOffset until) =>
        New(claim, IdOf(claim.Id), claim.Body, claim.CreatedAt) with
        {
            Index = claim.Index,
            PurgeAt = until,
        };
}

/// <summary>Finds out why a pair is taken, and how many Sessions use a number.</summary>
public sealed class ClaimReader(
    Reader reader, Settler settler, ClaimKind claims, ProxySessionKind sessions, SessionNames names)
{
    /// <summary>
    /// Learns of the claims of an identifier whose claim could not be made. One of a Session that has run out is freed:
    /// what the timer would have done by now. While the clock that says so is doubted it is as taken as it was. When it
    /// was no claim, it was the Session's name.
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
            else if (claim.Id == wanted.Id
                && !await settler.Settle(sessions, wanted.Partition, claim.Body.SessionSid, now, cancellation))
            {
                taken.Add(claim);
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
