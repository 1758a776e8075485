using Sessions.Outbox;
using Sessions.Storage;

namespace Sessions.Engine;

/// <summary>
/// How anything is changed: read, decided, written if nobody was faster, and told. Rules decide; that they are asked
/// again when others were faster, that a repeat is answered by what the first request came to, and that events leave
/// once they are stored, is written here and nowhere else.
/// </summary>
public sealed class Changes
{
    private const int MaxLessons = 16;

    private readonly IDocumentStore _store;
    private readonly OutboxBell _outbox;
    private readonly Lanes _lanes;
    private readonly Contention _contention;
    private readonly RecentDocuments _recent;
    private readonly OnceRecords _records;
    private readonly Repeats _repeats;
    private readonly Gatherer _gatherer;
    private readonly Rehearsal _rehearsal;
    private readonly Emptying _emptying;
    private readonly TimeProvider _time;

    internal Changes(
        IDocumentStore store,
        OutboxBell outbox,
        Lanes lanes,
        Contention contention,
        RecentDocuments recent,
        OnceRecords records,
        Repeats repeats,
        Gatherer gatherer,
        Rehearsal rehearsal,
        TimeProvider time)
    {
        (_store, _outbox, _lanes, _contention) = (store, outbox, lanes, contention);
        (_recent, _records, _repeats, _gatherer, _rehearsal) = (recent, records, repeats, gatherer, rehearsal);
        _time = time;
        _emptying = new(store, recent);
    }

    /// <summary>Makes something new.</summary>
    /// <param name="command">What it is asked for with.</param>
    /// <param name="kind">What is made.</param>
    /// <param name="partition">Where.</param>
    /// <param name="decide">The rule; asked again when an id or a key was taken.</param>
    /// <param name="subject">What else there is to know of the create; see <see cref="Subject{TSeen,T}"/>.</param>
    /// <exception cref="StoreFaultException">The store failed, or others were faster for too long.</exception>
    /// <exception cref="KeyReusedException">The idempotency key was used for another request.</exception>
    /// <exception cref="GoneException">It is a repeat, and what the first one made is gone.</exception>
    public ValueTask<State<T>> Create<T>(
        Command command,
        Kind<T> kind,
        string partition,
        Func<DateTimeOffset, Decision<T>> decide,
        Func<Subject<Kind<T>, T>, Subject<Kind<T>, T>>? subject = null)
        where T : class
    {
        var create = new Subject<Kind<T>, T>(kind, partition, _ => ValueTask.FromResult(kind));
        return Change(command, subject?.Invoke(create) ?? create, (_, now) => decide(now));
    }

    /// <summary>Changes one thing.</summary>
    /// <param name="command">What it is asked for with.</param>
    /// <param name="place">Where it lies.</param>
    /// <param name="decide">The rule; given null when there is no such thing, and asked again when others were
    /// faster.</param>
    /// <exception cref="StoreFaultException">The store failed, or others were faster for too long.</exception>
    public ValueTask<State<T>> Change<T>(
        Command command, Place<T> place, Func<State<T>?, DateTimeOffset, Decision<T>> decide)
        where T : class =>
        Change(command, SubjectOf(command, place), decide);

    /// <summary>Changes several things together.</summary>
    /// <exception cref="StoreFaultException">The store failed, or others were faster for too long.</exception>
    public async ValueTask<State<T>> Change<TSeen, T>(
        Command command, Subject<TSeen, T> subject, Func<TSeen, DateTimeOffset, Decision<T>> decide)
        where T : class =>
        (await Make(command, subject, decide)).Shown ?? throw new GoneException();

    /// <summary>Removes one thing. A repeat under the same idempotency key does so again without finding it.</summary>
    /// <exception cref="StoreFaultException">The store failed, or others were faster for too long.</exception>
    public async ValueTask Remove<T>(
        Command command, Place<T> place, Func<State<T>?, DateTimeOffset, Decision<T>> decide)
        where T : class =>
        await Make(command, SubjectOf(command, place), decide);

    /// <summary>Removes several things together, or one of several that change.</summary>
    /// <exception cref="StoreFaultException">The store failed, or others were faster for too long.</exception>
    public async ValueTask Remove<TSeen, T>(
        Command command, Subject<TSeen, T> subject, Func<TSeen, DateTimeOffset, Decision<T>> decide)
        where T : class =>
        await Make(command, subject, decide);

    /// <summary>See <see cref="Emptying.RemoveAll"/>.</summary>
    public ValueTask RemoveAll(
        ListQuery list, Func<Document, IEnumerable<string>>? along, CancellationToken cancellation) =>
        _emptying.RemoveAll(list, along, cancellation);

    /// <summary>
    /// Changes what many change at the same time: those of this process who wait share one commit, decided one after
    /// the other. A refusal is its own caller's alone, and so is a repeat.
    /// </summary>
    /// <exception cref="StoreFaultException">The store failed, or others were faster for too long.</exception>
    /// <exception cref="KeyReusedException">The idempotency key was used for another request.</exception>
    public Task<Gathered<TSeen, T>> Gather<TSeen, T>(
        Command command, Gathering<TSeen, T> gathering, Func<TSeen, DateTimeOffset, Decision<T>> decide)
        where TSeen : class, IStanding<TSeen>
        where T : class => command.IsTrial
            ? _rehearsal.Try(command, gathering, decide).AsTask()
            : _gatherer.Gather(command, gathering, decide);

    private Subject<State<T>?, T> SubjectOf<T>(Command command, Place<T> place)
        where T : class =>
        new(place.Kind, place.Partition, async now => place.Kind.Open(
            (await _store.Read(place.Partition, place.Id, command.Cancellation)).OrNull(), now))
        {
            Lane = place.Id,
            VersionOf = state => state?.Version,
        };

    private async ValueTask<Outcome<T>> Make<TSeen, T>(
        Command command, Subject<TSeen, T> subject, Func<TSeen, DateTimeOffset, Decision<T>> decide)
        where T : class
    {
        if (command.IsTrial)
        {
            return await _rehearsal.Try(command, subject, decide);
        }

        // Whoever repeats waits for the first, and everybody for those who change the same thing.
        using var first = await Turn(command.Once?.Id, subject.Partition, command.Cancellation);
        using var turn = await Turn(subject.Lane, subject.Partition, command.Cancellation);
        var waited = first.Waited || turn.Waited;
        if (subject.Beforehand is { } beforehand)
        {
            if (await RepeatOf(command, subject) is { } repeated)
            {
                return repeated;
            }

            await beforehand();
        }

        return await _contention.WaitOut<Outcome<T>>(async isFirst =>
        {
            // Who has waited decides by the clock as it is now, or he would prolong what readers saw end.
            var now = isFirst && !waited ? command.Now : Later(command.Now);
            for (var lesson = 1; ; lesson++)
            {
                var outcome = await Try(command, subject, decide, now);
                if (outcome is not { IsLesson: true })
                {
                    return outcome;
                }

                // Who has learnt why asks his rule again at once; who never stops learning waits like everybody.
                if (lesson == MaxLessons)
                {
                    return null;
                }

                now = Later(command.Now);
            }
        }, command.Cancellation);
    }

    // Null when somebody else was faster.
    private async ValueTask<Outcome<T>?> Try<TSeen, T>(
        Command command, Subject<TSeen, T> subject, Func<TSeen, DateTimeOffset, Decision<T>> decide, DateTimeOffset now)
        where T : class
    {
        Decision<T> decision;
        try
        {
            if (await _repeats.FindMadeBefore(command, subject.Shows, subject.MadeBefore, now) is { } made)
            {
                return made;
            }

            decision = await Decide(command, subject, decide, now);
        }
        catch (Exception refused) when (command.Once is not null && refused is not StoreFaultException)
        {
            // A rule may refuse a repeat for what the first one did.
            if (await _repeats.Find(command, subject.Shows, subject.Partition) is { } repeated)
            {
                return repeated;
            }

            throw;
        }

        return await Commit(command, subject, decision, now);
    }

    /// <summary>What a rule decides on its subject as it is; asked for the version that the caller has named.</summary>
    internal static async ValueTask<Decision<T>> Decide<TSeen, T>(
        Command command, Subject<TSeen, T> subject, Func<TSeen, DateTimeOffset, Decision<T>> decide, DateTimeOffset now)
        where T : class
    {
        var seen = await subject.Load(now);
        var decision = decide(seen, now);
        if (subject.VersionOf(seen) is { } version)
        {
            command.RequireVersion(version);
        }

        return decision;
    }

    private ValueTask<Outcome<T>?> Commit<TSeen, T>(
        Command command, Subject<TSeen, T> subject, Decision<T> decision, DateTimeOffset now)
        where T : class => !decision.IsEmpty && _store.SpansPartitions && subject.Along is { } along
            ? Commit(command, subject, along, decision, now)
            : Commit(command, subject, decision, now, both: null);

    private async ValueTask<Outcome<T>?> Commit<TSeen, T>(
        Command command, Subject<TSeen, T> subject, Along<T> along, Decision<T> decision, DateTimeOffset now)
        where T : class
    {
        // Those who gather there take turns with it, or it might always be the slower one.
        using var turn = await _lanes.Take(along.Lane, command.Cancellation);
        var both = await along.Decide(decision, now);
        return await Commit(command, subject, both.Change, now, both.There.IsEmpty ? null : both);
    }

    private async ValueTask<Outcome<T>?> Commit<TSeen, T>(
        Command command, Subject<TSeen, T> subject, Decision<T> decision, DateTimeOffset now,
        Consequence<T>? both, bool again = false)
        where T : class
    {
        var record = command.Once is { } once ? _records.Of(once, subject.Partition, decision, now) : null;
        if (decision.IsEmpty && record is null)
        {
            return new(decision.Shown);
        }

        var who = command.Who ?? Trail.Service;
        var draft = new Draft(decision, record?.Seal(now), again, now, _outbox.Lease, who);
        var there = both is null ? null : new Draft(both.There, null, false, now, _outbox.Lease, who);
        var result = (there is null
            ? await _store.Commit(subject.Partition, draft.Writes, command.Cancellation)
            : await _store.Commit(
                new Batch(subject.Partition, draft.Writes), new(both!.Partition, there.Writes), command.Cancellation))
            .OrFault();
        _recent.Forget(subject.Partition, draft);
        if (result.Outcome is StoreOutcome.Done)
        {
            _outbox.RingKept(draft.Told, draft.Writes, result);
            if (there is not null)
            {
                _recent.Forget(both!.Partition, there);
                _outbox.RingKept(there.Told, [.. draft.Writes, .. there.Writes], result);
                subject.Along!.Stored(both.Partition);
            }

            return new(draft.Stored(decision.Shown, result));
        }

        if (result.FailedWrite >= 0 && result.FailedWrite < draft.Writes.Count
            && draft.Writes[result.FailedWrite] is var refused)
        {
            if (refused.DocumentId == command.Once?.Id)
            {
                // A record whose time is over counts as gone, and may stand in the way all the same.
                return await _repeats.Find(command, subject.Shows, subject.Partition)
                    ?? (again ? null : await Commit(command, subject, decision, now, both, again: true));
            }

            if (result.Outcome is StoreOutcome.Conflict && subject.Taken is { } taken)
            {
                await taken(refused, now);
                return new(null) { IsLesson = true };
            }
        }

        return null;
    }

    // What is done already must not be prepared again.
    private async ValueTask<Outcome<T>?> RepeatOf<TSeen, T>(Command command, Subject<TSeen, T> subject)
        where T : class =>
        command.Once is null
            ? null
            : await _repeats.Find(command, subject.Shows, subject.Partition)
                ?? await _repeats.FindMadeBefore(command, subject.Shows, subject.MadeBefore, command.Now);

    private ValueTask<Lanes.Turn> Turn(string? id, string partition, CancellationToken cancellation) =>
        id is null ? default : _lanes.Take($"{partition}/{id}", cancellation);

    private DateTimeOffset Later(DateTimeOffset asked)
    {
        var now = _time.GetUtcNow();
        return now > asked ? now : asked;
    }
}
