using Sessions.Storage;

namespace Sessions.Engine;

/// <summary>What many decide on, each on what the one before has left.</summary>
public interface IStanding<TSelf>
    where TSelf : class, IStanding<TSelf>
{
    /// <summary>Where all of it is written.</summary>
    string Partition { get; }

    /// <summary>As it stands once these are written.</summary>
    TSelf After(IReadOnlyList<State> written);
}

/// <summary>
/// What the changes of many callers are gathered on: all who want something at the same time share a commit. For what
/// has no version that a caller could have named, such as a log to which everybody adds.
/// </summary>
/// <param name="Shows">The kind of what the caller is shown.</param>
/// <param name="Lane">What those have in common who share commits.</param>
/// <param name="Load">
/// Reads it as it counts at a moment: once for all callers of a commit, so it is the same whoever of them asks. It is
/// given what the commit before has left, or null; of that it may take what cannot change without being written here.
/// </param>
public sealed record Gathering<TSeen, T>(
    Kind<T> Shows, string Lane, Func<TSeen?, DateTimeOffset, ValueTask<TSeen>> Load)
    where TSeen : class, IStanding<TSeen>
    where T : class
{
    /// <summary>The version that the caller may have named; null when there is none to name.</summary>
    public Func<TSeen, string?> VersionOf { get; init; } = _ => null;

    /// <summary>Learns what only this caller's rule must know, and what is not worth reading for everybody.</summary>
    public Func<TSeen, ValueTask>? Learn { get; init; }

    /// <summary>
    /// What to learn from an id of the caller's own that is taken, or from one that is not there to be removed; then
    /// the rule decides again. Without it the caller tries again like one who met others.
    /// </summary>
    public Action<Write>? Taken { get; init; }

    /// <summary>
    /// The document that this request made under its idempotency key before there were records, if it is there.
    /// </summary>
    public Func<TSeen, ValueTask<Document?>>? MadeBefore { get; init; }

    /// <summary>What to do when something was stored, once for all callers of a commit.</summary>
    public Action<TSeen>? Stored { get; init; }
}

/// <summary>What came of a gathered change.</summary>
/// <param name="Seen">How it stood once the caller's change was made.</param>
/// <param name="Shown">What the caller is shown, stored; null when it is a repeat, and that is gone.</param>
public sealed record Gathered<TSeen, T>(TSeen Seen, State<T>? Shown)
    where TSeen : class, IStanding<TSeen>
    where T : class;
