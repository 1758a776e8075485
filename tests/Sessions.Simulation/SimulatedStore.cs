using Sessions.Storage;

namespace Sessions.Simulation;

/// <summary>How ill the simulated database is; each a probability for one call.</summary>
internal sealed record StoreFaults
{
    /// <summary>All answered.</summary>
    public static StoreFaults None { get; } = new();

    /// <summary>It asks to come later, and did nothing: 429.</summary>
    public double Throttled { get; init; }

    /// <summary>It does not answer, and did nothing: 408, 410, 449, 503.</summary>
    public double Away { get; init; }

    /// <summary>It did what was asked, and its answer is lost.</summary>
    public double AnswerLost { get; init; }

    /// <summary>
    /// Whether the account's level is Session: what other processes have written is seen a moment late. What the
    /// product asks for at that level is so under either.
    /// </summary>
    public bool IsSession { get; init; }

    /// <summary>The longest way to the database, and the longest back.</summary>
    public TimeSpan Latency { get; init; } = TimeSpan.FromMilliseconds(5);
}

/// <summary>
/// The simulated database as one process sees it, with the semantics of Cosmos DB: a call has a way there and a way
/// back, on either of which it may be lost.
/// </summary>
internal sealed class SimulatedStore(
    Scheduler scheduler,
    StoredDocuments documents,
    Func<StoreFaults> faults,
    SimulatedClock clock,
    Process process)
    : IDocumentStore
{
    /// <summary>How late a process may see what another has written, where the level allows it.</summary>
    public static TimeSpan LongestLag { get; } = TimeSpan.FromSeconds(0.25);

    private static readonly TimeSpan _least = TimeSpan.FromMilliseconds(0.2);

    private long _known;

    /// <inheritdoc/>
    public DateTimeOffset? CarriedOverAt => DateTimeOffset.MinValue;

    /// <inheritdoc/>
    public ValueTask<ReadResult<Document>> Read(string partition, string id, CancellationToken cancellation) =>
        Read(held => held.Find(partition, id, clock.GetUtcNow()), mayLag: false, cancellation);

    /// <inheritdoc/>
    public ValueTask<ReadResult<Document>> ReadByKey(string partition, string key, CancellationToken cancellation) =>
        Read(held => held.FindByKey(partition, key, clock.GetUtcNow()), mayLag: false, cancellation);

    /// <inheritdoc/>
    public ValueTask<ReadResult<IReadOnlyList<Document>>> List(ListQuery query, CancellationToken cancellation) =>
        Read(held => held.List(query, clock.GetUtcNow()), query.MayLag, cancellation);

    /// <inheritdoc/>
    public ValueTask<ReadResult<IReadOnlyList<DocumentName>>> ListNames(
        ListQuery query, CancellationToken cancellation) =>
        Read(held => held.ListNames(query, clock.GetUtcNow()), mayLag: true, cancellation);

    /// <inheritdoc/>
    public ValueTask<ReadResult<IReadOnlyList<Document>>> ListAcross(
        AcrossQuery query, CancellationToken cancellation) =>
        Read(held => held.ListAcross(query, clock.GetUtcNow()), mayLag: true, cancellation);

    /// <inheritdoc/>
    public ValueTask<ReadResult<DocumentCount>> Count(CountQuery query, CancellationToken cancellation) =>
        Read(held => held.Number(query, clock.GetUtcNow()), mayLag: true, cancellation);

    /// <inheritdoc/>
    public ValueTask<ReadResult<IReadOnlyList<DueDocument>>> ReadDue(DueQuery query, CancellationToken cancellation) =>
        Read(held => held.Due(query, clock.GetUtcNow()), mayLag: true, cancellation);

    /// <inheritdoc/>
    public ValueTask<ReadResult<Document>> ReadFound(DueDocument found, CancellationToken cancellation) =>
        Read(found.Partition, found.Id, cancellation);

    /// <inheritdoc/>
    public ValueTask<CommitResult> Commit(
        string partition, IReadOnlyList<Write> writes, CancellationToken cancellation)
    {
        CommitRules.Check(partition, writes);
        return Call(
            () => documents.Commit(partition, writes, clock.GetUtcNow(), scheduler.Now),
            (outcome, wait) => new CommitResult(outcome, [], RetryAfter: wait),
            cancellation,
            isWrite: true);
    }

    /// <inheritdoc/>
    /// <remarks>That something was written is told by another copy than the one that is read.</remarks>
    public ValueTask<ReadResult<Moves>> ReadMoves(string? since, CancellationToken cancellation) => Call(
        () =>
        {
            var lag = faults().IsSession ? LongestLag : TimeSpan.Zero;
            var seen = documents.At(scheduler.Now - scheduler.Between(TimeSpan.Zero, lag), 0).Version;
            return new ReadResult<Moves>(StoreOutcome.Done, documents.MovesSince(since, seen) with { Lag = lag });
        },
        (outcome, wait) => new ReadResult<Moves>(outcome, null, wait),
        cancellation);

    /// <inheritdoc/>
    public ValueTask<int> Purge(DateTimeOffset now, int limit, CancellationToken cancellation) =>
        Call(() => documents.Purge(now, limit, scheduler.Now), (_, _) => 0, cancellation);

    /// <inheritdoc/>
    public ValueTask GiveWay(IReadOnlyList<Write> writes, CancellationToken cancellation) => default;

    private ValueTask<ReadResult<T>> Read<T>(
        Func<DocumentsAt, T?> read, bool mayLag, CancellationToken cancellation)
        where T : class =>
        Call(
            () => read(Held(mayLag)) is { } found
                ? new ReadResult<T>(StoreOutcome.Done, found)
                : new ReadResult<T>(StoreOutcome.NotFound, null),
            (outcome, wait) => new ReadResult<T>(outcome, null, wait),
            cancellation);

    // A process sees what it has written itself and was told of, and never less than it has seen.
    private DocumentsAt Held(bool mayLag)
    {
        if (!mayLag && !faults().IsSession)
        {
            _known = documents.Version;
            return documents.Now;
        }

        var lag = scheduler.Between(TimeSpan.Zero, LongestLag);
        (var held, _known) = documents.At(scheduler.Now - lag, _known);
        return held;
    }

    private ValueTask<T> Call<T>(
        Func<T> done, Func<StoreOutcome, TimeSpan?, T> refused, CancellationToken cancellation, bool isWrite = false)
    {
        scheduler.RequireInside();
        if (cancellation.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<T>(cancellation);
        }

        var answer = new TaskCompletionSource<T>();
        var gone = cancellation.UnsafeRegister(_ => answer.TrySetCanceled(cancellation), null);
        scheduler.After(WayThere(), owner: null, () =>
        {
            // What a dead process has sent is on its way all the same.
            if (Fate() is var (outcome, wait))
            {
                Give(refused(outcome, wait));
                return;
            }

            var (known, result) = (_known, done());
            if (scheduler.Happens(faults().AnswerLost))
            {
                _known = known;
                Give(refused(StoreOutcome.Unavailable, null));
            }
            else
            {
                _known = Math.Max(_known, isWrite ? documents.Version : 0);
                Give(result);
            }
        });
        return new(answer.Task);

        void Give(T result) => scheduler.After(WayThere(), process, () =>
        {
            gone.Dispose();
            answer.TrySetResult(result);
        });
    }

    private (StoreOutcome Outcome, TimeSpan? RetryAfter)? Fate() =>
        scheduler.Happens(faults().Throttled)
            ? (StoreOutcome.Throttled, scheduler.Between(_least, TimeSpan.FromSeconds(1)))
            : scheduler.Happens(faults().Away) ? (StoreOutcome.Unavailable, null)
            : null;

    private TimeSpan WayThere() => scheduler.Between(_least, faults().Latency);
}
