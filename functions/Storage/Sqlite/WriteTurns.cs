using System.Threading.Channels;

namespace Sessions.Storage.Sqlite;

/// <summary>
/// What waits for the one that writes. All that has come goes into one transaction, up to 512 writes of it. What can
/// wait, such as a sweep's writes, goes in small parts while callers write, and not into the transaction that comes
/// after one with a part of it: who comes while that is made has waited for it once. Into every other one it goes,
/// however many callers there are, so that it comes to an end.
/// </summary>
/// <param name="clock">Tells how long ago callers wrote.</param>
public sealed class WriteTurns<T>(TimeProvider clock)
    where T : IQueuedWork
{
    /// <summary>How many writes of callers, or of what can wait where there are none, go into a transaction.</summary>
    public const int MaxGroup = 512;

    /// <summary>
    /// How many writes of what can wait go along with those of callers, about: a piece is not torn, so the last one may
    /// go beyond it.
    /// </summary>
    public const int MaxBeside = 50;

    /// <summary>For how long after callers have written what can wait goes in small parts.</summary>
    public static readonly TimeSpan Lately = TimeSpan.FromSeconds(1);

    private const int MaxQueue = 16_384;

    private readonly Channel<T> _callers = NewQueue();
    private readonly Channel<T> _waiting = NewQueue();
    private readonly Channel<bool> _bell = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { SingleReader = true, FullMode = BoundedChannelFullMode.DropWrite });

    private long? _wroteAt;
    private bool _hadItsTurn;

    /// <summary>Adds work; <see langword="false"/> when too much waits or no more is taken.</summary>
    /// <param name="work">The work.</param>
    /// <param name="canWait">Whether it comes after what cannot.</param>
    public bool TryAdd(T work, bool canWait)
    {
        var isAdded = (canWait ? _waiting : _callers).Writer.TryWrite(work);
        _bell.Writer.TryWrite(true);
        return isAdded;
    }

    /// <summary>Waits until there is something; <see langword="false"/> when nothing more will come.</summary>
    public async ValueTask<bool> WaitAsync() => await _bell.Reader.WaitToReadAsync() && _bell.Reader.TryRead(out _);

    /// <summary>Takes what goes into the next transaction; nothing when there is nothing.</summary>
    /// <param name="group">Where to put it.</param>
    public void Take(ICollection<T> group)
    {
        var areCallers = Take(_callers, MaxGroup, group);
        if (areCallers)
        {
            _wroteAt = clock.GetTimestamp();
        }

        _hadItsTurn = !(areCallers && _hadItsTurn) && Take(_waiting, IsBusy ? MaxBeside : MaxGroup, group);
    }

    /// <summary>No more is taken; what is there can still be had.</summary>
    public void Complete()
    {
        _callers.Writer.TryComplete();
        _waiting.Writer.TryComplete();
        _bell.Writer.TryComplete();
    }

    private bool IsBusy => _wroteAt is { } at && clock.GetElapsedTime(at) < Lately;

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
