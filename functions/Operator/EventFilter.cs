using Microsoft.AspNetCore.Http;
using Sessions.Http;
using Sessions.Outbox;

namespace Sessions.Operator;

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
