using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Telemetry;

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
        Read(metrics.Start("read"), store.Read(partition, id, cancellation));

    public ValueTask<ReadResult<Document>> ReadByKey(string partition, string key, CancellationToken cancellation) =>
        Read(metrics.Start("read_by_key"), store.ReadByKey(partition, key, cancellation));

    public ValueTask<ReadResult<IReadOnlyList<Document>>> List(ListQuery query, CancellationToken cancellation) =>
        Read(metrics.Start("list"), store.List(query, cancellation));

    public ValueTask<ReadResult<IReadOnlyList<DocumentName>>> ListNames(
        ListQuery query, CancellationToken cancellation) =>
        Read(metrics.Start("list_names"), store.ListNames(query, cancellation));

    public ValueTask<ReadResult<IReadOnlyList<Document>>> ListAcross(
        AcrossQuery query, CancellationToken cancellation) =>
        Read(metrics.Start("list_across"), store.ListAcross(query, cancellation));

    public ValueTask<ReadResult<DocumentCount>> Count(CountQuery query, CancellationToken cancellation) =>
        Read(metrics.Start("count"), store.Count(query, cancellation));

    public ValueTask<CommitResult> Commit(
        string partition, IReadOnlyList<Write> writes, CancellationToken cancellation)
    {
        var call = metrics.Start("commit");
        return Measured(call, store.Commit(partition, writes, cancellation), static result => result.Outcome);
    }

    public ValueTask<ReadResult<IReadOnlyList<DueDocument>>> ReadDue(
        DueQuery query, CancellationToken cancellation) =>
        Read(metrics.Start("read_due"), store.ReadDue(query, cancellation));

    public ValueTask<ReadResult<Document>> ReadFound(DueDocument found, CancellationToken cancellation) =>
        found.Whole is null
            ? Read(metrics.Start("read"), store.ReadFound(found, cancellation))
            : store.ReadFound(found, cancellation);

    public ValueTask<int> Purge(DateTimeOffset now, int limit, CancellationToken cancellation)
    {
        var call = metrics.Start("purge");
        return Measured(call, store.Purge(now, limit, cancellation), static _ => StoreOutcome.Done);
    }

    public ValueTask GiveWay(IReadOnlyList<Write> writes, CancellationToken cancellation) =>
        store.GiveWay(writes, cancellation);

    public ValueTask DisposeAsync() =>
        ends && store is IAsyncDisposable disposable ? disposable.DisposeAsync() : ValueTask.CompletedTask;

    // A call begins before the store is asked, which may do all its work before it gives back its task.
    private ValueTask<ReadResult<T>> Read<T>(StoreCall? call, ValueTask<ReadResult<T>> work)
        where T : class =>
        Measured(call, work, static result => result.Outcome);

    private ValueTask<T> Measured<T>(StoreCall? call, ValueTask<T> work, Func<T, StoreOutcome> outcome)
    {
        if (call is not { } begun)
        {
            return work;
        }

        // What the caller does next is none of the store's.
        begun.Leave();
        return metrics.Measure(begun, work, outcome);
    }
}

/// <summary>
/// How many calls the store gets, how they end and how long they take, as <c>sessions.store.duration</c> of the meter
/// <c>Sessions</c>; and, of those in a span, what each was.
/// </summary>
internal sealed class StoreMetrics(IMeterFactory meters, Spans spans, TimeProvider time)
{
    private readonly Histogram<double> _duration = meters.Create("Sessions").CreateHistogram<double>(
        "sessions.store.duration", "s", "Time that a call of the store takes.");

    /// <summary>Begins a call; null while nobody listens.</summary>
    public StoreCall? Start(string name)
    {
        var outer = Activity.Current;
        var span = outer is not null && spans.AreWanted ? spans.StoreCall(name) : null;
        return span is not null || _duration.Enabled ? new(name, time.GetTimestamp(), outer, span) : null;
    }

    /// <summary>Waits for a call and records it with its outcome.</summary>
    public async ValueTask<T> Measure<T>(StoreCall call, ValueTask<T> work, Func<T, StoreOutcome> outcome)
    {
        using var span = call.Span;
        var result = await work;
        var name = NameOf(outcome(result));
        span?.SetTag("sessions.store.call", call.Name).SetTag("sessions.store.outcome", name);
        _duration.Record(
            time.GetElapsedTime(call.Began).TotalSeconds,
            new("sessions.store.call", call.Name),
            new("sessions.store.outcome", name));
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

/// <summary>A call of the store that is under way.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Began">When it began.</param>
/// <param name="Outer">The span that it is in; null for none.</param>
/// <param name="Span">Its own; null for none.</param>
internal readonly record struct StoreCall(string Name, long Began, Activity? Outer, Activity? Span)
{
    /// <summary>Goes back to what is around it, while it goes on.</summary>
    public void Leave()
    {
        if (Span is not null)
        {
            Activity.Current = Outer;
        }
    }
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
