using System.Threading.Channels;

namespace Sessions.Storage.Sqlite;

/// <summary>
/// What waits for the one that writes. All that has come goes into one transaction, up to 512 writes of it. What can
/// wait, such as a sweep's writes, goes in small parts while callers write, and not into the transaction that comes
/// after one with a part of it: who comes while that is made has waited for it once. Into every other one it goes,
/// however many callers there are, so that it comes to an end. After each of its parts it rests for three times as long
/// as that took while callers ask, be it for reads alone: the processors and the disk are theirs.
/// </summary>
/// <param name="clock">Tells how long what can wait rests.</param>
/// <param name="callers">Knows whether callers ask, and is told when they write.</param>
public sealed class WriteTurns<T>(TimeProvider clock, CallersFirst callers)
    where T : IQueuedWork
{
    /// <summary>How many writes of callers, or of what can wait where there are none, go into a transaction.</summary>
    public const int MaxGroup = 512;

    /// <summary>
    /// How many writes of what can wait go along with those of callers, about: a piece is not torn, so the last one may
    /// go beyond it.
    /// </summary>
    public const int MaxBeside = 25;

    private const int MaxQueue = 16_384;

    private readonly Channel<T> _callers = NewQueue();
    private readonly Channel<T> _waiting = NewQueue();
    private readonly object _bell = new();

    private bool _isRung;
    private volatile bool _isOver;
    private bool _hadItsTurn;
    private long _tookTurnAt;
    private Rest _rest;

    /// <summary>Adds work; <see langword="false"/> when too much waits or no more is taken.</summary>
    /// <param name="work">The work.</param>
    /// <param name="canWait">Whether it comes after what cannot.</param>
    public bool TryAdd(T work, bool canWait)
    {
        var isAdded = (canWait ? _waiting : _callers).Writer.TryWrite(work);
        Ring();
        return isAdded;
    }

    /// <summary>
    /// Waits, and holds the thread that it is called on, until there may be something to take;
    /// <see langword="false"/> when nothing more will come.
    /// </summary>
    public bool Wait()
    {
        lock (_bell)
        {
            while (!_isRung && !_isOver)
            {
                if (_waiting.Reader.Count == 0)
                {
                    Monitor.Wait(_bell);
                }
                else if (Left is { Ticks: > 0 } left)
                {
                    Monitor.Wait(_bell, (int)Math.Ceiling(left.TotalMilliseconds));
                }
                else
                {
                    break;
                }
            }

            _isRung = false;
            return !_isOver;
        }
    }

    /// <summary>Takes what goes into the next transaction; nothing when there is nothing.</summary>
    /// <param name="group">Where to put it.</param>
    public void Take(ICollection<T> group)
    {
        EndTurn();
        var areCallers = Take(_callers, MaxGroup, group);
        if (areCallers)
        {
            callers.Asked();
        }

        _hadItsTurn = !(areCallers && _hadItsTurn) && Left <= TimeSpan.Zero
            && Take(_waiting, callers.AreThere ? MaxBeside : MaxGroup, group);
    }

    /// <summary>No more is taken; what is there can still be had.</summary>
    public void Complete()
    {
        _callers.Writer.TryComplete();
        _waiting.Writer.TryComplete();
        _isOver = true;
        Ring();
    }

    // How long what can wait has to rest yet.
    private TimeSpan Left =>
        callers.AreThere && !_isOver ? _rest.Left(clock, clock.GetTimestamp()) : TimeSpan.Zero;

    // Who takes again has done what he took before.
    private void EndTurn()
    {
        var now = clock.GetTimestamp();
        if (_hadItsTurn)
        {
            _rest = new(clock.GetElapsedTime(_tookTurnAt, now), now);
        }

        _tookTurnAt = now;
    }

    private void Ring()
    {
        lock (_bell)
        {
            _isRung = true;
            Monitor.Pulse(_bell);
        }
    }

    private static bool Take(Channel<T> from, int most, ICollection<T> group)
    {
        var size = 0;
        while (size < most && from.Reader.TryRead(out var work))
        {
            if (!work.GivenUp())
            {
                group.Add(work);
                size += work.Size;
            }
        }

        return size > 0;
    }

    private static Channel<T> NewQueue() => Channel.CreateBounded<T>(
        new BoundedChannelOptions(MaxQueue) { SingleReader = true });
}

/// <summary>Something that waits for its turn.</summary>
public interface IQueuedWork
{
    /// <summary>How many documents it writes at most.</summary>
    int Size { get; }

    /// <summary>Whether its caller has gone; then it is not done, and its caller has been told.</summary>
    bool GivenUp();
}
