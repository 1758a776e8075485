using System.Diagnostics.CodeAnalysis;
using Sessions.Lifecycle;
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

/// <summary>What one caller wants of what many change, until he is answered.</summary>
/// <param name="lead">What is done when its turn comes.</param>
internal abstract class GatheredChange<TSeen>(Action<Lanes.Turn, GatheredChange<TSeen>> lead) : Lanes.IRider
    where TSeen : class, IStanding<TSeen>
{
    private int _isTaken;

    /// <summary>The moment of the request.</summary>
    public abstract DateTimeOffset Asked { get; }

    /// <summary>Whether the caller knows what has become of it.</summary>
    public abstract bool IsAnswered { get; }

    /// <summary>Whether there is something that only this rule must know.</summary>
    public abstract bool Learns { get; }

    /// <summary>Reads what all decide on.</summary>
    public abstract ValueTask<TSeen> Load(TSeen? known, DateTimeOffset now);

    /// <summary>Learns what only this rule must know; answers what was made before there were records.</summary>
    public abstract ValueTask Learn(TSeen seen, DateTimeOffset now);

    /// <summary>Lets the rule decide, and drafts what it decided.</summary>
    /// <returns>What the next one decides on; null when it does not fit into the commit.</returns>
    public abstract TSeen? Decide(TSeen seen, Draft draft, DateTimeOffset now);

    /// <summary>Does what is to be done when something was stored.</summary>
    public abstract void Tell(TSeen seen);

    /// <summary>Answers the caller, once what the rule decided is stored.</summary>
    public abstract ValueTask Settle(Draft draft, CommitResult result);

    /// <summary>Sees to a write of his that failed, and to nobody else's.</summary>
    /// <returns>Whether the others may go on without reading again.</returns>
    public abstract ValueTask<bool> Resolve(Write failed);

    /// <summary>Answers the caller that it came to nothing.</summary>
    public abstract void Fail(Exception reason);

    /// <summary>The caller is gone: unless somebody has taken it along, it is passed over.</summary>
    public void GiveUp() => Ride();

    /// <inheritdoc/>
    public bool Ride() => Interlocked.Exchange(ref _isTaken, 1) == 0;

    /// <inheritdoc/>
    public bool Lead(Lanes.Turn turn)
    {
        if (!Ride())
        {
            return false;
        }

        lead(turn, this);
        return true;
    }
}

/// <inheritdoc/>
internal sealed class GatheredChange<TSeen, T>(
    Action<Lanes.Turn, GatheredChange<TSeen>> lead,
    Command command,
    Gathering<TSeen, T> gathering,
    Func<TSeen, DateTimeOffset, Decision<T>> decide,
    OnceRecords records,
    Repeats repeats)
    : GatheredChange<TSeen>(lead)
    where TSeen : class, IStanding<TSeen>
    where T : class
{
    private readonly TaskCompletionSource<Gathered<TSeen, T>> _answer =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    // The caller may be gone before what he asked for is done.
    private readonly Command _command = command with { Cancellation = CancellationToken.None };
    private TSeen? _seen;
    private Decision<T>? _decision;
    private Exception? _refused;
    private bool _askedBefore;
    private bool _overOld;

    /// <summary>
    /// What comes of it, for as long as the caller waits. Who does not wait any more changes nothing for those who have
    /// taken it along.
    /// </summary>
    public async Task<Gathered<TSeen, T>> Answer(CancellationToken cancellation)
    {
        await Awaiting.EndOf(_answer.Task, cancellation);
        return await _answer.Task;
    }

    public override DateTimeOffset Asked => _command.Now;

    public override bool IsAnswered => _answer.Task.IsCompleted;

    public override bool Learns => gathering.Learn is not null || gathering.MadeBefore is not null;

    public override ValueTask<TSeen> Load(TSeen? known, DateTimeOffset now) => gathering.Load(known, now);

    [SuppressMessage("Design", "CA1031", Justification = "It is told to the one caller whom it concerns.")]
    public override async ValueTask Learn(TSeen seen, DateTimeOffset now)
    {
        try
        {
            if (!_askedBefore && gathering.MadeBefore is { } find
                && await repeats.FindMadeBefore(_command, gathering.Shows, () => find(seen), now) is { } made)
            {
                _answer.TrySetResult(new(seen, made.Shown));
                return;
            }

            _askedBefore = true;
            await (gathering.Learn?.Invoke(seen) ?? default);
        }
        catch (Exception reason)
        {
            Fail(reason);
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "It is told to the one caller whom it concerns.")]
    public override TSeen? Decide(TSeen seen, Draft draft, DateTimeOffset now)
    {
        (_seen, _decision, _refused) = (seen, null, null);
        try
        {
            var decision = decide(seen, now);
            if (gathering.VersionOf(seen) is { } version)
            {
                _command.RequireVersion(version);
            }

            return Add(decision, draft, now) ? _seen = seen.After(draft.Left(decision)) : null;
        }
        catch (Exception refused)
        {
            _refused = refused;
            return seen;
        }
    }

    public override void Tell(TSeen seen) => gathering.Stored?.Invoke(seen);

    [SuppressMessage("Design", "CA1031", Justification = "It is told to the one caller whom it concerns.")]
    public override async ValueTask Settle(Draft draft, CommitResult result)
    {
        try
        {
            if (_refused is null)
            {
                _answer.TrySetResult(new(_seen!, draft.Stored(_decision!.Shown, result)));
            }
            else if (!await IsRepeat())
            {
                Fail(_refused);
            }
        }
        catch (Exception reason)
        {
            Fail(reason);
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "It is told to the one caller whom it concerns.")]
    public override async ValueTask<bool> Resolve(Write failed)
    {
        if (failed.DocumentId == _command.Once?.Id)
        {
            try
            {
                // A record whose time is over counts as gone, and may stand in the way all the same.
                _overOld = !await IsRepeat();
            }
            catch (Exception reason)
            {
                Fail(reason);
            }

            return true;
        }

        if (gathering.Taken is not { } taken || failed is Write.Replace or Write.Delete { ETag: not null })
        {
            return false;
        }

        taken(failed);
        return true;
    }

    public override void Fail(Exception reason) => _answer.TrySetException(reason);

    private bool Add(Decision<T> decision, Draft draft, DateTimeOffset now)
    {
        _decision = decision;
        var record = _command.Once is { } once ? records.Of(once, _seen!.Partition, decision, now) : null;
        return (decision.IsEmpty && record is null) || draft.TryAdd(
            decision, record?.Seal(now), _overOld, this, _command.Who ?? Trail.Service);
    }

    // A rule may refuse a repeat for what the first one did.
    private async ValueTask<bool> IsRepeat()
    {
        var repeated = _command.Once is null
            ? null
            : await repeats.Find(_command, gathering.Shows, _seen!.Partition);
        return repeated is not null && _answer.TrySetResult(new(_seen!, repeated.Shown));
    }
}
