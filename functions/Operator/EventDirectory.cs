using Microsoft.AspNetCore.Http;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Http.Limits;
using Sessions.Http.Pages;
using Sessions.Outbox;
using Sessions.Storage;

namespace Sessions.Operator;

/// <summary>Finds what the account's targets were told, are told and are to be told.</summary>
public sealed class EventDirectory(
    IDocumentStore store, SessionDirectory sessions, LimitSettings limits, IEnumerable<ISessionKind> kinds)
{

    // How many one page looks over at most for those that fit.
    private const int MostLookedAt = 2000;

    private const int LookedAtAtOnce = 500;

    private readonly List<(string Prefix, string Surface)> _surfaces =
        [.. kinds.Select(kind => (kind.Name.Split('/')[0], kind.Surface)).Distinct()];

    /// <summary>The page of the account's events that the cursor names, or the first.</summary>
    /// <exception cref="RefusedException">An unknown cursor.</exception>
    internal async ValueTask<EventPage> List(Exchange exchange, EventFilter filter, int size, string? cursor)
    {
        var pages = await exchange.Pages();
        var list = $"operator events {filter}";
        var query = new AcrossQuery(exchange.Account.Id, [AcrossQuery.EventKind], LookedAtAtOnce)
        {
            Initials = filter.Initials,
            After = cursor is null ? null : Places.Open(exchange, pages, list, cursor),
            CreatedFrom = filter.From,
            CreatedBefore = filter.Before,
            MaxBytes = limits.PageBytes,
            Terms = filter.Session is null ? null : [await sessions.TermOf(exchange, filter.Session)],
        };
        query = filter.Target is null ? query with { Limit = size + 1 } : query;
        List<EventView> views = [];
        for (var looked = 0; looked < MostLookedAt;)
        {
            var found = (await store.ListAcross(query, exchange.Aborted)).OrNull()!;
            foreach (var document in found)
            {
                if (views.Count == size)
                {
                    return new(views, Places.Seal(exchange, pages, list, query.After!));
                }

                query = query with { After = AcrossPosition.Of(document) };
                if (OutboxDocuments.Open(document) is { } stored && EventFilter.IsTo(filter.Target, stored.Body))
                {
                    views.Add(View(stored));
                }
            }

            looked += found.Count;
            if (found.Count < query.Limit && !PageBytes.AreFull(found, query.MaxBytes))
            {
                return new(views, null);
            }
        }

        return new(views, Places.Seal(exchange, pages, list, query.After!));
    }

    /// <summary>The newest events of a session.</summary>
    internal async ValueTask<IReadOnlyList<EventView>> Of(Exchange exchange, string term, int most)
    {
        var query = new AcrossQuery(exchange.Account.Id, [AcrossQuery.EventKind], most)
        {
            Initials = EventFilter.InitialsOfAll,
            Terms = [term],
            MaxBytes = limits.PageBytes,
        };
        var found = (await store.ListAcross(query, exchange.Aborted)).OrNull()!;
        return [.. found.Select(OutboxDocuments.Open).OfType<StoredEvent>().Select(View)];
    }

    /// <summary>The event of an id.</summary>
    /// <exception cref="RefusedException">The account has none.</exception>
    internal async ValueTask<StoredEvent> Find(Exchange exchange, string id) =>
        SessionName.Parse(id) is { } name
        && (await store.Read(name.PartitionIn(exchange.Account), name.Id, exchange.Aborted)).OrNull() is { } document
        && OutboxDocuments.Open(document) is { } stored
            ? stored
            : throw RefusedException.For(RefusalKind.NotFound, "There is no such event.");

    /// <summary>What the operator sees of an event.</summary>
    internal EventView View(StoredEvent stored) =>
        EventView.Of(stored, SurfaceOf(stored.Body));

    private string SurfaceOf(OutboxEvent told) => _surfaces
        .Find(one => told.Sender.StartsWith(one.Prefix, StringComparison.Ordinal)).Surface ?? told.Sender;
}

/// <summary>Places in lists over partitions, as cursors name them.</summary>
internal static class Places
{
    /// <summary>A place as a cursor of this list.</summary>
    public static string Seal(Exchange exchange, PageSigner pages, string list, AcrossPosition place)
    {
        var name = new SessionName(place.Partition[SessionName.PrefixOf(exchange.Account).Length..], place.Id);
        return pages.Seal(new(new(place.CreatedAt, name.ToString()), ListOrder.NewestFirst), list);
    }

    /// <summary>The place that a cursor names.</summary>
    /// <exception cref="RefusedException">It is none of this list.</exception>
    public static AcrossPosition Open(Exchange exchange, PageSigner pages, string list, string cursor)
    {
        var place = pages.Open(cursor, list)?.Position
            ?? throw OperatorQuery.Invalid("This is no cursor of this list. Send next as it was.");
        var name = SessionName.Parse(place.Id)!;
        return new(place.CreatedAt, name.Id, name.PartitionIn(exchange.Account));
    }
}

/// <summary>Which events to list, as the query says.</summary>
internal sealed record EventFilter(
    string? Session, string? Target, string? State, DateTimeOffset? From, DateTimeOffset? Before)
{
    /// <summary>The query parameters of the list.</summary>
    public static string[] Parameters { get; } =
        ["session", "target", "state", "from", "before", "pageSize", "cursor"];

    /// <summary>See <see cref="Storage.AcrossQuery.Initials"/>.</summary>
    public string Initials => State is { } state
        ? OutboxDocuments.InitialsOf(EventView.StateOf(state))
        : InitialsOfAll;

    /// <summary>The same of events in any state.</summary>
    public static string InitialsOfAll { get; } = OutboxDocuments.InitialsOf(Enum.GetValues<EventState>());

    /// <exception cref="RefusedException">A value cannot be used.</exception>
    public static EventFilter Read(IQueryCollection query) => new(
        OperatorQuery.One(query, "session"),
        OperatorQuery.One(query, "target"),
        OperatorQuery.Word(query, "state", EventView.States),
        OperatorQuery.Moment(query, "from"),
        OperatorQuery.Moment(query, "before"));

    /// <summary>Whether an event goes to the target that is asked for, by its host or as events show it.</summary>
    public static bool IsTo(string? target, OutboxEvent told) =>
        target is null || told.Target.Authority.Equals(target, StringComparison.OrdinalIgnoreCase)
        || EventView.TargetOf(told).Equals(target, StringComparison.Ordinal);
}
