using Sessions.Http;
using Sessions.Http.Outbox;
using Sessions.Storage;

namespace Sessions.BandwidthWebRtc;

/// <summary>Makes changes to sessions and participants together with the events that tell of them.</summary>
public sealed class BandwidthChanges(IDocumentStore store, Turns turns, Outbox outbox)
{
    /// <summary>Decides on the newest state and commits, again and again while others are faster.</summary>
    /// <param name="call">The call.</param>
    /// <param name="id">What is changed first of all: many at once wait for each other.</param>
    /// <param name="decide">Reads what it needs; may throw its refusal.</param>
    public async ValueTask Make(Call call, string id, Func<ValueTask<WebRtcChange>> decide)
    {
        var partition = BandwidthDocuments.PartitionOf(call.Account);
        using var turn = await turns.Take(id, call.Aborted);
        var changed = await store.Change(
            partition,
            async () =>
            {
                var change = await decide();
                Write[] writes = [.. change.Writes, .. change.Events.Select(told => told.Write())];
                return new Change<IReadOnlyList<OutboxEvent>>(writes, change.Events);
            },
            call.Aborted);
        outbox.Committed(changed.Value);
    }
}

/// <summary>What is to be committed.</summary>
/// <param name="Writes">The documents.</param>
/// <param name="Events">What is to be told of it.</param>
public sealed record WebRtcChange(IReadOnlyList<Write> Writes, IReadOnlyList<OutboxEvent> Events);
