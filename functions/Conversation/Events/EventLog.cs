using System.Text;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Http.Bodies;
using Sessions.Http.Streams;
using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.Conversation;

/// <summary>
/// Where things happen in sessions. Many publish at once: what they want is gathered, and shares commits. What a head
/// must know of it, it is told afterwards, since it lies in another partition.
/// </summary>
public sealed class EventLog(
    Changes changes, SessionReader reader, ConversationSessionKind sessions, WriteSignals signals)
{
    /// <summary>A session's log, for changes to be gathered on.</summary>
    internal Gathering<Standing, T> Of<T>(Place<ConversationSession> session, Kind<T> shows)
        where T : class =>
        new(shows, LaneOf(session), (known, now) => reader.Standing(session, known?.Log, now))
        {
            Stored = standing => signals.Tell(standing.Partition),
        };

    /// <summary>What an update tells in its own commit, where the store has both partitions.</summary>
    /// <param name="session">Where the session lies.</param>
    /// <param name="told">What to do when it is told.</param>
    internal Along<ConversationSession> Telling(Place<ConversationSession> session, Action told) => new(
        LaneOf(session),
        async (update, now) =>
        {
            var standing = await reader.Standing(update.Shown, now);
            var told = standing.Then().Decision;

            // What is told already need not be told by the timer.
            return new(
                told.IsEmpty ? update : Decision.To(update.Shown with { DueAt = null }), standing.Partition, told);
        },
        partition =>
        {
            signals.Tell(partition);
            told();
        });

    /// <summary>
    /// Tells of an update that is in the head, and safe: who made it does not wait for that. When it fails, whoever
    /// reads next tells of it, or the timer.
    /// </summary>
    /// <returns>Whether it is told.</returns>
    internal async Task<bool> Tell(Command update, Place<ConversationSession> session)
    {
        try
        {
            var command = update with { Once = null, Cancellation = CancellationToken.None };
            await changes.Gather(command, Of(session, LogKind.One), (standing, _) => standing.Then().Decision);
            return true;
        }
        catch (Exception failed) when (failed is StoreFaultException or RefusedException)
        {
            return false;
        }
    }

    /// <summary>Writes the end of a session whose time has come, if nobody has.</summary>
    internal async ValueTask<Standing> EndExpired(Command command, Place<ConversationSession> session) =>
        (await changes.Gather(
            command, Of(session, LogKind.One), (standing, _) => SessionRules.EndExpired(standing))).Seen;

    /// <summary>Ends a session as the operator ends one.</summary>
    internal async ValueTask End(Command command, Place<ConversationSession> session)
    {
        var log = Of(session, LogKind.One) with
        {
            VersionOf = standing => ConversationSession.VersionOf(standing.Session),
        };
        await Follow((await changes.Gather(
            command, log, (standing, now) => SessionRules.End(standing, CloseReasons.Api, now))).Seen);
    }

    /// <summary>Deletes a session: its log ends, and its head goes.</summary>
    /// <param name="command">What it is asked for with.</param>
    /// <param name="session">Where it lies.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="missing">What is remembered of a session that is not there; null when that is refused.</param>
    internal async ValueTask Delete(
        Command command, Place<ConversationSession> session, string user, State<ConversationSession>? missing)
    {
        var log = Of(session, LogKind.One) with
        {
            VersionOf = standing => ConversationSession.VersionOf(standing.Session),
        };
        Standing? deleted = null;
        var head = HeadOf(session, () => deleted) with { Beforehand = EndLog };
        await changes.Remove(command, head, (found, _) => deleted is null
            ? Decision.Keep(missing!)
            : SessionRules.Remove(found, deleted));

        async ValueTask EndLog()
        {
            try
            {
                deleted = (await changes.Gather(
                    command with { Once = null },
                    log,
                    (standing, now) => SessionRules.Delete(standing, user, DeleteKey.Of(command.Once), now))).Seen;
            }
            catch (RefusedException refused) when (
                missing is not null && refused.Refusal is ConversationRefusal { Code: RpcCode.NotFound })
            {
                deleted = null;
            }
        }
    }

    /// <summary>Lets the head follow what the log has decided; nothing when that is done.</summary>
    internal async ValueTask Follow(Standing ended)
    {
        // What follows from a change that is made is nobody's to cancel.
        var command = new Command(ended.Now, CancellationToken.None);
        var head = HeadOf(sessions.At(ended.Head.Partition, ended.Head.Id), () => ended);
        if (ended.Log.Body.Deleted)
        {
            // Who deleted it may ask again: he may have been killed before he could make the head go.
            var under = command with { Once = ended.Log.Body.DeletedUnder?.Once };
            await changes.Remove(under, head, (found, _) => SessionRules.Remove(found, ended));
        }
        else if (!ended.Log.Lifetime.Open && ended.Head.Lifetime.Open)
        {
            await changes.Change(command, head, (found, _) => SessionRules.Follow(found, ended));
        }
    }

    private static string LaneOf(Place<ConversationSession> session) => $"{session.Partition}/{session.Id}/log";

    // As it was read with the log; when it has changed since, it is read again.
    private Subject<State<ConversationSession>?, ConversationSession> HeadOf(
        Place<ConversationSession> session, Func<Standing?> read)
    {
        var isFirst = true;
        return new(sessions, session.Partition, async _ =>
        {
            var known = isFirst ? read()?.Head : null;
            isFirst = false;
            return known ?? await reader.Head(session, CancellationToken.None);
        })
        {
            Lane = session.Id,
        };
    }
}

/// <summary>A session as a rule finds it.</summary>
/// <param name="Head">The session as its head has it, whatever the clock says.</param>
/// <param name="Log">Its log, which is open until the end of an expired session is written.</param>
/// <param name="Now">The moment.</param>
internal sealed record Standing(State<ConversationSession> Head, State<SessionLog> Log, DateTimeOffset Now)
    : IStanding<Standing>
{
    public string Partition => Log.Partition;

    /// <summary>The session as it counts at the moment.</summary>
    public State<ConversationSession> Session => SessionRules.At(Head, Log, Now);

    /// <summary>Whether the head has changed since an event told of it.</summary>
    private bool IsUntold => Log.Lifetime.Open && Head.Body.Revision > Log.Body.Revision;

    public Standing After(IReadOnlyList<State> written) =>
        this with { Log = written.OfType<State<SessionLog>>().LastOrDefault() ?? Log };

    /// <summary>The same with something noted in the log beside what happens.</summary>
    public Standing Noting(Func<SessionLog, SessionLog> note) => this with { Log = Log with { Body = note(Log.Body) } };

    /// <summary>The same with somebody present until then, unless there is another sign of life.</summary>
    public Standing Expecting(DateTimeOffset until) =>
        Noting(log => log with { LapsesBy = log.LapsesBy ?? until });

    /// <summary>The same with something that passes, and is told and not kept.</summary>
    public Standing Passing(SessionEvent passing) =>
        this with { Log = Log with { Body = Passed.By(Log.Body, passing), DueAt = Activity.DueAt(Now) } };

    /// <summary>
    /// What happens next. An update writes the head and then tells of it here; when it could not, whoever writes next
    /// does.
    /// </summary>
    public Happening Then(params IReadOnlyList<SessionEvent> events) =>
        (IsUntold ? [Update(), .. events] : events).Aggregate(new Happening(Log, []), Append);

    private SessionEvent Update()
    {
        using var session = PooledBytes.Json(
            SessionResource.For(null, Head), ConversationJson.Default.SessionResource, ReadableJson.Encoder);
        return new(EventTypes.Updated, Head.UpdatedAt) { Session = Encoding.UTF8.GetString(session.Written.Span) };
    }

    private Happening Append(Happening before, SessionEvent asked)
    {
        var (log, lifetime) = (before.Log, before.Log.Lifetime);

        // Clocks are put back, and those of two machines differ; the moments of a sequence never run backwards.
        var happened = asked.At < lifetime.UpdatedAt ? asked with { At = lifetime.UpdatedAt } : asked;
        var forgotten = happened.Type == EventTypes.Ended ? null : SessionRules.RetentionOf(Head.Body.Fields);
        var written = EventKind.One.New(log, log.Body.Next, happened, Now) with
        {
            PurgeAt = happened.At + forgotten,
        };
        var next = log with
        {
            Body = log.Body with
            {
                Next = log.Body.Next + 1,
                Revision = Head.Body.Revision,
                Forgets = forgotten is null ? log.Body.Forgets : true,
                Passing = Passed.Fresh(log.Body.Passing, happened.At),
            },
            Lifetime = happened.Type switch
            {
                EventTypes.Ended => lifetime.Close(SessionRules.Ended, happened.Reason!, happened.At),

                // Nobody has done anything.
                EventTypes.Present or EventTypes.Absent => lifetime with { UpdatedAt = happened.At },
                _ => lifetime.Touch(happened.At),
            },
        };

        // What has ended is due at once, for the head to follow.
        return new(next with { DueAt = next.Lifetime.EndedAt ?? Activity.DueAt(Now) }, [.. before.Events, written])
        {
            Ending = next.Lifetime.Open ? null : EndingKind.One.New(log, Now),
        };
    }
}

/// <summary>What happens in a session.</summary>
/// <param name="Log">The log after it.</param>
/// <param name="Events">The events; none when nothing happens.</param>
internal sealed record Happening(State<SessionLog> Log, IReadOnlyList<State<SessionEvent>> Events)
{
    /// <summary>The end among them, if it is.</summary>
    public State<Ending>? Ending { get; init; }

    /// <summary>The decision that lets it happen. The log comes first: whoever was slower fails on it alone.</summary>
    public Decision<SessionLog> Decision =>
        Events.Count == 0 ? Engine.Decision.Keep(Log)
        : Engine.Decision.To(Log).And(Events).And(Ending is null ? [] : [Ending]);
}
