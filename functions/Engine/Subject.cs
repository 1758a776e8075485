using Sessions.Storage;

namespace Sessions.Engine;

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
    /// What to do about an id or a key that is taken: throw the refusal, or learn something and let the rule decide
    /// again. Without it the rule decides again at once.
    /// </summary>
    public Func<Write, DateTimeOffset, ValueTask>? Taken { get; init; }

    /// <summary>
    /// The document that this create made under its idempotency key before there were records, if it is there.
    /// </summary>
    public Func<ValueTask<Document?>>? MadeBefore { get; init; }
}
