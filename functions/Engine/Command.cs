using Sessions.Outbox;
using Sessions.Storage;

namespace Sessions.Engine;

/// <summary>What a change is asked for with, beside its content.</summary>
/// <param name="Now">The moment of the request, UTC.</param>
/// <param name="Cancellation">Ends the wait; what is committed by then stays.</param>
public sealed record Command(DateTimeOffset Now, CancellationToken Cancellation)
{
    /// <summary>The idempotency key; null when a repeat would be a request of its own.</summary>
    public Once? Once { get; init; }

    /// <summary>
    /// Throws the caller's refusal when the version it named is not this one. It is asked when the rule has agreed and
    /// before anything is written (RFC 9110, section 13.2.1).
    /// </summary>
    public Action<string> RequireVersion { get; init; } = _ => { };

    /// <summary>Who asks, for the session's trail; null when nobody does but the service itself.</summary>
    public string? Who { get; init; }

    /// <summary>
    /// Whether it is only tried: what comes of it is decided and answered, and nothing is written, remembered or told.
    /// What is asked for beforehand must be asked for by a trial, too.
    /// </summary>
    public bool IsTrial { get; init; }
}

/// <summary>What makes a repeated request one request.</summary>
/// <param name="Id">The record's id: a hash of account, caller and key, and of nothing that can rotate.</param>
/// <param name="Hash">What tells the request from another one under the same key.</param>
/// <param name="HashOfBefore">The same, as documents carried it before there were records.</param>
public sealed record Once(string Id, string Hash, string HashOfBefore)
{
    /// <summary>
    /// How long it is remembered. A day is promised; whoever repeats at its very end is answered, too.
    /// </summary>
    public TimeSpan Kept { get; init; } = TimeSpan.FromHours(25);
}

/// <summary>The idempotency key was used for another request.</summary>
public sealed class KeyReusedException : Exception
{
    /// <summary>Says so.</summary>
    public KeyReusedException()
        : this("This idempotency key was used for another request. Send a new one.")
    {
    }

    /// <inheritdoc/>
    public KeyReusedException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public KeyReusedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>A repeat cannot be answered any more: what the first request made is gone.</summary>
public sealed class GoneException : Exception
{
    /// <summary>Says so.</summary>
    public GoneException()
        : this("What the first request with this idempotency key made is gone. Send a new key to make another.")
    {
    }

    /// <inheritdoc/>
    public GoneException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public GoneException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>What a rule decides on, when that is more than one thing: how it is read, and what its change
/// meets.</summary>
/// <param name="Shows">The kind of what the caller is shown.</param>
/// <param name="Partition">Where all of it is written.</param>
/// <param name="Load">
/// Reads it as it counts at a moment. Every document that the rule rests on must be written by it, or be one that
/// cannot
/// change without one that is.
/// </param>
public sealed record Subject<TSeen, T>(
    Kind<T> Shows, string Partition, Func<DateTimeOffset, ValueTask<TSeen>> Load)
    where T : class
{
    /// <summary>
    /// The document that changes first of all: those of this process who change it do so one after the other. Null for
    /// what is new.
    /// </summary>
    public string? Lane { get; init; }

    /// <summary>The version that a caller may have named; null when there is none to name.</summary>
    public Func<TSeen, string?> VersionOf { get; init; } = _ => null;

    /// <summary>
    /// What must be stored in another partition before, since no commit spans two. It may be done again, but not for a
    /// repeat of what is done. A trial asks for it as well; see <see cref="Command.IsTrial"/>.
    /// </summary>
    public Func<ValueTask>? Beforehand { get; init; }

    /// <summary>
    /// What else happens in another partition, where the store commits in both at once; elsewhere it is for the caller
    /// to see to it when this is stored. Null for nothing.
    /// </summary>
    public Along<T>? Along { get; init; }

    /// <summary>
    /// What to do about an id or a key that is taken: throw the refusal, or learn something and let the rule decide
    /// again. Without it the rule decides again at once.
    /// </summary>
    public Func<Write, DateTimeOffset, ValueTask>? Taken { get; init; }

    /// <summary>
    /// The document that this create made under its idempotency key before there were records, if it is there.
    /// </summary>
    public Func<ValueTask<Document?>>? MadeBefore { get; init; }
}

/// <summary>What happens in another partition because of a change, in one commit with it.</summary>
/// <param name="Lane">What those have in common who share commits there; see <see cref="Gathering{TSeen, T}"/>.</param>
/// <param name="Decide">Reads what is there and decides on the change and on what happens there.</param>
/// <param name="Stored">What to do when both are stored; it is given the other partition.</param>
public sealed record Along<T>(
    string Lane, Func<Decision<T>, DateTimeOffset, ValueTask<Consequence<T>>> Decide, Action<string> Stored)
    where T : class;

/// <summary>A change, and what happens in another partition because of it.</summary>
/// <param name="Change">The change.</param>
/// <param name="Partition">The other partition.</param>
/// <param name="There">What happens there.</param>
public sealed record Consequence<T>(Decision<T> Change, string Partition, Decision There)
    where T : class;

/// <summary>
/// What a rule decided: what is written, and what is told of it, all in one commit or not at all. A refusal is thrown,
/// since it may be found at any depth of a rule. Pure: a decision may be made several times before one counts.
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
