using Sessions.Outbox;
using Sessions.Storage;

namespace Sessions.Engine;

/// <summary>
/// Decisions as the store takes them: the writes in the order in which one may free what the next one takes, with what
/// follows from each state compared with what followed before.
/// </summary>
internal sealed class Draft
{
    private readonly List<Part> _parts = [];
    private readonly Dictionary<string, Part> _written = new(StringComparer.Ordinal);
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private readonly List<OutboxEvent> _told = [];
    private readonly HashSet<string> _kinds = new(StringComparer.Ordinal);
    private readonly DateTimeOffset _now;
    private readonly TimeSpan _lease;
    private IReadOnlyList<Write>? _writes;
    private Dictionary<string, int>? _places;
    private long _bytes;

    /// <summary>An empty draft.</summary>
    /// <param name="now">The moment of the commit.</param>
    /// <param name="lease">See <see cref="OutboxBell.Lease"/>.</param>
    public Draft(DateTimeOffset now, TimeSpan lease) => (_now, _lease) = (now, lease);

    /// <summary>Drafts one decision.</summary>
    /// <param name="decision">The decision.</param>
    /// <param name="record">What remembers it for repeats, or null. It comes first: a repeat fails on it alone.</param>
    /// <param name="overOld">Whether a record whose time is over is written over.</param>
    /// <param name="now">The moment of the commit.</param>
    /// <param name="lease">See <see cref="OutboxBell.Lease"/>.</param>
    /// <param name="who">Who asked for it, for trails; null for time.</param>
    public Draft(
        Decision decision, Document? record, bool overOld, DateTimeOffset now, TimeSpan lease, string? who = null)
        : this(now, lease) => TryAdd(decision, record, overOld, decision, who);

    /// <summary>The writes of one commit.</summary>
    public IReadOnlyList<Write> Writes => _writes ??= [.. _parts.SelectMany(part => part.Writes)];

    /// <summary>What the things that are changed are seen as; see <see cref="Kind{T}.SeenAs"/>.</summary>
    public IReadOnlyCollection<string> Kinds => _kinds;

    /// <summary>Whether it fails when something has changed since it was read.</summary>
    public bool IsConditional => Writes.Any(write => write is Write.Replace or Write.Delete { ETag: not null });

    /// <summary>The events among them.</summary>
    public IReadOnlyList<OutboxEvent> Told => _told;

    /// <summary>
    /// Adds a decision. A state that was made of one in this draft takes its place; what two decisions write without
    /// knowing of each other is not for one commit.
    /// </summary>
    /// <param name="decision">The decision.</param>
    /// <param name="record">What remembers it for repeats, or null.</param>
    /// <param name="overOld">Whether a record whose time is over is written over.</param>
    /// <param name="owner">Whose decision it is.</param>
    /// <param name="who">Who asked for it, for trails; null for time.</param>
    /// <returns>Whether it fits: into a commit, and beside the others. The first one always does.</returns>
    public bool TryAdd(Decision decision, Document? record, bool overOld, object owner, string? who = null)
    {
        List<Part> added = [.. PartsOf(decision, record, overOld, who ?? Trail.Time, owner)];
        if (_parts.Count > 0)
        {
            if (!TryMerge(added))
            {
                return false;
            }
        }
        else
        {
            foreach (var part in added)
            {
                Put(part, null);
                _bytes += part.Bytes;
            }
        }

        _told.AddRange(decision.Told);
        foreach (var state in decision.Removed)
        {
            _kinds.Add(state.SeenAs);
        }

        foreach (var state in decision.Written)
        {
            _kinds.Add(state.SeenAs);
        }

        (_writes, _places) = (null, null);
        return true;
    }

    /// <summary>What a decision leaves to those after it in this draft.</summary>
    public IReadOnlyList<State> Left(Decision decision) =>
        [.. decision.Written.Select(state => state with { Drafted = this })];

    /// <summary>Whose decision a write belongs to; null when it is several.</summary>
    public object? OwnerOf(int write)
    {
        foreach (var part in _parts)
        {
            write -= part.Writes.Count;
            if (write < 0)
            {
                return part.Owner;
            }
        }

        return null;
    }

    /// <summary>A state once it is stored: in the version that the store gave it.</summary>
    public State<T> Stored<T>(State<T> state, CommitResult result)
        where T : class =>
        _written.TryGetValue(state.Id, out var part) && part.State!.Partition == state.Partition
            ? (State<T>)state.Stored(part.Document!, VersionOf(part, result))
            : state;

    /// <summary>All that was written, as it is stored.</summary>
    public IReadOnlyList<State> Stored(CommitResult result) =>
        [.. _written.Values.Select(part => part.State!.Stored(part.Document!, VersionOf(part, result)))];

    // Whether they fit beside what is there, of which a state that was made of one takes the place.
    private bool TryMerge(List<Part> added)
    {
        var earlier = added.ConvertAll(part => part.State is { } state && state.Drafted == this
            ? _written.GetValueOrDefault(state.Id)
            : null);
        HashSet<string> freed = [.. earlier.SelectMany(part => part?.Ids ?? [])];
        var bytes = _bytes + added.Sum(part => part.Bytes) - earlier.Sum(part => part?.Bytes ?? 0);
        var writes = _ids.Count - freed.Count + added.Sum(part => part.Writes.Count);
        if (bytes > CommitRules.MaxBodyBytes || writes > CommitRules.MaxWrites
            || added.SelectMany(part => part.Ids).Any(id => _ids.Contains(id) && !freed.Contains(id)))
        {
            return false;
        }

        _ids.ExceptWith(freed);
        for (var i = 0; i < added.Count; i++)
        {
            Put(added[i], earlier[i]);
        }

        _bytes = bytes;
        return true;
    }

    private string VersionOf(Part part, CommitResult result) => result.ETags[PlaceOf(part.Document!.Id)];

    // No document is written twice in a commit.
    private int PlaceOf(string id)
    {
        _places ??= Writes.Index().ToDictionary(
            write => write.Item.DocumentId, write => write.Index, StringComparer.Ordinal);
        return _places[id];
    }

    private void Put(Part part, Part? earlier)
    {
        if (earlier is null)
        {
            _parts.Add(part);
        }
        else
        {
            part = part with { Owner = null };
            _parts[_parts.IndexOf(earlier)] = part;
        }

        _ids.UnionWith(part.Ids);
        if (part.State is { } state)
        {
            _written[state.Id] = part;
        }
    }

    private IEnumerable<Part> PartsOf(
        Decision decision, Document? record, bool overOld, string who, object owner)
    {
        if (record is not null)
        {
            yield return new([overOld ? new Write.Put(record) : new Write.Create(record)]) { Owner = owner };
        }

        foreach (var state in decision.Removed)
        {
            yield return new([
                new Write.Delete(state.Id, state.Origin!.ETag),
                .. Following(state.Followed(), []),
                .. state.Leaves(_now, removed: true),
            ])
            {
                Owner = owner,
            };
        }

        foreach (var state in decision.Written)
        {
            var document = Trailed(state, state.Seal(_now), who);
            yield return new([
                state.Origin is null ? new Write.Create(document) : new Write.Replace(document),
                .. Following(state.Followed(), state.Follows(_now)),
                .. state.Leaves(_now, removed: false),
            ])
            {
                Owner = owner, State = state, Document = document,
            };
        }

        foreach (var write in decision.Beside.Concat(decision.Told.Select(told => told.Write(_now + _lease))))
        {
            yield return new([write]) { Owner = owner };
        }
    }

    private Document Trailed(State state, Document document, string who)
    {
        if (!state.KeepsTrail)
        {
            return document;
        }

        // A state may have been made of one that stands in this draft, and is not stored yet.
        var drafted = state.Drafted == this ? _written.GetValueOrDefault(state.Id)?.Document : null;
        var before = drafted ?? state.Origin;
        return document with { Trail = Trail.After(before?.Trail, before, document, state.Present, who) };
    }

    // What follows from a state is written in its commits alone, so its version guards all of it.
    private IEnumerable<Write> Following(IEnumerable<State> before, IEnumerable<State> after)
    {
        if (before is ICollection<State> { Count: 0 })
        {
            return after.Select(wanted => new Write.Create(wanted.Seal(_now)));
        }

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

        return held.Keys.Select(id => (Write)new Write.Delete(id)).Concat(made);
    }

    /// <summary>What is written because of one state, or of nothing that is known.</summary>
    private sealed record Part(IReadOnlyList<Write> Writes)
    {
        public object? Owner { get; init; }

        public State? State { get; init; }

        public Document? Document { get; init; }

        public IEnumerable<string> Ids => Writes.Select(write => write.DocumentId);

        public long Bytes { get; } = Writes.Sum(write => (long)CommitRules.BytesOf(write));
    }
}
