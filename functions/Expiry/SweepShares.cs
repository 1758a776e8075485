using System.Text.Json;
using System.Text.Json.Serialization;
using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.Expiry;

/// <summary>Keeps the <see cref="SweepPlan"/> in the store, each change conditional on what was read.</summary>
/// <param name="store">The store.</param>
/// <param name="me">What this process calls itself.</param>
/// <param name="time">The clock that the plan goes by.</param>
/// <param name="real">The time between two tries.</param>
internal sealed class SweepShares(IDocumentStore store, string me, TimeProvider time, RealTime real)
{
    private const string Partition = "sweep";
    private const string Id = "plan";
    private const string Kind = "sweep/plan";
    private const int Tries = 10;
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan _kept = TimeSpan.FromDays(1);

    private (SweepPlan Plan, string ETag) _known = (SweepPlan.Nobody, "");

    /// <summary>Looks at the plan and changes it, where it has to be.</summary>
    /// <param name="wanted">The parts in which there is something to do.</param>
    /// <param name="busy">Those that are being worked on.</param>
    /// <param name="all">How many parts there are.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>The parts to work on; null when there are none for this process.</returns>
    /// <exception cref="StoreFaultException">The store failed.</exception>
    public async ValueTask<IReadOnlyList<string>?> Round(
        IReadOnlyCollection<string> wanted, IReadOnlyCollection<string> busy, int all, CancellationToken cancellation)
    {
        for (var tries = 0; tries < Tries; tries++)
        {
            // Who goes believes first that nothing has changed.
            if (wanted.Count > 0 || tries > 0)
            {
                _known = await Read(cancellation);
            }

            var (next, mine) = _known.Plan.Round(me, wanted, busy, all, time.GetUtcNow());
            if (next.IsSame(_known.Plan) || await Write(next, cancellation))
            {
                return mine;
            }

            await Task.Delay(_pause * (tries + 1), real.Clock, cancellation);
        }

        // So many others are at it that it can wait for the next look.
        return [.. busy];
    }

    /// <summary>Leaves what is this process's to the others.</summary>
    /// <exception cref="StoreFaultException">The store failed.</exception>
    public async ValueTask Leave(CancellationToken cancellation) => await Round([], [], all: 1, cancellation);

    private async ValueTask<(SweepPlan Plan, string ETag)> Read(CancellationToken cancellation) =>
        (await store.Read(Partition, Id, cancellation)).OrNull() is { } stored
            ? (JsonSerializer.Deserialize(stored.Body.Span, SweepJson.Default.SweepPlan)!, stored.ETag)
            : (SweepPlan.Nobody, "");

    private async ValueTask<bool> Write(SweepPlan plan, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var document = new Document
        {
            Partition = Partition,
            Id = Id,
            Kind = Kind,
            Account = "",
            CreatedAt = now,
            UpdatedAt = now,
            PurgeAt = now + _kept,
            Body = JsonSerializer.SerializeToUtf8Bytes(plan, SweepJson.Default.SweepPlan),
            ETag = _known.ETag,
        };
        Write write = plan.Sweepers is [] ? new Write.Delete(Id, _known.ETag)
            : _known.ETag.Length > 0 ? new Write.Replace(document)
            : new Write.Create(document);
        var result = (await store.Commit(Partition, [write], cancellation)).OrFault();
        if (result.Outcome is not StoreOutcome.Done)
        {
            return false;
        }

        _known = (plan, result.ETags[0]);
        return true;
    }
}

/// <summary>
/// Who sweeps which parts of the store, as one document says it that all sweepers share: no part is two's. Who comes
/// is put behind those who are there and gets a share of what there is, once they have let go of it; who goes, or is
/// not heard of any more, leaves his to the others.
/// </summary>
/// <param name="Sweepers">Those who are at it, in the order in which they came.</param>
public sealed record SweepPlan(IReadOnlyList<Sweeper> Sweepers)
{
    /// <summary>For how long a sweeper is believed to be at it who is not heard of.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);

    /// <summary>Nobody is at it.</summary>
    public static SweepPlan Nobody { get; } = new([]);

    /// <summary>What becomes of it when a sweeper looks at it.</summary>
    /// <param name="me">The sweeper.</param>
    /// <param name="wanted">The parts in which he has still something to do; with none he goes.</param>
    /// <param name="busy">Those that he is at just now, and cannot let go of.</param>
    /// <param name="all">How many parts there are.</param>
    /// <param name="now">The time.</param>
    /// <returns>
    /// The plan, which may be the same, and the parts that he is to work on, none while others have not let go of them;
    /// null when there are none for him.
    /// </returns>
    public (SweepPlan Plan, IReadOnlyList<string>? Mine) Round(
        string me, IReadOnlyCollection<string> wanted, IReadOnlyCollection<string> busy, int all, DateTimeOffset now)
    {
        // Until when no lease can last somebody was believed by a wrong clock.
        List<Sweeper> living = [.. Sweepers.Where(one => one.Until > now && one.Until <= now + (2 * Lease))];
        var place = living.FindIndex(one => one.Name == me);
        var before = place < 0 ? new(me, DateTimeOffset.MinValue, []) : living[place];
        var share = ShareOf(place < 0 ? living.Count : place, place < 0 ? living.Count + 1 : living.Count, all);
        living.Remove(before);
        if (wanted.Count == 0 || share == 0)
        {
            return (new(living), null);
        }

        var taken = living.SelectMany(one => one.Shards).ToHashSet();
        List<string> held = [.. before.Shards.Where(shard => !taken.Contains(shard) && wanted.Contains(shard))];
        List<string> mine = [.. held.Concat(wanted.Except(taken).Except(held)).Take(share)];
        var until = before.Until - now > Lease / 2 ? before.Until : now + Lease;
        living.Insert(
            place < 0 ? living.Count : place, new(me, until, [.. mine, .. held.Except(mine).Where(busy.Contains)]));
        return (new(living), mine);
    }

    /// <summary>Whether another one says the same.</summary>
    public bool IsSame(SweepPlan other) => Sweepers.Count == other.Sweepers.Count && Sweepers.Zip(other.Sweepers).All(
        pair => pair.First.Name == pair.Second.Name && pair.First.Until == pair.Second.Until
            && pair.First.Shards.SequenceEqual(pair.Second.Shards));

    // What cannot be parted evenly those have who came first.
    private static int ShareOf(int place, int sweepers, int all) =>
        (all / sweepers) + (place < all % sweepers ? 1 : 0);
}

/// <summary>One who sweeps.</summary>
/// <param name="Name">What this process calls itself.</param>
/// <param name="Until">Until when he is believed to be at it.</param>
/// <param name="Shards">The parts that are his.</param>
public sealed record Sweeper(string Name, DateTimeOffset Until, IReadOnlyList<string> Shards);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SweepPlan))]
internal sealed partial class SweepJson : JsonSerializerContext;
