using System.Diagnostics.CodeAnalysis;
using Sessions.Storage;

namespace Sessions.Engine;

/// <summary>What one caller wants of what many change, until he is answered.</summary>
internal abstract class GatheredChange<TSeen>
    where TSeen : class, IStanding<TSeen>
{
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
}

/// <inheritdoc/>
internal sealed class GatheredChange<TSeen, T>(
    Command command,
    Gathering<TSeen, T> gathering,
    Func<TSeen, DateTimeOffset, Decision<T>> decide,
    OnceRecords records,
    Repeats repeats)
    : GatheredChange<TSeen>
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

    /// <summary>What comes of it.</summary>
    public Task<Gathered<TSeen, T>> Answer => _answer.Task;

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
        return (decision.IsEmpty && record is null) || draft.TryAdd(decision, record?.Seal(now), _overOld, this);
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
