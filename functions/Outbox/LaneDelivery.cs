using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Sessions.Storage;
using Sessions.Telemetry;

namespace Sessions.Outbox;

/// <summary>
/// Sends the events of a lane, the oldest first, until it is empty or its first event must wait. Whoever sends an event
/// has it leased: its due moment is still to come, so that another process lets it be. A new one is leased to the
/// process that wrote it; any other is leased by whoever finds it due. An event is told at least once.
/// </summary>
internal sealed partial class LaneDelivery(
    IDocumentStore store,
    Attempts attempts,
    Contention contention,
    OutboxBell bell,
    OwnEvents own,
    Targets targets,
    OutboxSettings settings,
    RetentionSettings retention,
    Spans spans,
    TimeProvider time,
    ILogger<LaneDelivery> log)
{
    private readonly IDocumentStore _store = store.For(StoreWork.Outbox);
    /// <summary>Works through the lane.</summary>
    /// <returns>The event that the lane must wait for; null when it is empty.</returns>
    /// <exception cref="StoreFaultException">The store failed.</exception>
    public async Task<StoredEvent?> Run(Lane lane, CancellationToken cancellation)
    {
        while (true)
        {
            var head = await Head(lane, cancellation);
            if (head is null)
            {
                return null;
            }

            var isOwn = own.Take(head.Document);
            if (!isOwn && !IsDue(head))
            {
                return head;
            }

            if (targets.RestsUntil(lane) is { } until)
            {
                return await PutOff(head, until, cancellation);
            }

            var leased = isOwn && IsLeased(head)
                ? OutboxDocuments.Attempt(head)
                : await Lease(head, cancellation);
            if (leased is not null)
            {
                await Deliver(lane, leased, cancellation);
            }
        }
    }

    private async Task Deliver(Lane lane, StoredEvent leased, CancellationToken cancellation)
    {
        var told = leased.Body;
        using var span = spans.AreWanted ? spans.Delivery(told.Sender, told.TraceParent) : null;
        var tried = await attempts.Make(lane, told, cancellation);
        span?.SetTag("sessions.account", told.Account)
            .SetTag("sessions.sender", told.Sender)
            .SetTag("sessions.event.id", told.Id)
            .SetTag("sessions.event.attempt", told.Attempts)
            .SetTag("sessions.verdict", OutboxMetrics.NameOf(tried.Verdict))
            .SetTag("server.address", told.Target.Host)
            .SetStatus(tried.Verdict is Verdict.Taken or Verdict.Dropped
                ? ActivityStatusCode.Unset
                : ActivityStatusCode.Error);
        await Settle(
            tried.Made is { } made ? leased with { Body = told.Tried(made) } : leased,
            tried.Verdict,
            tried.RetryAfter,
            cancellation);
    }

    private async Task<StoredEvent?> Head(Lane lane, CancellationToken cancellation) =>
        (await _store.List(OutboxDocuments.HeadOf(lane), cancellation)).OrNull() is [var head]
            ? OutboxDocuments.Open(head)
            : null;

    private bool IsDue(StoredEvent head) =>
        time.GetUtcNow() is var now && (head.Document.DueAt <= now || head.IsLeftAhead(now, settings));

    // For as long as an attempt may take.
    private bool IsLeased(StoredEvent head) =>
        head.Document.DueAt is { } until && until - time.GetUtcNow() > settings.Patience;

    // The target rests: nobody asks for the event before it may be sent, and its attempts do not count up.
    private async Task<StoredEvent?> PutOff(
        StoredEvent head, DateTimeOffset until, CancellationToken cancellation)
    {
        var document = head.Document with { DueAt = until, UpdatedAt = time.GetUtcNow() };
        if (!(head.Document.DueAt >= until))
        {
            (await _store.Commit(document.Partition, [new Write.Replace(document)], cancellation)).OrFault();
        }

        return head with { Document = document };
    }

    private async Task<StoredEvent?> Lease(StoredEvent head, CancellationToken cancellation)
    {
        var attempt = OutboxDocuments.Attempt(head);
        var now = time.GetUtcNow();
        var document = attempt.Document with { DueAt = now + settings.Lease, UpdatedAt = now };
        Write[] writes = [new Write.Replace(document)];
        await _store.GiveWay(writes, cancellation);
        var result = (await _store.Commit(document.Partition, writes, cancellation)).OrFault();
        return result.Outcome == StoreOutcome.Done
            ? attempt with { Document = document with { ETag = result.ETags[0] } }
            : null;
    }

    private async Task Settle(
        StoredEvent leased, Verdict verdict, TimeSpan? retryAfter, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (verdict == Verdict.Retry && RetryDelays.Next(leased.Body, now, retryAfter) is { } next)
        {
            Write[] later = [new Write.Replace(OutboxDocuments.Later(leased, next))];
            (await _store.Commit(leased.Document.Partition, later, cancellation)).OrFault();
            return;
        }

        var settled = verdict == Verdict.Retry ? Given(leased.Body) : verdict;
        if (settled is Verdict.GivenUp or Verdict.Gone)
        {
            var told = leased.Body;
            LogGivenUp(told.Id, told.Account, told.Sender, told.Target.Authority, told.Attempts);
        }

        await End(leased, settled, now, cancellation);
    }

    // What nobody wants after its time is no failure to look into.
    private static Verdict Given(OutboxEvent told) => told.Until is null ? Verdict.GivenUp : Verdict.Dropped;

    private async Task End(StoredEvent leased, Verdict verdict, DateTimeOffset now, CancellationToken cancellation)
    {
        Write end = verdict switch
        {
            Verdict.Taken when IsKept(leased.Body) =>
                new Write.Replace(OutboxDocuments.Taken(leased, now, retention.Events)),
            Verdict.Taken or Verdict.Dropped => new Write.Delete(leased.Document.Id, leased.Document.ETag),
            _ => new Write.Replace(OutboxDocuments.GivenUp(leased, now, retention.FailedEvents)),
        };
        var beside = await contention.WaitOut(
            _ => Ends(leased, end, () => attempts.Afterwards(leased.Body, verdict, now, cancellation), cancellation),
            cancellation);
        bell.Ring([.. OutboxDocuments.ToldBy(beside)]);
    }

    // What is passed on inside is told nobody.
    private bool IsKept(OutboxEvent told) => retention.Events > TimeSpan.Zero && !attempts.IsPassedOn(told);

    // What was written beside; null when somebody else has changed that meanwhile.
    private async ValueTask<IReadOnlyList<Write>?> Ends(
        StoredEvent leased,
        Write end,
        Func<ValueTask<IReadOnlyList<Write>>> afterwards,
        CancellationToken cancellation)
    {
        var beside = await afterwards();
        var result = (await _store.Commit(leased.Document.Partition, [end, .. beside], cancellation)).OrFault();

        // Who has the event now, because the lease was over, will settle it.
        return result.Outcome is StoreOutcome.Done ? beside : result.FailedWrite == 0 ? [] : null;
    }

    [LoggerMessage(
        20,
        LogLevel.Warning,
        "Event {Event} of {Account}, {Sender} to {Host}, is given up after {Attempts} attempts")]
    private partial void LogGivenUp(string @event, string account, string sender, string host, int attempts);
}
