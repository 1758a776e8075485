using Sessions.Http;
using Sessions.Http.Limits;
using Sessions.Outbox;
using Sessions.Storage;

namespace Sessions.Operator;

/// <summary>How the account's targets are doing: as this process has seen, and by what lies in the outbox.</summary>
public sealed class TargetDirectory
{
    private const int MostCounted = 1000;
    private const int DeliveredLookedAt = 200;

    private readonly IDocumentStore _store;
    private readonly Targets _targets;
    private readonly LimitSettings _limits;

    internal TargetDirectory(IDocumentStore store, Targets targets, LimitSettings limits) =>
        (_store, _targets, _limits) = (store, targets, limits);

    /// <summary>The targets, those that fail first.</summary>
    internal async ValueTask<TargetList> List(Exchange exchange)
    {
        var waiting = await Events(exchange, EventState.Waiting, MostCounted);
        var failed = await Events(exchange, EventState.Failed, MostCounted);
        var delivered = await Events(exchange, EventState.Delivered, DeliveredLookedAt);
        var seen = _targets.Of(exchange.Account.Id).ToDictionary(health => health.Host);
        var hosts = waiting.Concat(failed).Concat(delivered).Select(HostOf).Concat(seen.Keys).Distinct();
        return new(
        [
            .. from host in hosts
               let health = seen.GetValueOrDefault(host)
               let waits = waiting.Where(told => HostOf(told) == host).ToList()
               let since = health?.FailingSince ?? FailingSince(waits)
               let taken = delivered.Where(told => HostOf(told) == host).SelectMany(told => told.Made ?? [])
               orderby since is null, host
               select new TargetView(
                   host,
                   health?.TakenAt ?? taken.Max(made => (DateTimeOffset?)made.At),
                   since,
                   health?.RestsUntil,
                   waits.Count,
                   failed.Count(told => HostOf(told) == host)),
        ]);
    }

    // What another process has seen, or this one before it began anew.
    private static DateTimeOffset? FailingSince(IEnumerable<OutboxEvent> waiting) =>
        waiting.SelectMany(told => told.Made ?? []).Min(made => (DateTimeOffset?)made.At);

    private static string HostOf(OutboxEvent told) => told.Target.Authority;

    private async ValueTask<IReadOnlyList<OutboxEvent>> Events(Exchange exchange, EventState state, int most)
    {
        List<OutboxEvent> events = [];
        var query = new AcrossQuery(exchange.Account.Id, [AcrossQuery.EventKind], most)
        {
            Initials = OutboxDocuments.InitialsOf(state), MaxBytes = _limits.PageBytes,
        };
        while (true)
        {
            var found = (await _store.ListAcross(query, exchange.Aborted)).OrNull()!;

            events.AddRange(found
                .Select(document => OutboxDocuments.Open(document)!.Body)
                .Where(told => !told.IsInside));
            if (!PageBytes.AreFull(found, query.MaxBytes) || found.Count == query.Limit)
            {
                return events;
            }

            query = query with { Limit = query.Limit - found.Count, After = AcrossPosition.Of(found[^1]) };
        }
    }
}

/// <summary>The account's targets.</summary>
/// <param name="Targets">Those that fail first.</param>
internal sealed record TargetList(IReadOnlyList<TargetView> Targets);

/// <summary>A host that events go to.</summary>
/// <param name="Target">The host, with its port when that is not the usual one.</param>
/// <param name="LastSuccessAt">When it last took an event; null when that is not known.</param>
/// <param name="FailingSince">Since when it takes none; null when it is well.</param>
/// <param name="RestsUntil">Until when it is left alone; null when it is not.</param>
/// <param name="Waiting">How many events wait for it, of the 1,000 newest that wait.</param>
/// <param name="Failed">How many were given up, of the 1,000 newest.</param>
internal sealed record TargetView(
    string Target,
    DateTimeOffset? LastSuccessAt,
    DateTimeOffset? FailingSince,
    DateTimeOffset? RestsUntil,
    int Waiting,
    int Failed);
