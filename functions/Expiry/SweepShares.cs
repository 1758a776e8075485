using System.Text.Json;
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
