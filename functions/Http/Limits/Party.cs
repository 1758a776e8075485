namespace Sessions.Http.Limits;

/// <summary>One account's requests: those under way, and those that wait, by caller.</summary>
internal sealed class Party(string account)
{
    private readonly Dictionary<string, Queue<Waiter>> _lines = new(StringComparer.Ordinal);
    private readonly Queue<string> _turns = [];

    public string Account => account;

    public long Seen { get; set; }

    public int UnderWay { get; set; }

    public int Waiting { get; set; }

    public bool HasWaiters => _turns.Count > 0;

    public bool IsBusy => UnderWay > 0 || HasWaiters;

    public void Add(string caller, Waiter waiter)
    {
        if (!_lines.TryGetValue(caller, out var line))
        {
            _lines[caller] = line = [];
            _turns.Enqueue(caller);
        }

        line.Enqueue(waiter);
        Waiting++;
    }

    /// <summary>The next who still waits; null when those whose turn it was have given up.</summary>
    public Waiter? Next()
    {
        var caller = _turns.Dequeue();
        var line = _lines[caller];
        var waiter = line.Dequeue();
        if (line.Count > 0)
        {
            _turns.Enqueue(caller);
        }
        else
        {
            _lines.Remove(caller);
        }

        return waiter.Take() ? waiter : null;
    }
}

/// <summary>A request that waits.</summary>
internal sealed class Waiter(Party party)
{
    private bool _isOver;

    public Party Party => party;

    public TaskCompletionSource<Shares.Share> Turn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends the wait, for a turn or without one; whether it still waited.</summary>
    public bool Take() => !_isOver && (_isOver = true);
}
