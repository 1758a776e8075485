using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Telemetry;

namespace Sessions.Storage;

/// <summary>
/// Tells the metrics of each call to the store behind it, and counts for whom it is made. While nobody listens to the
/// metrics they cost nothing.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="metrics">What is told.</param>
/// <param name="costs">Who is told of what the account costs.</param>
/// <param name="work">What the store is asked for.</param>
/// <param name="ends">Whether the store ends with this one, because nobody else has it.</param>
internal sealed class MeteredStore(
    IDocumentStore store, StoreMetrics metrics, StoreCosts costs, StoreWork work, bool ends)
    : IDocumentStore, IAsyncDisposable
{
    public DateTimeOffset? CarriedOverAt => store.CarriedOverAt;

    public int HeldBack => store.HeldBack;

    public IDocumentStore For(StoreWork another) =>
        new MeteredStore(store.For(another), metrics, costs, another, ends: false);

    public ValueTask<ReadResult<IReadOnlyList<string>>> ReadShards(CancellationToken cancellation) =>
        store.ReadShards(cancellation);

    public ValueTask<ReadResult<Document>> Read(string partition, string id, CancellationToken cancellation) =>
        Read(metrics.Start("read"), store.Read(partition, id, cancellation), Of(partition), BytesOf);

    public ValueTask<ReadResult<IReadOnlyList<Document>>> Read(
        string partition, IReadOnlyList<string> ids, CancellationToken cancellation) =>
        Read(metrics.Start("read_several"), store.Read(partition, ids, cancellation), Of(partition), BytesOf);

    public ValueTask<ReadResult<Document>> ReadByKey(string partition, string key, CancellationToken cancellation) =>
        Read(metrics.Start("read_by_key"), store.ReadByKey(partition, key, cancellation), Of(partition), BytesOf);

    public ValueTask<ReadResult<IReadOnlyList<Document>>> List(ListQuery query, CancellationToken cancellation) =>
        Read(metrics.Start("list"), store.List(query, cancellation), Of(query.Partition), BytesOf);

    public ValueTask<ReadResult<IReadOnlyList<DocumentName>>> ListNames(
        ListQuery query, CancellationToken cancellation) =>
        Read(metrics.Start("list_names"), store.ListNames(query, cancellation), Of(query.Partition));

    public ValueTask<ReadResult<IReadOnlyList<Document>>> ListAcross(
        AcrossQuery query, CancellationToken cancellation)
    {
        var payer = OfAccount(query.AllAccounts ? "" : query.Account);
        return Read(metrics.Start("list_across"), store.ListAcross(query, cancellation), payer, BytesOf);
    }

    public ValueTask<ReadResult<DocumentCount>> Count(CountQuery query, CancellationToken cancellation)
    {
        var payer = query.Account is { } account ? OfAccount(account) : Of(query.Partition);
        return Read(metrics.Start("count"), store.Count(query, cancellation), payer);
    }

    public ValueTask<CommitResult> Commit(
        string partition, IReadOnlyList<Write> writes, CancellationToken cancellation)
    {
        var call = metrics.Start("commit");
        costs.Called(Of(partition), read: 0, CommitRules.BytesOf(writes));
        return Measured(call, store.Commit(partition, writes, cancellation), static result => result.Outcome);
    }

    public bool SpansPartitions => store.SpansPartitions;

    public ValueTask<CommitResult> Commit(Batch first, Batch second, CancellationToken cancellation)
    {
        var call = metrics.Start("commit");
        costs.Called(
            Of(first.Partition), read: 0, CommitRules.BytesOf(first.Writes) + CommitRules.BytesOf(second.Writes));
        return Measured(call, store.Commit(first, second, cancellation), static result => result.Outcome);
    }

    public ValueTask<ReadResult<IReadOnlyList<DueDocument>>> ReadDue(
        DueQuery query, CancellationToken cancellation) =>
        Read(metrics.Start("read_due"), store.ReadDue(query, cancellation), OfAccount(""));

    public ValueTask<ReadResult<Document>> ReadFound(DueDocument found, CancellationToken cancellation)
    {
        // It was read when it was found.
        if (found.Whole is { } whole)
        {
            costs.Called(Of(found.Partition), BytesOf(whole), written: 0);
            return store.ReadFound(found, cancellation);
        }

        return Read(metrics.Start("read"), store.ReadFound(found, cancellation), Of(found.Partition), BytesOf);
    }

    public ValueTask<ReadResult<Moves>> ReadMoves(string? since, CancellationToken cancellation) =>
        Measured(metrics.Start("read_moves"), store.ReadMoves(since, cancellation), static result => result.Outcome);

    public ValueTask<int> Purge(DateTimeOffset now, int limit, CancellationToken cancellation)
    {
        var call = metrics.Start("purge");
        costs.Called(OfAccount(""), read: 0, written: 0);
        return Measured(call, store.Purge(now, limit, cancellation), static _ => StoreOutcome.Done);
    }

    public ValueTask GiveWay(IReadOnlyList<Write> writes, CancellationToken cancellation) =>
        store.GiveWay(writes, cancellation);

    public ValueTask DisposeAsync() =>
        ends && store is IAsyncDisposable disposable ? disposable.DisposeAsync() : ValueTask.CompletedTask;

    private static long BytesOf(Document document) => document.Body.Length;

    private static long BytesOf(IReadOnlyList<Document> documents)
    {
        var bytes = 0L;
        foreach (var document in documents)
        {
            bytes += document.Body.Length;
        }

        return bytes;
    }

    private Payer Of(string partition) => costs.Of(partition, work.Name);

    private Payer OfAccount(string account) => work.OfAccount(account);

    // A call begins before the store is asked, which may do all its work before it gives back its task.
    private ValueTask<ReadResult<T>> Read<T>(
        StoreCall? call, ValueTask<ReadResult<T>> reading, Payer payer, Func<T, long>? bytesOf = null)
        where T : class
    {
        var measured = Measured(call, reading, static result => result.Outcome);
        if (bytesOf is null)
        {
            costs.Called(payer, read: 0, written: 0);
            return measured;
        }

        return Counted(measured, payer, bytesOf);
    }

    private async ValueTask<ReadResult<T>> Counted<T>(
        ValueTask<ReadResult<T>> reading, Payer payer, Func<T, long> bytesOf)
        where T : class
    {
        var read = await reading;
        costs.Called(payer, read.Value is { } value ? bytesOf(value) : 0, written: 0);
        return read;
    }

    private ValueTask<T> Measured<T>(StoreCall? call, ValueTask<T> answer, Func<T, StoreOutcome> outcome)
    {
        if (call is not { } begun)
        {
            return answer;
        }

        // What the caller does next is none of the store's.
        begun.Leave();
        return metrics.Measure(begun, answer, outcome);
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
        StoreOutcome.Full => "full",
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
            provider.GetRequiredService<StoreCosts>(),
            StoreWork.OfCallers,
            ends: store.ImplementationInstance is null));
    }
}
