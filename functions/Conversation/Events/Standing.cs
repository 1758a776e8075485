using System.Text.Json;
using Sessions.Engine;
using Sessions.Lifecycle;

namespace Sessions.Conversation;

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

    private SessionEvent Update() => new(EventTypes.Updated, Head.UpdatedAt)
    {
        Session = JsonSerializer.Serialize(
            SessionResource.For(null, Head), ConversationJson.Wire.SessionResource),
    };

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
