using System.Globalization;
using Sessions.Storage;

namespace Sessions.Simulation;

/// <summary>
/// What the simulated database holds, and held a moment ago. Every question is answered at one moment; what comes
/// between a question and its answer is <see cref="SimulatedStore"/>'s.
/// </summary>
internal sealed class StoredDocuments
{
    private readonly List<(long Version, Move Moved)> _moves = [];
    private readonly Queue<(TimeSpan Until, long Version, DocumentsAt Held)> _before = new();
    private long _etag;

    /// <summary>What it holds.</summary>
    public DocumentsAt Now { get; private set; } = DocumentsAt.Nothing;

    /// <summary>How often that has changed.</summary>
    public long Version { get; private set; }

    /// <summary>Told of every document that is written, for whoever keeps count.</summary>
    public Action<Document>? Written { get; set; }

    /// <summary>
    /// What it held at a moment, or later where a reader knows of what came since.
    /// </summary>
    /// <param name="moment">The moment, in the time of the simulation.</param>
    /// <param name="known">The version that the reader knows of.</param>
    public (DocumentsAt Held, long Version) At(TimeSpan moment, long known)
    {
        var old = _before.FirstOrDefault(one => one.Until > moment && one.Version >= known);
        return old.Held is null ? (Now, Version) : (old.Held, old.Version);
    }

    /// <summary>All of the writes, or none.</summary>
    /// <param name="partition">Where they go.</param>
    /// <param name="writes">The writes.</param>
    /// <param name="now">The time by the clock of whoever writes.</param>
    /// <param name="moment">The moment, in the time of the simulation.</param>
    public CommitResult Commit(
        string partition, IReadOnlyList<Write> writes, DateTimeOffset now, TimeSpan moment = default)
    {
        CommitRules.Check(partition, writes);
        var held = Now;
        var etags = new List<string>(writes.Count);
        foreach (var write in writes)
        {
            var outcome = Apply(ref held, partition, write, now, etags);
            if (outcome is not StoreOutcome.Done)
            {
                return new(outcome, [], etags.Count);
            }
        }

        Change(held, moment);
        _moves.AddRange(writes.Select((write, index) => (write.Written, etags[index]))
            .Where(one => one.Written is not null)
            .Select(one => (Version, Move.Of(one.Written!, one.Item2))));
        foreach (var document in Written is null ? [] : writes.Select(DocumentOf).OfType<Document>())
        {
            Written!(document);
        }

        return new(StoreOutcome.Done, etags);
    }

    /// <summary>What was written since a place, up to a version.</summary>
    public Moves MovesSince(string? since, long upTo)
    {
        var place = since is null ? upTo : long.Parse(since, CultureInfo.InvariantCulture);
        return new(
            Math.Max(place, upTo).ToString(CultureInfo.InvariantCulture),
            [
                .. _moves.AsEnumerable().Reverse()
                    .TakeWhile(one => one.Version > place).Reverse()
                    .Where(one => one.Version <= upTo)
                    .Select(one => one.Moved),
            ]);
    }

    /// <summary>Removes what is past its time, and tells how much that was.</summary>
    public int Purge(DateTimeOffset now, int limit, TimeSpan moment = default)
    {
        Document[] gone =
        [
            .. Now.Documents.Values.Where(document => !DocumentsAt.IsAlive(document, now)).Take(limit),
        ];
        Change(gone.Aggregate(Now, (held, document) => held.Without(document)), moment);
        return gone.Length;
    }

    private void Change(DocumentsAt held, TimeSpan moment)
    {
        _before.Enqueue((moment, Version, Now));
        while (_before.Peek().Until < moment - SimulatedStore.LongestLag)
        {
            _before.Dequeue();
        }

        (Now, Version) = (held, Version + 1);
    }

    private StoreOutcome Apply(
        ref DocumentsAt held, string partition, Write write, DateTimeOffset now, List<string> etags)
    {
        var stored = held.Documents.GetValueOrDefault((partition, write.DocumentId));
        if (stored is { } dead && !DocumentsAt.IsAlive(dead, now))
        {
            held = held.Without(dead);
            stored = null;
        }

        switch (write)
        {
            case Write.Create when stored is not null:
                return StoreOutcome.Conflict;
            case Write.Create(var document):
                return Store(ref held, document, null, now, etags);
            case Write.Replace(var document):
                return stored is null ? StoreOutcome.NotFound
                    : stored.ETag != document.ETag ? StoreOutcome.PreconditionFailed
                    : Store(ref held, document, stored, now, etags);
            case Write.Put(var document):
                return Store(ref held, document, stored, now, etags);
            case Write.Require:
                throw new NotSupportedException("This store commits in one partition at a time.");
            case Write.Delete when stored is null:
                return StoreOutcome.NotFound;
            case Write.Delete(_, var etag) when etag is not null && etag != stored.ETag:
                return StoreOutcome.PreconditionFailed;
            default:
                held = held.Without(stored!);
                etags.Add("");
                return StoreOutcome.Done;
        }
    }

    private StoreOutcome Store(
        ref DocumentsAt held, Document document, Document? before, DateTimeOffset now, List<string> etags)
    {
        if (document.Key is { } key && held.Keys.TryGetValue((document.Partition, key), out var holder)
            && holder != document.Id)
        {
            var other = held.Documents[(document.Partition, holder)];
            if (DocumentsAt.IsAlive(other, now))
            {
                return StoreOutcome.Conflict;
            }

            held = held.Without(other);
        }

        var stored = InUtc(document) with
        {
            ETag = (++_etag).ToString("x", CultureInfo.InvariantCulture),
            Body = document.Body.ToArray(),
            IsWatched = false,
        };
        held = (before is null ? held : held.Without(before)).With(stored);
        etags.Add(stored.ETag);
        return StoreOutcome.Done;
    }

    private static Document? DocumentOf(Write write) => write switch
    {
        Write.Create(var document) => document,
        Write.Replace(var document) => document,
        Write.Put(var document) => document,
        _ => null,
    };

    private static Document InUtc(Document document) => document with
    {
        CreatedAt = document.CreatedAt.ToUniversalTime(),
        UpdatedAt = document.UpdatedAt.ToUniversalTime(),
        DueAt = document.DueAt?.ToUniversalTime(),
        PurgeAt = document.PurgeAt?.ToUniversalTime(),
        Lifetime = document.Lifetime is { } life
            ? life with
            {
                CreatedAt = life.CreatedAt.ToUniversalTime(),
                UpdatedAt = life.UpdatedAt.ToUniversalTime(),
                StartedAt = life.StartedAt?.ToUniversalTime(),
                EndedAt = life.EndedAt?.ToUniversalTime(),
                LastActivityAt = life.LastActivityAt?.ToUniversalTime(),
                DateExpiry = life.DateExpiry?.ToUniversalTime(),
            }
            : null,
    };
}
