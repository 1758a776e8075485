using Sessions.Outbox;
using Sessions.Storage;

namespace Sessions.Engine;

/// <summary>
/// What a rule decided: what is written, and what is told of it, all in one commit or not at all. A refusal is thrown,
/// since
/// it may be found at any depth of a rule. Pure: a decision may be made several times before one of them counts.
/// </summary>
public abstract record Decision
{
    private protected Decision()
    {
    }

    /// <summary>Nothing is to be done, and there is nothing to show.</summary>
    public static Decision Nothing { get; } = new Decision<object>(null!);

    /// <summary>What is written.</summary>
    internal IReadOnlyList<State> Written { get; init; } = [];

    /// <summary>What is removed.</summary>
    internal IReadOnlyList<State> Removed { get; init; } = [];

    /// <summary>Further writes, of documents that nothing is known of.</summary>
    internal IReadOnlyList<Write> Beside { get; init; } = [];

    /// <summary>What is told.</summary>
    internal IReadOnlyList<OutboxEvent> Told { get; init; } = [];

    /// <summary>Whether nothing is written.</summary>
    internal bool IsEmpty => Written.Count + Removed.Count + Beside.Count + Told.Count == 0;

    /// <summary>Writes this state: makes it when it is new, else changes what was read.</summary>
    public static Decision<T> To<T>(State<T> next)
        where T : class => new(next) { Written = [next] };

    /// <summary>Leaves everything as it is.</summary>
    public static Decision<T> Keep<T>(State<T> state)
        where T : class => new(state);

    /// <summary>Removes what was read, with all that follows from it.</summary>
    public static Decision<T> Remove<T>(State<T> state)
        where T : class => new(state) { Removed = [state] };
}

/// <summary>A decision, and what the caller is shown once it is stored.</summary>
/// <param name="Shown">One of the states that are written, or one that is kept.</param>
public sealed record Decision<T>(State<T> Shown) : Decision
    where T : class
{
    /// <summary>Writes this, too.</summary>
    public Decision<T> And(State other) => this with { Written = [.. Written, other] };

    /// <summary>Writes these, too.</summary>
    public Decision<T> And(IEnumerable<State> others) => this with { Written = [.. Written, .. others] };

    /// <summary>Removes this, too.</summary>
    public Decision<T> AndRemove(State other) => this with { Removed = [.. Removed, other] };

    /// <summary>Makes these writes, too, of documents whose state nobody has read.</summary>
    public Decision<T> AndWrite(params IEnumerable<Write> writes) => this with { Beside = [.. Beside, .. writes] };

    /// <summary>Shows something else: another one of what is written, or something that is kept.</summary>
    public Decision<TOther> Showing<TOther>(State<TOther> other)
        where TOther : class =>
        new(other) { Written = Written, Removed = Removed, Beside = Beside, Told = Told };

    /// <summary>Tells these events, once all of it is stored.</summary>
    public Decision<T> Telling(params IEnumerable<OutboxEvent> events) => this with { Told = [.. Told, .. events] };
}
