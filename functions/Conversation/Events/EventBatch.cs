using System.Text.Json;
using Sessions.Http;
using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.Conversation;

/// <summary>The steps of several callers as one commit: the log's next state, then the events in their order.</summary>
internal sealed class EventBatch
{
    private readonly Stored<ConversationSession> _session;
    private readonly Stored<SessionLog>? _before;
    private readonly List<(Write Write, Pending? Owner)> _writes = [];
    private readonly List<Action> _answers = [];
    private readonly Dictionary<string, List<Pending>> _keys = new(StringComparer.Ordinal);
    private Stored<SessionLog> _log;

    public EventBatch(Stored<ConversationSession> session, Stored<SessionLog>? log)
    {
        _session = session;
        _before = log;
        _log = log ?? LogDocuments.New(session);
        TellUpdate();
    }

    /// <summary>The commit's writes; none when nothing happens.</summary>
    public IReadOnlyList<Write> Writes =>
        _writes.Count == 0 && (_before is null || _log.Body == _before.Body)
            ? []
            : [LogWrite, .. _writes.Select(write => write.Write)];

    private Write LogWrite =>
        _before is null ? new Write.Create(_log.Document) : new Write.Replace(_log.Document);

    /// <summary>The log once the commit is made.</summary>
    public Stored<SessionLog> LogAt(string version) => _log with { Document = _log.Document with { ETag = version } };

    /// <summary>Whose write failed, by its place in the commit, and who repeats it; nobody for the log's.</summary>
    public IReadOnlyList<Pending> OwnersOf(int write) =>
        write <= 0 || _writes[write - 1].Owner is not { } owner ? []
        : _keys.Values.FirstOrDefault(callers => callers[0] == owner) ?? [owner];

    /// <summary>Tells every caller what came of its proposal.</summary>
    public void Answer() => _answers.ForEach(answer => answer());

    /// <summary>The answer to a caller whose step was made before.</summary>
    public Outcome Repeated(Pending pending) => new(Seen(pending.Proposal.Now), 0, Repeated: true);

    /// <summary>Adds what one caller wants.</summary>
    public void Add(Pending pending)
    {
        var now = pending.Proposal.Now;
        var sequence = _log.Body.Next;
        try
        {
            var step = pending.Proposal.Decide(new(Seen(now), _log));
            if (IsRepeat(pending, step.Key))
            {
                _answers.Add(() => pending.Complete(Repeated(pending)));
                return;
            }

            Add(pending, step);
        }
        catch (RefusedException refused)
        {
            _answers.Add(() => pending.Fail(refused));
            return;
        }

        var outcome = new Outcome(Seen(now), sequence < _log.Body.Next ? sequence : 0)
        {
            At = _log.Document.Lifetime.LastActivityAt ?? now,
        };
        _answers.Add(() => pending.Complete(outcome));
    }

    // The first step of a key is another caller's in this commit: until it is stored there is nothing to repeat.
    private bool IsRepeat(Pending pending, string? key)
    {
        if (key is not null && _keys.TryGetValue(key, out var callers))
        {
            callers.Add(pending);
            return true;
        }

        if (key is not null)
        {
            _keys[key] = [pending];
        }

        return false;
    }

    private Stored<ConversationSession> Seen(DateTimeOffset now) => SessionReader.At(_session, _log, now);

    // An update writes the head and then tells of it here; when it could not, whoever writes next does.
    private void TellUpdate()
    {
        if (_log.Document.Lifetime.Open && _session.Body.Revision > _log.Body.Revision)
        {
            var resource = SessionResource.For(null, _session);
            var happened = new SessionEvent(EventTypes.Updated, _session.Document.Lifetime.UpdatedAt)
            {
                Session = JsonSerializer.Serialize(resource, ConversationJson.Wire.SessionResource),
            };
            _writes.Add((new Write.Create(Append(happened)), null));
        }
    }

    private void Add(Pending pending, Step step)
    {
        foreach (var happened in step.Events)
        {
            var first = ReferenceEquals(happened, step.Events[0]);
            var document = Append(happened);
            document = first ? document with { Key = step.Key, RequestHash = step.RequestHash } : document;
            _writes.Add((new Write.Create(document), pending));
        }

        if (step.Beside is { } beside)
        {
            _writes.Add((beside, pending));
        }

        if (step.Log is { } change)
        {
            _log = _log.With(_log.Document.Lifetime, change(_log.Body));
        }
    }

    private Document Append(SessionEvent asked)
    {
        var lifetime = _log.Document.Lifetime;
        // Clocks are put back, and those of two machines differ; the moments of a sequence never run backwards.
        var happened = asked.At < lifetime.LastActivityAt ? asked with { At = lifetime.LastActivityAt.Value } : asked;
        var document = EventDocuments.New(_log.Document.Partition, _log.Body.Next, happened);
        var body = _log.Body with { Next = _log.Body.Next + 1, Revision = _session.Body.Revision };
        var after = happened.Type == EventTypes.Ended ? Ended(lifetime, happened) : lifetime.Touch(happened.At);
        _log = _log.With(after, body);
        return document;
    }

    private static Lifetime Ended(Lifetime lifetime, SessionEvent end) =>
        lifetime.Close(SessionRules.Ended, end.Reason!, end.At);
}
