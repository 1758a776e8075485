using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Outbox;
using Sessions.Storage;

namespace Sessions.Operator;

/// <summary>How much there is of everything.</summary>
public sealed class CountFunctions(OperatorSurface surface, Census census)
{
    /// <summary>Counts the account's sessions and events, as they were a few seconds ago at most.</summary>
    [Function("Operator_ShowCounts")]
    public Task<IResult> Show(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "operator/counts")] HttpRequest request) =>
        surface.Run(request, [], async exchange => Answer.Json(
            StatusCodes.Status200OK, await census.Of(exchange), OperatorJson.Default.CountsView));
}

/// <summary>
/// How much an account has of everything. The store keeps the numbers, or has them from its indexes; each is asked for
/// once in some seconds, however many look.
/// </summary>
public sealed class Census(
    IDocumentStore store, IEnumerable<ISessionKind> sessions, IEnumerable<IDueKind> due, StuckDocuments stuck)
{
    private const int MostDue = 1000;
    private static readonly TimeSpan _belief = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, (DateTimeOffset At, CountsView Counts)> _recent = new();
    private readonly List<ISessionKind> _sessions = [.. sessions.OrderBy(kind => kind.Surface)];
    private readonly string[] _due = [.. due.Select(kind => kind.Name).Distinct()];

    /// <summary>The account's numbers.</summary>
    internal async ValueTask<CountsView> Of(Exchange exchange)
    {
        var account = exchange.Account.Id;
        if (_recent.TryGetValue(account, out var recent) && exchange.Now - recent.At < _belief)
        {
            return recent.Counts;
        }

        List<SurfaceCount> surfaces = [];
        foreach (var kind in _sessions)
        {
            surfaces.Add(new(
                kind.Surface,
                kind.Name,
                await Number(account, kind.Name, CountQuery.OpenState, exchange.Aborted),
                await Number(account, kind.Name, CountQuery.ClosedState, exchange.Aborted)));
        }

        var counts = new CountsView(surfaces, await Outbox(exchange), await Sweep(exchange));
        _recent[account] = (exchange.Now, counts);
        return counts;
    }

    private async ValueTask<OutboxCount> Outbox(Exchange exchange)
    {
        var account = exchange.Account.Id;
        var waiting = OutboxDocuments.InitialsOf(EventState.Waiting);
        var failed = OutboxDocuments.InitialsOf(EventState.Failed);
        var oldest = new AcrossQuery(account, [AcrossQuery.EventKind], 1)
        {
            Order = ListOrder.OldestFirst, Initials = waiting,
        };
        return new(
            await Number(account, AcrossQuery.EventKind, waiting, exchange.Aborted),
            await Number(account, AcrossQuery.EventKind, failed, exchange.Aborted),
            (await store.ListAcross(oldest, exchange.Aborted)).OrNull() is [var first] ? first.CreatedAt : null);
    }

    private async ValueTask<SweepCount> Sweep(Exchange exchange)
    {
        var query = new DueQuery(_due, exchange.Now, MostDue);
        var found = (await store.ReadDue(query, exchange.Aborted)).OrNull()!;
        var prefix = SessionName.PrefixOf(exchange.Account);
        var own = found.Where(one => one.Partition.StartsWith(prefix, StringComparison.Ordinal)).ToList();
        var lag = own is [] ? 0 : (exchange.Now - own.Min(one => one.DueAt)).TotalSeconds;
        return new(own.Count, lag, stuck.CountOf(prefix));
    }

    private async ValueTask<long> Number(string account, string kind, string state, CancellationToken cancellation) =>
        (await store.Count(CountQuery.Across(account, kind, state), cancellation)).OrNull()!.Value;
}

/// <summary>How much the account has of everything.</summary>
/// <param name="Surfaces">Its sessions.</param>
/// <param name="Outbox">What targets are still to be told, and what they could not be told.</param>
/// <param name="Sweep">What the timer has still to settle.</param>
internal sealed record CountsView(
    IReadOnlyList<SurfaceCount> Surfaces, OutboxCount Outbox, SweepCount Sweep);

/// <summary>How many sessions of a kind there are.</summary>
/// <param name="Surface">The API.</param>
/// <param name="Kind">The kind.</param>
/// <param name="Open">How many are open; what has run out counts until the timer comes by.</param>
/// <param name="Closed">How many have ended and are still kept.</param>
internal sealed record SurfaceCount(string Surface, string Kind, long Open, long Closed);

/// <summary>How many events there are.</summary>
/// <param name="Waiting">How many wait.</param>
/// <param name="Failed">How many were given up and are still kept.</param>
/// <param name="OldestAt">When the oldest of those that wait happened; null when none waits.</param>
internal sealed record OutboxCount(long Waiting, long Failed, DateTimeOffset? OldestAt);

/// <summary>What has run out and is still to be settled.</summary>
/// <param name="Due">How many, of the 1,000 longest due of all accounts.</param>
/// <param name="LagSeconds">How long the longest of them is due.</param>
/// <param name="Stuck">How many documents the process that answers could not settle and tries again later.</param>
internal sealed record SweepCount(int Due, double LagSeconds, int Stuck);
