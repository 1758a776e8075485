using System.Globalization;
using Sessions.Storage;

namespace Sessions.Simulation;

/// <summary>A bug that is planted.</summary>
/// <param name="Story">In which story it shows.</param>
/// <param name="Double">The database that has it.</param>
internal sealed record PlantedBug(StoryKind Story, Func<World, IDocumentStore, IDocumentStore> Double);

/// <summary>
/// Bugs such as a store's or an engine's that the simulation must find: each is a database that does to one sort of
/// writes what code with that bug would.
/// </summary>
internal static class PlantedBugs
{
    private const string Claim = "twilio-proxy/claim";
    private const string Session = "twilio-proxy/session";
    private const string Event = "outbox/event";
    private const string Once = "idempotency/record";
    private const string KeptEvent = "camara-webrtc/event";
    private static readonly TimeSpan _late = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _lag = TimeSpan.FromSeconds(22);

    private static readonly Dictionary<string, Func<World, IDocumentStore, IDocumentStore>> _ofProxy = new()
    {
        ["the ETag is ignored"] = (_, store) => new Rewriting(store, writes => [writes.Select(Unconditional)]),
        ["a retry does not read again"] = (_, store) => new Stubborn(store),
        ["a claim is freed too early"] = (_, store) => new Rewriting(store, writes =>
            [writes.Where(IsRemovalOfClaim), writes.Where(write => !IsRemovalOfClaim(write))]),
        ["a claim is written after its session"] = (_, store) => new Rewriting(store, writes =>
            [writes.Where(write => !Is(write, Claim)), writes.Where(write => Is(write, Claim))]),
        ["a claim is not written"] = (_, store) => new Rewriting(store, writes =>
            [writes.Where(write => !Is(write, Claim))]),
        ["an event is written outside the commit"] = (_, store) => new Rewriting(store, writes =>
            [writes.Where(write => !Is(write, Event)), writes.Where(write => Is(write, Event))]),
        ["an event is written before the commit"] = (_, store) => new Rewriting(store, writes =>
            [writes.Where(write => Is(write, Event)), writes.Where(write => !Is(write, Event))]),
        ["a clock is read twice"] = (world, store) => new Rewriting(store, writes =>
        {
            var later = world.Now + world.Scheduler.Between(default, _late);
            return
            [
                writes.Select(write => write is Write.Create(var document) && document.Kind == Event
                    ? new Write.Create(document with { CreatedAt = later })
                    : write),
            ];
        }),
        ["a key's record is not written"] = (_, store) => new Rewriting(store, writes =>
            [writes.Where(write => !Is(write, Once))]),
        ["a key's record is written after what it made"] = (_, store) => new Rewriting(store, writes =>
            [writes.Where(write => !Is(write, Once)), writes.Where(write => Is(write, Once))]),
        ["names are not unique"] = (_, store) => new Rewriting(store, writes =>
            [writes.Select(write => write is Write.Create(var document) && document.Kind == Session
                ? new Write.Create(document with { Key = null })
                : write)]),
        ["what was not written is acknowledged"] = (world, store) => new Rewriting(store, writes =>
            [writes.Where(write => !Is(write, Session) || !world.Scheduler.Happens(0.02))]),
        ["a sweep closes by a clock of its own"] = (world, store) => new FastSweep(world, store),
    };

    private static readonly Dictionary<string, Func<World, IDocumentStore, IDocumentStore>> _ofCamara = new()
    {
        ["a stream goes on one event too late"] = (world, store) => new Misplaced(world, store, 1),
        ["a stream tells a batch twice"] = (world, store) => new Misplaced(world, store, -1),
    };

    private static readonly Dictionary<string, Func<World, IDocumentStore, IDocumentStore>> _ofConversation = new()
    {
        ["an inbox looks for what is new from too late a moment"] = (_, store) => new LateLook(store),
    };

    /// <summary>All of them, by what was done wrong.</summary>
    public static IReadOnlyDictionary<string, PlantedBug> All { get; } = new (
        string Story, Dictionary<string, Func<World, IDocumentStore, IDocumentStore>> Bugs)[]
        {
            ("Twilio Proxy", _ofProxy), ("CAMARA WebRTC", _ofCamara), ("Conversation", _ofConversation),
        }
        .SelectMany(each => each.Bugs.Select(bug => (
            bug.Key, Bug: new PlantedBug(Simulation.Stories.Single(story => story.Name == each.Story), bug.Value))))
        .ToDictionary(each => each.Key, each => each.Bug);

    /// <summary>Lives through a seed with a bug.</summary>
    public static SeedResult Run(int seed, string bug) => Simulation.Run(seed, All[bug].Double, All[bug].Story);

    /// <summary>Whether a seed has found one: the simulation itself has not broken down of it.</summary>
    public static bool IsFoundBy(SeedResult result) =>
        result.Wrong?.StartsWith(Simulation.OwnFault, StringComparison.Ordinal) is false;

    private static Write Unconditional(Write write) => write switch
    {
        Write.Replace(var document) => new Write.Put(document),
        Write.Delete(var id, _) => new Write.Delete(id),
        _ => write,
    };

    private static bool IsRemovalOfClaim(Write write) =>
        write is Write.Delete(var id, _) && id.StartsWith("claim", StringComparison.Ordinal);

    private static bool Is(Write write, string kind) => write switch
    {
        Write.Create(var document) => document.Kind == kind,
        Write.Replace(var document) => document.Kind == kind,
        Write.Put(var document) => document.Kind == kind,
        _ => false,
    };

    /// <summary>Makes of one commit several, one after the other.</summary>
    private sealed class Rewriting(IDocumentStore store, Func<IReadOnlyList<Write>, IEnumerable<Write>[]> parts)
        : PassedOnStore(store)
    {
        public override async ValueTask<CommitResult> Commit(
            string partition, IReadOnlyList<Write> writes, CancellationToken cancellation)
        {
            var etags = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var part in parts(writes).Select(part => part.ToList()).Where(part => part.Count > 0))
            {
                var result = await base.Commit(partition, part, cancellation);
                if (result.Outcome is not StoreOutcome.Done)
                {
                    var failed = result.FailedWrite < 0 ? -1 : PlaceOf(writes, part[result.FailedWrite].DocumentId);
                    return result with { FailedWrite = failed };
                }

                foreach (var (write, etag) in part.Zip(result.ETags))
                {
                    etags[write.DocumentId] = etag;
                }
            }

            return new(
                StoreOutcome.Done, [.. writes.Select(write => etags.GetValueOrDefault(write.DocumentId, "lost"))]);
        }

        private static int PlaceOf(IReadOnlyList<Write> writes, string id) =>
            writes.Index().First(each => each.Item.DocumentId == id).Index;
    }

    /// <summary>Writes what was decided on an old version over the new one.</summary>
    private sealed class Stubborn(IDocumentStore store) : PassedOnStore(store)
    {
        public override async ValueTask<CommitResult> Commit(
            string partition, IReadOnlyList<Write> writes, CancellationToken cancellation)
        {
            var result = await base.Commit(partition, writes, cancellation);
            return result.Outcome is StoreOutcome.PreconditionFailed
                ? await base.Commit(partition, [.. writes.Select(Unconditional)], cancellation)
                : result;
        }
    }

    /// <summary>What comes due in a minute is found due at once, and is then closed as if it were.</summary>
    private sealed class FastSweep(World world, IDocumentStore store) : PassedOnStore(store)
    {
        public override async ValueTask<ReadResult<Document>> ReadFound(
            DueDocument found, CancellationToken cancellation)
        {
            var read = await base.ReadFound(found, cancellation);
            return read.Value is { Lifetime: { } life } document
                ? read with
                {
                    Value = document with
                    {
                        DueAt = world.Now, Lifetime = life with { DateExpiry = world.Now.AddHours(-1) },
                    },
                }
                : read;
        }

        public override ValueTask<ReadResult<IReadOnlyList<DueDocument>>> ReadDue(
            DueQuery query, CancellationToken cancellation) =>
            base.ReadDue(query with { By = query.By.AddMinutes(1) }, cancellation);
    }

    /// <summary>Sometimes reads a stream's events from a place beside the one that was asked for.</summary>
    private sealed class Misplaced(World world, IDocumentStore store, int by) : PassedOnStore(store)
    {
        public override ValueTask<ReadResult<IReadOnlyList<Document>>> List(
            ListQuery query, CancellationToken cancellation)
        {
            if (query is not { Kind: KeptEvent, After: { } after } || !world.Scheduler.Happens(0.1))
            {
                return base.List(query, cancellation);
            }

            var place = after.Id.LastIndexOf('.') + 1;
            var number = int.Parse(after.Id.AsSpan(place), CultureInfo.InvariantCulture);
            var id = $"{after.Id[..place]}{Math.Max(0, number + by):D10}";
            return base.List(query with { After = after with { Id = id } }, cancellation);
        }
    }

    /// <summary>Leaves out what happened a while ago when it is asked what has happened since.</summary>
    private sealed class LateLook(IDocumentStore store) : PassedOnStore(store)
    {
        public override ValueTask<ReadResult<IReadOnlyList<DueDocument>>> ReadDue(
            DueQuery query, CancellationToken cancellation) =>
            base.ReadDue(query with { From = query.From + _lag }, cancellation);
    }
}
