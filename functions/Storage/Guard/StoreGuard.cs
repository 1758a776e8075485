using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.ObjectPool;
using Polly;
using Polly.CircuitBreaker;
using Sessions.Lifecycle;

namespace Sessions.Storage;

/// <summary>
/// Stands before one sort of calls to a store. When half of them go wrong it lets none through for a moment, then
/// one, and all again when that is answered. A store that stops answering altogether is not waited for: when several
/// calls wait and none is answered for a good half of a second, all of them come to nothing. One that has just been
/// seen to be slow, such as a disk that takes its time, is waited for longer, and so is one that has just begun.
/// </summary>
internal sealed partial class StoreGuard : IDisposable
{
    /// <summary>When to try again what the guard did not let through.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    // A single call may take as long as the store allows, unless the store is known to be ill.
    private const int ManyWaiting = 5;

    // The first calls of a process have connections to make and code to compile: that looks like a store that hangs,
    // and what they took is no measure of what it takes. That is over when some were answered at once.
    private const int FirstQuick = 20;
    private static readonly TimeSpan _tick = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _patience = 7 * _tick;

    // What hangs as the store comes back is tried again within a second, and another region has the time to answer.
    private static readonly TimeSpan _illPatience = 6 * _tick;
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(250);

    // What took longer was not slow but away.
    private static readonly TimeSpan _slowest = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _illFor = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _slowFor = TimeSpan.FromSeconds(10);
    private const int TimesSlower = 3;

    private readonly string _calls;
    private readonly Func<int> _heldBack;
    private readonly Func<bool> _isIll;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly ResiliencePipeline<StoreOutcome> _breaker;
    private readonly CircuitBreakerStateProvider _state = new();
    private readonly ITimer _watch;
    private readonly ObjectPool<CancellationTokenSource> _ends =
        new DefaultObjectPool<CancellationTokenSource>(new EndPolicy());

    private CancellationTokenSource _stillness = new();
    private SlowAnswer? _slow;
    private long _answered;
    private long _answeredBefore;
    private int _quick;
    private long _lookedAt;
    private volatile bool _isToldOpen;
    private int _waiting;
    private int _stillForOne;
    private int _stillForMany;
    private long _gaveUpAt = long.MinValue;

    /// <summary>The guard of these calls, such as <c>reads</c>.</summary>
    /// <param name="calls">Which calls.</param>
    /// <param name="real">The clock on the wall.</param>
    /// <param name="log">Takes what goes wrong.</param>
    /// <param name="heldBack">How many calls of the store wait because they were told to come later.</param>
    /// <param name="isIll">Whether calls of another sort are known to go wrong.</param>
    public StoreGuard(string calls, RealTime real, ILogger log, Func<int> heldBack, Func<bool> isIll)
    {
        (_calls, _log, _time, _lookedAt) = (calls, log, real.Clock, real.Clock.GetTimestamp());
        (_heldBack, _isIll) = (heldBack, isIll);
        _breaker = new ResiliencePipelineBuilder<StoreOutcome> { TimeProvider = _time }
            .AddCircuitBreaker(new()
            {
                FailureRatio = 0.5,
                MinimumThroughput = 4,
                SamplingDuration = TimeSpan.FromSeconds(1),
                BreakDurationGenerator = static _ => new(_pause),
                ShouldHandle = static arguments => ValueTask.FromResult(
                    arguments.Outcome is { Result: StoreOutcome.Unavailable }),
                StateProvider = _state,
            })
            .Build();

        _watch = _time.CreateTimer(_ => Look(), null, _tick, _tick);
    }

    /// <summary>Whether calls are let through as they come.</summary>
    public bool IsClosed => _state.CircuitState is CircuitState.Closed;

    /// <summary>Whether calls are known to go wrong: they are not let through, or were given up just now.</summary>
    public bool IsIll => !IsClosed
        || (Volatile.Read(ref _gaveUpAt) is var at && at != long.MinValue && _time.GetElapsedTime(at) < _illFor);

    /// <summary>Makes a call, if it is let through.</summary>
    /// <param name="call">The call.</param>
    /// <param name="outcomeOf">How it ended.</param>
    /// <param name="refusal">What is told when it is not let through, or not answered.</param>
    /// <param name="cancellation">Ends it.</param>
    public async ValueTask<T> Call<T>(
        Func<CancellationToken, ValueTask<T>> call, Func<T, StoreOutcome> outcomeOf, T refusal,
        CancellationToken cancellation)
    {
        var work = new Work<T>(this, call, outcomeOf, refusal);
        var context = ResilienceContextPool.Shared.Get(continueOnCapturedContext: true, cancellation);
        try
        {
            var outcome = await _breaker.ExecuteOutcomeAsync(
                static (context, work) => work.Run(context.CancellationToken), context, work);
            Tell(isWell: outcome is { Exception: null, Result: not StoreOutcome.Unavailable });
            return outcome.Exception switch
            {
                null => work.Given,
                BrokenCircuitException => refusal,
                _ => throw outcome.Exception,
            };
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _watch.Dispose();
        _stillness.Dispose();
    }

    // The breaker would tell by itself, but keeps the call waiting until a thread of the pool has told it.
    private void Tell(bool isWell)
    {
        if ((isWell && !_isToldOpen) || IsClosed != _isToldOpen)
        {
            return;
        }

        _isToldOpen = !_isToldOpen;
        if (_isToldOpen)
        {
            LogOpened(_log, _calls);
        }
        else
        {
            LogClosed(_log, _calls);
        }
    }

    private void Look()
    {
        var answered = Volatile.Read(ref _answered);
        // Who was told to come later was answered; perhaps it is of the other sort, which does no harm.
        var waiting = Volatile.Read(ref _waiting) - _heldBack();
        // A process that did not run in time to look can say nothing of who did not answer it meanwhile.
        var more = _time.GetElapsedTime(_lookedAt) < 2 * _tick ? 1 : 0;
        var isStill = answered == _answeredBefore;
        _stillForOne = isStill && waiting > 0 ? _stillForOne + more : 0;
        _stillForMany = isStill && waiting >= ManyWaiting ? _stillForMany + more : 0;
        _lookedAt = _time.GetTimestamp();
        _answeredBefore = answered;
        var isIll = IsIll || _isIll();
        if ((isIll ? _stillForOne : _stillForMany) * _tick >= Patience(isIll))
        {
            Volatile.Write(ref _gaveUpAt, _lookedAt);
            _stillForOne = _stillForMany = 0;
            LogStill(_log, waiting, _calls);
            Interlocked.Exchange(ref _stillness, new()).Cancel();
        }
    }

    private bool IsStarting => Volatile.Read(ref _quick) < FirstQuick;

    private void Answered(long? began)
    {
        Interlocked.Increment(ref _answered);
        if (began is { } start && _time.GetElapsedTime(start) < _tick)
        {
            Interlocked.Increment(ref _quick);
        }
    }

    private TimeSpan Patience(bool isIll) =>
        IsStarting && !isIll ? _slowest
        : Volatile.Read(ref _slow) is { } slow && _time.GetElapsedTime(slow.At) < _slowFor
        && TimesSlower * slow.Took > _patience
            ? TimeSpan.FromTicks(Math.Min((TimesSlower * slow.Took).Ticks, _slowest.Ticks))
        : isIll ? _illPatience
        : _patience;

    private async ValueTask<T> WaitFor<T>(
        Func<CancellationToken, ValueTask<T>> call, Func<T, StoreOutcome> outcomeOf, T refusal,
        CancellationToken cancellation)
    {
        var stillness = Volatile.Read(ref _stillness).Token;
        var end = _ends.Get();
        Interlocked.Increment(ref _waiting);
        try
        {
            using var gone = cancellation.UnsafeRegister(Cancel, end);
            using var still = stillness.UnsafeRegister(Cancel, end);
            var made = call(end.Token);
            if (made.IsCompleted)
            {
                return await made;
            }

            var (start, isFirst, answer) = (_time.GetTimestamp(), IsStarting, made.AsTask());
            try
            {
                var result = await answer.WaitAsync(end.Token);
                Took(start, isFirst, outcomeOf(result));
                return result;
            }
            catch (OperationCanceledException) when (!answer.IsCompleted)
            {
                // Coming after all it tells a slow store from one that is gone. A ValueTask: CA2025 minds only tasks.
                _ = TookAfterAll(new(answer), start, isFirst, outcomeOf);
                throw;
            }
        }
        catch (OperationCanceledException) when (stillness.IsCancellationRequested
            && !cancellation.IsCancellationRequested)
        {
            return refusal;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
            _ends.Return(end);
        }
    }

    private async Task TookAfterAll<T>(ValueTask<T> made, long start, bool isFirst, Func<T, StoreOutcome> outcomeOf) =>
        Took(start, isFirst, outcomeOf(await made));

    private void Took(long start, bool isFirst, StoreOutcome outcome)
    {
        var took = _time.GetElapsedTime(start);
        if (!isFirst && took > _tick && took <= _slowest
            && outcome is not (StoreOutcome.Unavailable or StoreOutcome.Throttled)
            && (_slow is not { } slow || took > slow.Took || _time.GetElapsedTime(slow.At) > _slowFor / 2))
        {
            Volatile.Write(ref _slow, new(took, _time.GetTimestamp()));
        }
    }

    private static void Cancel(object? end) => ((CancellationTokenSource)end!).Cancel();

    [LoggerMessage(10, LogLevel.Warning, "The store's {Calls} go wrong: none are let through for a moment")]
    private static partial void LogOpened(ILogger log, string calls);

    [LoggerMessage(11, LogLevel.Warning, "The store's {Calls} go well again")]
    private static partial void LogClosed(ILogger log, string calls);

    [LoggerMessage(12, LogLevel.Warning, "The store answers none of {Count} {Calls}: they are given up")]
    private static partial void LogStill(ILogger log, int count, string calls);

    private sealed class Work<T>(
        StoreGuard guard, Func<CancellationToken, ValueTask<T>> call, Func<T, StoreOutcome> outcomeOf, T refusal)
    {
        private readonly T _refusal = refusal;

        public T Given { get; private set; } = default!;

        [SuppressMessage("Design", "CA1031", Justification = "The breaker hands on whatever is thrown.")]
        public async ValueTask<Outcome<StoreOutcome>> Run(CancellationToken cancellation)
        {
            long? began = guard.IsStarting ? guard._time.GetTimestamp() : null;
            try
            {
                Given = await guard.WaitFor(call, outcomeOf, _refusal, cancellation);
            }
            catch (Exception failure)
            {
                return Outcome.FromException<StoreOutcome>(failure);
            }

            // Connections that break are no sign that the store answers those who wait.
            var outcome = outcomeOf(Given);
            if (outcome is not StoreOutcome.Unavailable)
            {
                guard.Answered(began);
            }

            return Outcome.FromResult(outcome);
        }
    }

    private sealed record SlowAnswer(TimeSpan Took, long At);

    // One that was cancelled is not used again.
    private sealed class EndPolicy : PooledObjectPolicy<CancellationTokenSource>
    {
        public override CancellationTokenSource Create() => new();

        public override bool Return(CancellationTokenSource obj) => obj.TryReset();
    }
}
