namespace Sessions.Storage;

/// <summary>
/// The whole of what Sessions asks of a database. Every implementation passes the same contract tests.
/// Documents whose <see cref="Document.PurgeAt"/> has come count as absent, removed or not: they are not read,
/// not listed, and a new document may take their id and key. Ids, keys and statuses are compared by their bytes.
/// A call whose token is cancelled throws <see cref="OperationCanceledException"/>; a commit may have happened then,
/// unless the token was cancelled before the call.
/// </summary>
public interface IDocumentStore
{
    /// <summary>
    /// When what an earlier program had stored was carried over; <see cref="DateTimeOffset.MinValue"/> when there was
    /// nothing, and null where that is not known.
    /// </summary>
    DateTimeOffset? CarriedOverAt { get; }

    /// <summary>
    /// How many calls wait at this moment because they were told to come later: nobody is silent towards them.
    /// </summary>
    int HeldBack => 0;

    /// <summary>The same store, for a piece of work that is not a caller's request.</summary>
    IDocumentStore For(StoreWork work) => this;

    /// <summary>
    /// The parts in which several processes may look for what is due, or gone, without meeting: together all of the
    /// store, no two with a document in common. One, the empty one, where there is nothing to be won by more.
    /// </summary>
    ValueTask<ReadResult<IReadOnlyList<string>>> ReadShards(CancellationToken cancellation) =>
        ValueTask.FromResult(new ReadResult<IReadOnlyList<string>>(StoreOutcome.Done, [""]));

    /// <summary>Reads one document by its id.</summary>
    ValueTask<ReadResult<Document>> Read(string partition, string id, CancellationToken cancellation);

    /// <summary>
    /// Reads several documents of a partition by their ids, in this order; what is not there is left out. Where a store
    /// has no better way, each is a read of its own, side by side.
    /// </summary>
    async ValueTask<ReadResult<IReadOnlyList<Document>>> Read(
        string partition, IReadOnlyList<string> ids, CancellationToken cancellation)
    {
        List<Task<ReadResult<Document>>> reads = [.. ids.Select(id => Read(partition, id, cancellation).AsTask())];
        List<ReadResult<Document>> results = [];
        foreach (var read in reads)
        {
            results.Add(await read);
        }

        return results.Find(result => result.Outcome is not (StoreOutcome.Done or StoreOutcome.NotFound)) is
        {
            Outcome: not StoreOutcome.Done,
        } failed
            ? new(failed.Outcome, null, failed.RetryAfter)
            : new(StoreOutcome.Done, [.. results.Select(result => result.Value).OfType<Document>()]);
    }

    /// <summary>Reads one document by its <see cref="Document.Key"/>.</summary>
    ValueTask<ReadResult<Document>> ReadByKey(string partition, string key, CancellationToken cancellation);

    /// <summary>Reads one page of a list; page N costs what page 1 costs.</summary>
    ValueTask<ReadResult<IReadOnlyList<Document>>> List(ListQuery query, CancellationToken cancellation);

    /// <summary>
    /// Reads the names of a list's documents, for whoever needs no more of them: much cheaper than the documents, and
    /// perhaps a little older than what the account promises elsewhere. <see cref="ListQuery.MaxBytes"/> does not
    /// count.
    /// </summary>
    ValueTask<ReadResult<IReadOnlyList<DocumentName>>> ListNames(ListQuery query, CancellationToken cancellation);

    /// <summary>
    /// Reads one page of a list over partitions: by creation time, id and partition. Page N costs what page 1
    /// costs, but a page may cost more than one of <see cref="List"/>; it is for people and not for traffic.
    /// </summary>
    ValueTask<ReadResult<IReadOnlyList<Document>>> ListAcross(AcrossQuery query, CancellationToken cancellation);

    /// <summary>
    /// Counts the documents of one kind in one partition. Costs more the more there are.
    /// </summary>
    ValueTask<ReadResult<DocumentCount>> Count(CountQuery query, CancellationToken cancellation);

    /// <summary>
    /// Makes all writes or none, in their order, and answers when they are durable: a key that one write frees the next
    /// may take. At most 100 writes, all documents in <paramref name="partition"/>, no document twice; see
    /// <see cref="CommitRules"/>. No writes is Done.
    /// </summary>
    /// <exception cref="ArgumentException">The caller broke one of these rules.</exception>
    ValueTask<CommitResult> Commit(string partition, IReadOnlyList<Write> writes, CancellationToken cancellation);

    /// <summary>Whether it commits in two partitions at once.</summary>
    bool SpansPartitions => false;

    /// <summary>
    /// The same in two partitions: all of it or nothing. Only where <see cref="SpansPartitions"/>. The writes count
    /// through both, those of <paramref name="second"/> last.
    /// </summary>
    /// <exception cref="ArgumentException">The caller broke one of the rules.</exception>
    ValueTask<CommitResult> Commit(Batch first, Batch second, CancellationToken cancellation) =>
        throw new NotSupportedException("This store commits in one partition at a time.");

    /// <summary>
    /// Finds documents of these kinds, of all partitions, whose <see cref="Document.DueAt"/> is not after
    /// <see cref="DueQuery.By"/>; of each kind the longest due first. A kind with more than the limit does not keep the
    /// other kinds out. A store may give fewer than the limit at a time, but none only when none is due.
    /// </summary>
    ValueTask<ReadResult<IReadOnlyList<DueDocument>>> ReadDue(DueQuery query, CancellationToken cancellation);

    /// <summary>
    /// Reads a document that was found due, perhaps not in its newest version: what is done with it is checked by its
    /// ETag.
    /// </summary>
    ValueTask<ReadResult<Document>> ReadFound(DueDocument found, CancellationToken cancellation);

    /// <summary>
    /// Tells what was written since a place, by whichever process: of what <see cref="Moves.Tell"/> says, and perhaps
    /// of more; of a document that was written several times perhaps only once. What was removed need not be told.
    /// </summary>
    /// <param name="since">The <see cref="Moves.Place"/> of an earlier answer; null to learn the place of now.</param>
    /// <param name="cancellation">Ends it.</param>
    ValueTask<ReadResult<Moves>> ReadMoves(string? since, CancellationToken cancellation);

    /// <summary>
    /// Removes up to <paramref name="limit"/> documents whose <see cref="Document.PurgeAt"/> is not after
    /// <paramref name="now"/>, and tells how many. A store that
    /// is unavailable answers how far it came.
    /// </summary>
    ValueTask<int> Purge(DateTimeOffset now, int limit, CancellationToken cancellation);

    /// <summary>
    /// What can wait calls it before it makes these writes, or, with none, before it reads a few documents: it waits
    /// while others need what the store can do.
    /// </summary>
    ValueTask GiveWay(IReadOnlyList<Write> writes, CancellationToken cancellation);
}
