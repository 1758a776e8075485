using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Azure.Cosmos;

namespace Sessions.Storage.Cosmos;

/// <summary>
/// How long one call of the store may go on: the SDK's own retries are off or bounded by it. It counts real time, also
/// where a test has stopped the clock that documents live by.
/// </summary>
internal sealed class CosmosBudget : IDisposable
{
    private const int FirstWaitMilliseconds = 10;
    private const int MaxDoublings = 6;

    // What is sent so late that it is given up before it can be answered makes of a known refusal an unknown end.
    private const int PartsForAnswer = 10;

    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _end;
    private readonly RetryBudget _retries;
    private readonly TimeSpan _total;
    private readonly TimeSpan _forAnswer;
    private readonly long _start = TimeProvider.System.GetTimestamp();
    private int _waits;

    public CosmosBudget(TimeSpan total, RetryBudget retries, CancellationToken caller)
    {
        _caller = caller;
        _retries = retries;
        _total = total;
        _forAnswer = total / PartsForAnswer;
        _end = CancellationTokenSource.CreateLinkedTokenSource(caller);
        _end.CancelAfter(total);
    }

    /// <summary>Sends one request. What goes wrong becomes a reply, unless the caller gave up.</summary>
    public async ValueTask<CosmosReply<T>> Send<T>(Func<CancellationToken, Task<CosmosReply<T>>> request)
        where T : class
    {
        _caller.ThrowIfCancellationRequested();
        try
        {
            var reply = await request(_end.Token);
            if (reply.Fate is not CosmosFate.Unknown)
            {
                _retries.Answered();
            }

            return reply;
        }
        catch (CosmosException failure)
        {
            return CosmosReply<T>.From(failure);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or SocketException)
        {
            // A connection that breaks while it is made, or in an answer, comes as what it is.
            return CosmosReply<T>.Lost;
        }
        catch (OperationCanceledException) when (!_caller.IsCancellationRequested)
        {
            return CosmosReply<T>.Lost;
        }
    }

    /// <summary>Sends a request that can be repeated at will, until it is answered or the time is up.</summary>
    public async ValueTask<CosmosReply<T>> SendUntilAnswered<T>(Func<CancellationToken, Task<CosmosReply<T>>> request)
        where T : class
    {
        while (true)
        {
            var reply = await Send(request);
            var mayChange = reply.Fate is CosmosFate.Throttled or CosmosFate.NotDone or CosmosFate.Unknown;
            if (!mayChange || !await WaitAfter(reply))
            {
                return reply;
            }
        }
    }

    /// <summary>
    /// Waits before the request is sent again. False, at once, when no time is left, or when it was not answered and
    /// too many were not.
    /// </summary>
    public async ValueTask<bool> WaitAfter<T>(CosmosReply<T> reply)
        where T : class
    {
        if (reply.Fate is CosmosFate.Unknown && !_retries.TryTake())
        {
            return false;
        }

        var held = reply.Fate is CosmosFate.Throttled ? 1 : 0;
        _retries.Hold(held);
        try
        {
            return await Wait(reply.RetryAfter);
        }
        finally
        {
            _retries.Hold(-held);
        }
    }

    /// <summary>
    /// Waits as long as asked, else a little longer each time. False, at once, when no time is left for an answer then.
    /// </summary>
    private async ValueTask<bool> Wait(TimeSpan? asked)
    {
        var delay = asked ?? NextWait();
        if (_end.IsCancellationRequested || TimeProvider.System.GetElapsedTime(_start) + delay + _forAnswer >= _total)
        {
            return false;
        }

        await Task.Delay(delay, TimeProvider.System, _caller);
        return true;
    }

    public void Dispose() => _end.Dispose();

    // Between half and all of the step, so that those who failed together do not come back together.
    private TimeSpan NextWait()
    {
        var step = FirstWaitMilliseconds << Math.Min(_waits++, MaxDoublings);
        return TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32(step / 2, step + 1));
    }
}

/// <summary>
/// How often requests are sent again that were not answered: one for every ten that were, and a few to begin with. So a
/// passing fault is not noticed, and a service that is down is not asked many times more than one that is up.
/// </summary>
internal sealed class RetryBudget(int most)
{
    private const int OfOne = 10;
    private int _tenths = Times(most);
    private int _heldBack;

    /// <summary>How many calls wait because they were told to come later.</summary>
    public int HeldBack => Volatile.Read(ref _heldBack);

    /// <summary>Takes note of so many that begin to wait for that, or have waited.</summary>
    public void Hold(int calls) => Interlocked.Add(ref _heldBack, calls);

    /// <summary>Takes note of a request that was answered.</summary>
    public void Answered()
    {
        if (Volatile.Read(ref _tenths) < Times(most))
        {
            Interlocked.Increment(ref _tenths);
        }
    }

    /// <summary>Whether one more may be sent again.</summary>
    public bool TryTake()
    {
        if (Interlocked.Add(ref _tenths, -OfOne) >= 0)
        {
            return true;
        }

        Interlocked.Add(ref _tenths, OfOne);
        return false;
    }

    private static int Times(int count) => (int)Math.Min((long)count * OfOne, int.MaxValue / 2);
}
