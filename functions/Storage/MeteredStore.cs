using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace Sessions.Storage;

/// <summary>Tells the metrics of each call to the store behind it. While nobody listens it costs nothing.</summary>
/// <param name="store">The store.</param>
/// <param name="metrics">What is told.</param>
/// <param name="ends">Whether the store ends with this one, because nobody else has it.</param>
internal sealed class MeteredStore(IDocumentStore store, StoreMetrics metrics, bool ends)
    : IDocumentStore, IAsyncDisposable
{
    public DateTimeOffset? CarriedOverAt => store.CarriedOverAt;

    public ValueTask<ReadResult<Document>> Read(string partition, string id, CancellationToken cancellation) =>
        Read(metrics.Start(), "read", store.Read(partition, id, cancellation));

    public ValueTask<ReadResult<Document>> ReadByKey(string partition, string key, CancellationToken cancellation) =>
        Read(metrics.Start(), "read_by_key", store.ReadByKey(partition, key, cancellation));

    public ValueTask<ReadResult<IReadOnlyList<Document>>> List(ListQuery query, CancellationToken cancellation) =>
        Read(metrics.Start(), "list", store.List(query, cancellation));

    public ValueTask<ReadResult<IReadOnlyList<DocumentName>>> ListNames(
        ListQuery query, CancellationToken cancellation) =>
        Read(metrics.Start(), "list_names", store.ListNames(query, cancellation));

    public ValueTask<ReadResult<IReadOnlyList<Document>>> ListAcross(
        AcrossQuery query, CancellationToken cancellation) =>
        Read(metrics.Start(), "list_across", store.ListAcross(query, cancellation));

    public ValueTask<ReadResult<DocumentCount>> Count(CountQuery query, CancellationToken cancellation) =>
        Read(metrics.Start(), "count", store.Count(query, cancellation));

    public ValueTask<CommitResult> Commit(
        string partition, IReadOnlyList<Write> writes, CancellationToken cancellation)
    {
        var start = metrics.Start();
        var work = store.Commit(partition, writes, cancellation);
        return start is { } then ? metrics.Measure(then, "commit", work, static result => result.Outcome) : work;
    }

    public ValueTask<ReadResult<IReadOnlyList<DueDocument>>> ReadDue(
        DueQuery query, CancellationToken cancellation) =>
        Read(metrics.Start(), "read_due", store.ReadDue(query, cancellation));

    public ValueTask<ReadResult<Document>> ReadFound(DueDocument found, CancellationToken cancellation) =>
        found.Whole is null
            ? Read(metrics.Start(), "read", store.ReadFound(found, cancellation))
            : store.ReadFound(found, cancellation);

    public ValueTask<int> Purge(DateTimeOffset now, int limit, CancellationToken cancellation)
    {
        var start = metrics.Start();
        var work = store.Purge(now, limit, cancellation);
        return start is { } then ? metrics.Measure(then, "purge", work, static _ => StoreOutcome.Done) : work;
    }

    public ValueTask GiveWay(IReadOnlyList<Write> writes, CancellationToken cancellation) =>
        store.GiveWay(writes, cancellation);

    public ValueTask DisposeAsync() =>
        ends && store is IAsyncDisposable disposable ? disposable.DisposeAsync() : ValueTask.CompletedTask;

    // The start is taken before the call: a store may do all its work before it gives back its task.
    private ValueTask<ReadResult<T>> Read<T>(long? start, string call, ValueTask<ReadResult<T>> work)
        where T : class =>
        start is { } then ? metrics.Measure(then, call, work, static result => result.Outcome) : work;
}

/// <summary>
/// How many calls the store gets, how they end and how long they take, as <c>sessions.store.duration</c> of the meter
/// <c>Sessions</c>.
/// </summary>
internal sealed class StoreMetrics(IMeterFactory meters, TimeProvider time)
{
    private readonly Histogram<double> _duration = meters.Create("Sessions").CreateHistogram<double>(
        "sessions.store.duration", "s", "Time that a call of the store takes.");

    /// <summary>The moment at which a call begins; null while nobody listens.</summary>
    public long? Start() => _duration.Enabled ? time.GetTimestamp() : null;

    /// <summary>Waits for a call and records it with its outcome.</summary>
    public async ValueTask<T> Measure<T>(long start, string call, ValueTask<T> work, Func<T, StoreOutcome> outcome)
    {
        var result = await work;
        _duration.Record(
            time.GetElapsedTime(start).TotalSeconds,
            new("sessions.store.call", call),
            new("sessions.store.outcome", NameOf(outcome(result))));
        return result;
    }

    private static string NameOf(StoreOutcome outcome) => outcome switch
    {
        StoreOutcome.Done => "done",
        StoreOutcome.NotFound => "not_found",
        StoreOutcome.Conflict => "conflict",
        StoreOutcome.PreconditionFailed => "precondition_failed",
        StoreOutcome.Throttled => "throttled",
        _ => "unavailable",
    };
}

/// <summary>Puts the metrics in front of the store.</summary>
internal static class StoreMetering
{
    /// <summary>Measures the store that has been added, whichever it is.</summary>
    public static IServiceCollection AddStoreMetrics(this IServiceCollection services)
    {
        var store = services.Last(service => service.ServiceType == typeof(IDocumentStore));
        services.Remove(store);
        return services.AddSingleton<StoreMetrics>().AddSingleton<IDocumentStore>(provider => new MeteredStore(
            (IDocumentStore)(store.ImplementationInstance ?? store.ImplementationFactory!(provider)),
            provider.GetRequiredService<StoreMetrics>(),
            ends: store.ImplementationInstance is null));
    }
}
