using Sessions.Outbox;
using Sessions.Storage;

namespace Sessions.Engine;

/// <summary>
/// A decision as the store takes it: the writes in the order in which one may free what the next one takes, with what
/// follows from each state compared with what followed before.
/// </summary>
internal sealed class Draft
{
    private readonly List<Write> _writes = [];
    private readonly Dictionary<string, Document> _documents = new(StringComparer.Ordinal);
    private readonly DateTimeOffset _now;

    /// <summary>Drafts a decision.</summary>
    /// <param name="decision">The decision.</param>
    /// <param name="record">What remembers it for repeats, or null. It comes first: a repeat fails on it alone.</param>
    /// <param name="overOld">Whether a record whose time is over is written over.</param>
    /// <param name="now">The moment of the commit.</param>
    public Draft(Decision decision, Document? record, bool overOld, DateTimeOffset now)
    {
        _now = now;
        Told = decision.Told;
        Kinds = [.. decision.Removed.Concat(decision.Written).Select(state => state.SeenAs).Distinct()];
        if (record is not null)
        {
            _writes.Add(overOld ? new Write.Put(record) : new Write.Create(record));
        }

        foreach (var state in decision.Removed)
        {
            Remove(state);
        }

        foreach (var state in decision.Written)
        {
            Write(state);
        }

        _writes.AddRange(decision.Beside);
        _writes.AddRange(Told.Select(told => told.Write()));
    }

    /// <summary>The writes of one commit.</summary>
    public IReadOnlyList<Write> Writes => _writes;

    /// <summary>What the things that are changed are seen as; see <see cref="Kind{T}.SeenAs"/>.</summary>
    public IReadOnlyList<string> Kinds { get; }

    /// <summary>The events among them.</summary>
    public IReadOnlyList<OutboxEvent> Told { get; }

    /// <summary>A state once it is stored: in the version that the store gave it.</summary>
    public State<T> Stored<T>(State<T> state, CommitResult result)
        where T : class
    {
        if (!_documents.TryGetValue(state.Id, out var document))
        {
            return state;
        }

        var version = result.ETags[_writes.FindIndex(write => write.DocumentId == state.Id)];
        var stored = state with
        {
            DueAt = document.DueAt,
            PurgeAt = document.PurgeAt,
            Version = version,
            Origin = document with { ETag = version },
            Before = null,
        };
        return stored with { Before = stored };
    }

    private void Write(State state)
    {
        var document = state.Seal(_now);
        _documents[state.Id] = document;
        _writes.Add(state.Origin is null ? new Write.Create(document) : new Write.Replace(document));
        Follow(state.Followed(), state.Follows(_now));
        _writes.AddRange(state.Leaves(_now, removed: false));
    }

    private void Remove(State state)
    {
        _writes.Add(new Write.Delete(state.Id, state.Origin!.ETag));
        Follow(state.Followed(), []);
        _writes.AddRange(state.Leaves(_now, removed: true));
    }

    // What follows from a state is written in its commits alone, so its version guards all of it.
    private void Follow(IEnumerable<State> before, IEnumerable<State> after)
    {
        var held = before.ToDictionary(state => state.Id, StringComparer.Ordinal);
        List<Write> made = [];
        foreach (var wanted in after)
        {
            if (!held.Remove(wanted.Id, out var old))
            {
                made.Add(new Write.Create(wanted.Seal(_now)));
            }
            else if (!wanted.Equals(old))
            {
                made.Add(new Write.Put(wanted.Seal(_now)));
            }
        }

        _writes.AddRange(held.Keys.Select(id => new Write.Delete(id)));
        _writes.AddRange(made);
    }
}
