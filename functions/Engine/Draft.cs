using Sessions.Outbox;
using Sessions.Storage;

namespace Sessions.Engine;

/// <summary>
/// Decisions as the store takes them: the writes in the order in which one may free what the next one takes, with what
/// follows from each state compared with what followed before. Nearly always it is one decision of a write or two, so
/// what many of them would be found by is made only where there are many.
/// </summary>
internal sealed class Draft
{
    private readonly List<Part> _parts = [];
    private readonly DateTimeOffset _now;
    private readonly TimeSpan _lease;
    private HashSet<string>? _ids;
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
    public IReadOnlyList<Write> Writes => _writes ??=
        _parts is [var only] ? only.Writes : [.. _parts.SelectMany(part => part.Writes)];

    /// <summary>What the things that are changed are seen as, each at least once; see
    /// <see cref="Kind{T}.SeenAs"/>.</summary>
    public IReadOnlyList<string> Kinds { get; private set; } = [];

    /// <summary>Whether it fails when something has changed since it was read.</summary>
    public bool IsConditional => Writes.Any(write => write is Write.Replace or Write.Delete { ETag: not null });

    /// <summary>The events among them.</summary>
    public IReadOnlyList<OutboxEvent> Told { get; private set; } = [];

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
        var added = PartsOf(decision, record, overOld, who ?? Trail.Time, owner);
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

        Told = Told.Count == 0 ? decision.Told : decision.Told.Count == 0 ? Told : [.. Told, .. decision.Told];
        AddKinds(decision.Removed);
        AddKinds(decision.Written);
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
        Written(state.Id) is { } part && part.State!.Partition == state.Partition
            ? (State<T>)state.Stored(part.Document!, VersionOf(part, result))
            : state;

    /// <summary>All that was written, as it is stored.</summary>
    public IReadOnlyList<State> Stored(CommitResult result) =>
    [
        .. _parts.Where(part => part.State is not null)
            .Select(part => part.State!.Stored(part.Document!, VersionOf(part, result))),
    ];

    // Whether they fit beside what is there, of which a state that was made of one takes the place.
    private bool TryMerge(List<Part> added)
    {
        _ids ??= [.. _parts.SelectMany(part => part.Ids)];
        var earlier = added.ConvertAll(part => part.State is { } state && state.Drafted == this
            ? Written(state.Id)
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

    // The part that writes the state of an id. There are a hundred at most.
    private Part? Written(string id)
    {
        foreach (var part in _parts)
        {
            if (part.State?.Id == id)
            {
                return part;
            }
        }

        return null;
    }

    private string VersionOf(Part part, CommitResult result) => result.ETags[PlaceOf(part.Document!.Id)];

    // No document is written twice in a commit.
    private int PlaceOf(string id)
    {
        if (Writes is [var only] && only.DocumentId == id)
        {
            return 0;
        }

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

        _ids?.UnionWith(part.Ids);
    }

    private void AddKinds(IReadOnlyList<State> states)
    {
        for (var i = 0; i < states.Count; i++)
        {
            if (!Kinds.Contains(states[i].SeenAs))
            {
                Kinds = [.. Kinds, states[i].SeenAs];
            }
        }
    }

    private List<Part> PartsOf(Decision decision, Document? record, bool overOld, string who, object owner)
    {
        List<Part> parts = [];
        if (record is not null)
        {
            parts.Add(new([overOld ? new Write.Put(record) : new Write.Create(record)], owner));
        }

        for (var i = 0; i < decision.Removed.Count; i++)
        {
            var state = decision.Removed[i];
            List<Write> writes = [new Write.Delete(state.Id, state.Origin!.ETag)];
            AddFollowing(writes, state.Followed(), []);
            writes.AddRange(state.Leaves(_now, removed: true));
            parts.Add(new(writes, owner));
        }

        for (var i = 0; i < decision.Written.Count; i++)
        {
            var state = decision.Written[i];
            var document = Trailed(state, state.Seal(_now), who);
            List<Write> writes = [Written(state, document)];
            AddFollowing(writes, state.Followed(), state.Follows(_now));
            writes.AddRange(state.Leaves(_now, removed: false));
            parts.Add(new(writes, owner) { State = state, Document = document });
        }

        for (var i = 0; i < decision.Beside.Count; i++)
        {
            parts.Add(new([decision.Beside[i]], owner));
        }

        for (var i = 0; i < decision.Told.Count; i++)
        {
            parts.Add(new([decision.Told[i].Write(_now + _lease)], owner));
        }

        return parts;
    }

    private static Write Written(State state, Document document) => state.Origin is { } before
        ? new Write.Replace(document) { Before = before }
        : new Write.Create(document);

    private Document Trailed(State state, Document document, string who)
    {
        if (!state.KeepsTrail)
        {
            return document;
        }

        // A state may have been made of one that stands in this draft, and is not stored yet.
        var drafted = state.Drafted == this ? Written(state.Id)?.Document : null;
        var before = drafted ?? state.Origin;
        return document with { Trail = Trail.After(before?.Trail, before, document, state.Present, who) };
    }

    // What follows from a state is written in its commits alone, so its version guards all of it.
    private void AddFollowing(List<Write> writes, IEnumerable<State> before, IEnumerable<State> after)
    {
        // Most changes leave all of it as it is.
        List<State> were = [.. before], are = [.. after];
        if (were.SequenceEqual(are))
        {
            return;
        }

        var held = were.ToDictionary(state => state.Id, StringComparer.Ordinal);
        List<Write> made = [];
        foreach (var wanted in are)
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

        writes.AddRange(held.Keys.Select(id => new Write.Delete(id)));
        writes.AddRange(made);
    }

    /// <summary>What is written because of one state, or of nothing that is known.</summary>
    /// <param name="Writes">The writes.</param>
    /// <param name="Owner">Whose decision it comes of; null when it is several.</param>
    private sealed record Part(IReadOnlyList<Write> Writes, object? Owner)
    {
        public State? State { get; init; }

        public Document? Document { get; init; }

        public IEnumerable<string> Ids => Writes.Select(write => write.DocumentId);

        public long Bytes { get; } = CommitRules.BytesOf(Writes);
    }
}
