using Microsoft.AspNetCore.Http;
using Sessions.Http;
using Sessions.Http.Limits;
using Sessions.Outbox;
using Sessions.Storage;

namespace Sessions.Operator;

/// <summary>Sends events again.</summary>
public sealed class EventRecovery
{
    private const int MostAtOnce = 1000;
    private const int LookedAtAtOnce = 500;

    private static readonly string _initials = OutboxDocuments.InitialsOf(EventState.Failed, EventState.Waiting);

    private readonly IDocumentStore _store;
    private readonly EventDirectory _events;
    private readonly Resending _resending;
    private readonly LimitSettings _limits;

    internal EventRecovery(IDocumentStore store, EventDirectory events, Resending resending, LimitSettings limits) =>
        (_store, _events, _resending, _limits) = (store, events, resending, limits);

    /// <summary>The query parameters of a recovery.</summary>
    internal static string[] Parameters { get; } = ["since", "target", "cursor"];

    /// <summary>Sends one event again; as it is then.</summary>
    /// <exception cref="RefusedException">There is none, or it must not be sent again.</exception>
    internal async ValueTask<StoredEvent> Resend(Exchange exchange, string id)
    {
        var stored = await _events.Find(exchange, id);
        if (!_resending.IsAllowed(stored.Body))
        {
            throw OperatorQuery.Invalid("This may have gone out, and is never sent again blindly.");
        }

        return await _resending.Send([stored], exchange.Aborted) is [var sent]
            ? sent
            : await _events.Find(exchange, id);
    }

    /// <summary>Sends again what has not arrived, up to so many at once.</summary>
    /// <exception cref="RefusedException">A parameter cannot be used.</exception>
    internal async ValueTask<Recovered> Recover(Exchange exchange, IQueryCollection asked)
    {
        var (since, target) = (OperatorQuery.Moment(asked, "since"), OperatorQuery.One(asked, "target"));
        var pages = await exchange.Pages();
        var list = $"operator recover {since:O} {target}";
        var query = new AcrossQuery(exchange.Account.Id, [AcrossQuery.EventKind], LookedAtAtOnce)
        {
            Order = ListOrder.OldestFirst,
            Initials = _initials,
            After = OperatorQuery.One(asked, "cursor") is { } cursor
                ? Places.Open(exchange, pages, list, cursor)
                : null,
            CreatedFrom = since,
            MaxBytes = _limits.PageBytes,
        };
        for (var resent = 0; ;)
        {
            var found = (await _store.ListAcross(query, exchange.Aborted)).OrNull()!;
            var events = found
                .Select(OutboxDocuments.Open)
                .OfType<StoredEvent>()
                .Where(stored => EventFilter.IsTo(target, stored.Body));
            resent += (await _resending.Send(events, exchange.Aborted)).Count;
            if (found.Count < query.Limit && !PageBytes.AreFull(found, query.MaxBytes))
            {
                return new(resent, null);
            }

            query = query with { After = AcrossPosition.Of(found[^1]) };
            if (resent >= MostAtOnce)
            {
                return new(resent, Places.Seal(exchange, pages, list, query.After));
            }
        }
    }
}

/// <summary>What a recovery did.</summary>
/// <param name="Resent">How many events are on their way again.</param>
/// <param name="Next">What to send as <c>cursor</c> to go on; null when it is done.</param>
internal sealed record Recovered(int Resent, string? Next);
