using System.Text.Json.Serialization;
using Sessions.Telemetry;

namespace Sessions.Storage;

/// <summary>How a store call ended. The stores report these as values and throw only for bugs.</summary>
public enum StoreOutcome
{
    /// <summary>It did what was asked.</summary>
    Done,

    /// <summary>There is no such document.</summary>
    NotFound,

    /// <summary>The id or the key is taken.</summary>
    Conflict,

    /// <summary>Another version is stored than the one named.</summary>
    PreconditionFailed,

    /// <summary>The store asks to come back later.</summary>
    Throttled,

    /// <summary>The store does not answer. A write may have happened or not.</summary>
    Unavailable,

    /// <summary>The partition holds as much as it can: nothing was written. It is read as before.</summary>
    Full,
}

/// <summary>What a read gave.</summary>
/// <param name="Outcome">Done, NotFound (a single document only), Throttled or Unavailable.</param>
/// <param name="Value">What was read; null unless Done.</param>
/// <param name="RetryAfter">How long to wait, when throttled and known.</param>
public readonly record struct ReadResult<T>(StoreOutcome Outcome, T? Value, TimeSpan? RetryAfter = null)
    where T : class;

/// <summary>How many documents there are.</summary>
/// <param name="Value">0 or more.</param>
public sealed record DocumentCount(long Value);

/// <summary>What is written in one partition.</summary>
/// <param name="Partition">Where.</param>
/// <param name="Writes">In their order.</param>
public readonly record struct Batch(string Partition, IReadOnlyList<Write> Writes);

/// <summary>What a commit did: everything, or nothing.</summary>
/// <param name="Outcome">Done, or why nothing was written.</param>
/// <param name="ETags">When Done: the new version of each write in its order, empty for what adds no version.</param>
/// <param name="FailedWrite">The index of the write whose precondition failed; -1 when none did.</param>
/// <param name="RetryAfter">How long to wait, when throttled and known.</param>
public readonly record struct CommitResult(
    StoreOutcome Outcome, IReadOnlyList<string> ETags, int FailedWrite = -1, TimeSpan? RetryAfter = null);

/// <summary>What a store answered, as those who ask it want it.</summary>
public static class StoreExtensions
{
    /// <summary>What was read, or null when there is no such document.</summary>
    /// <exception cref="StoreFaultException">The store was throttled or unavailable.</exception>
    public static T? OrNull<T>(this ReadResult<T> result)
        where T : class =>
        result.Outcome is StoreOutcome.Done or StoreOutcome.NotFound
            ? result.Value
            : throw new StoreFaultException(result.Outcome, result.RetryAfter);

    /// <summary>The result, when it is an answer and not a fault of the store.</summary>
    /// <exception cref="StoreFaultException">The store was throttled, unavailable or full.</exception>
    public static CommitResult OrFault(this CommitResult result) =>
        result.Outcome is StoreOutcome.Throttled or StoreOutcome.Unavailable or StoreOutcome.Full
            ? throw new StoreFaultException(result.Outcome, result.RetryAfter)
            : result;
}

/// <summary>A store that could not serve a request, above the port where there is nothing left to decide.</summary>
public sealed class StoreFaultException : Exception
{
    /// <summary>A fault of this kind.</summary>
    /// <param name="outcome">Throttled, Unavailable, Full, or PreconditionFailed when others were always faster.
    /// </param>
    /// <param name="retryAfter">How long the store asks to wait, if it said.</param>
    public StoreFaultException(StoreOutcome outcome, TimeSpan? retryAfter = null)
        : base($"The store answered {outcome}.")
    {
        Outcome = outcome;
        RetryAfter = retryAfter;
    }

    /// <inheritdoc/>
    public StoreFaultException()
    {
    }

    /// <inheritdoc/>
    public StoreFaultException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public StoreFaultException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>What the store answered.</summary>
    public StoreOutcome Outcome { get; } = StoreOutcome.Unavailable;

    /// <summary>How long the store asks to wait, or null.</summary>
    public TimeSpan? RetryAfter { get; }
}

/// <summary>What was written since a place, by whichever process.</summary>
/// <param name="Place">Where to read on, in the store's own words.</param>
/// <param name="Documents">
/// What was written, each in a version that was its newest then; null when that cannot be told any more, so that
/// anything may have been.
/// </param>
public sealed record Moves(string Place, IReadOnlyList<Move>? Documents)
{
    /// <summary>Whether there is more to read at once.</summary>
    public bool HasMore { get; init; }

    /// <summary>How much later than it was told a read may still not show it; zero where every read does.</summary>
    public TimeSpan Lag { get; init; }

    /// <summary>Whether a document is told of in any case.</summary>
    public static bool Tell(Document document) => document.IsWatched || document.Kind == AcrossQuery.EventKind;
}

/// <summary>A document that was written, by its name.</summary>
/// <param name="Partition">Where it is.</param>
/// <param name="Id">Its id.</param>
/// <param name="Kind">What it is.</param>
/// <param name="ETag">The version.</param>
public sealed record Move(string Partition, string Id, string Kind, string ETag)
{
    /// <summary>Its <see cref="Document.Index"/>.</summary>
    public string? Index { get; init; }

    /// <summary>Its <see cref="Document.DueAt"/>.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>A document in the version that a store gave it.</summary>
    public static Move Of(Document document, string etag) =>
        new(document.Partition, document.Id, document.Kind, etag)
        {
            Index = document.Index, DueAt = document.DueAt,
        };
}

/// <summary>How a store may keep moves.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(List<Move>))]
[JsonSerializable(typeof(IReadOnlyList<Move>))]
internal sealed partial class MovesJson : JsonSerializerContext;

/// <summary>
/// What the store is asked for: the requests of callers, which somebody waits for, or a piece of work of the program's
/// own. What it costs is told apart by it; see <see cref="IDocumentStore.For"/>.
/// </summary>
/// <param name="Name">
/// What it is called in what is told of costs; empty for the requests of callers, which are called by their API.
/// </param>
public sealed record StoreWork(string Name)
{
    /// <summary>
    /// The part of the store that it is about, one of <see cref="IDocumentStore.ReadShards"/>: what is due and what is
    /// gone is looked for there alone. Empty for all of it.
    /// </summary>
    public string Shard { get; init; } = "";

    /// <summary>Whether its writes come after those that somebody waits for.</summary>
    public bool CanWait { get; init; }

    /// <summary>
    /// Whether it waits, by <see cref="IDocumentStore.GiveWay"/>, while others need what the store can do: what it gets
    /// in any case goes by what it has cost.
    /// </summary>
    public bool GivesWay { get; init; }

    /// <summary>The requests of callers.</summary>
    public static StoreWork OfCallers { get; } = new("");

    /// <summary>What callers without credentials ask for that costs much.</summary>
    public static StoreWork OfAnybody { get; } = new("") { GivesWay = true };

    /// <summary>What the timer settles and removes.</summary>
    public static StoreWork Sweep { get; } = new("sweep") { CanWait = true, GivesWay = true };

    /// <summary>What is done to deliver events.</summary>
    public static StoreWork Outbox { get; } = new("outbox");

    /// <summary>What is done to find events that wait for another attempt.</summary>
    public static StoreWork LeftEvents { get; } = new("outbox") { GivesWay = true };

    /// <summary>What those who look after an account ask for.</summary>
    public static StoreWork Operator { get; } = new("operator");

    /// <summary>Who pays for what is asked over partitions.</summary>
    /// <param name="account">The account that it is about; empty for nobody's.</param>
    internal Payer OfAccount(string account) => new(account, Name.Length > 0 ? Name : "lists");
}

/// <summary>
/// The store cannot be used as it is configured, so the app must not start. The message is for whoever starts it: it
/// names the place, says what is wrong and what to do. Nothing was changed there.
/// </summary>
public sealed class StoreStartException : Exception
{
    /// <summary>Needed by tools that copy exceptions; says nothing.</summary>
    public StoreStartException()
    {
    }

    /// <summary>Says what is wrong and what to do.</summary>
    public StoreStartException(string message)
        : base(message)
    {
    }

    /// <summary>Says what is wrong and what to do, and keeps what led to it.</summary>
    public StoreStartException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
