namespace Sessions.Http.Limits;

/// <summary>
/// How many requests are worked on at once while several accounts want to be served: as many as still take about as
/// long as they do with few others. Where the time goes into waiting for a slow store that is many, and where it goes
/// into this machine's own processors and disk it is few. One caller at a time.
/// </summary>
/// <remarks>The gradient of Netflix's concurrency-limits: https://github.com/Netflix/concurrency-limits</remarks>
public sealed class ShareSize(int least, int most, TimeProvider time)
{
    private readonly int _least = least;

    // How much longer than at best requests may take on average.
    private const double Tolerance = 2;
    private const int Remembered = 30;
    private static readonly TimeSpan _window = TimeSpan.FromSeconds(1);

    private readonly Queue<double> _averages = new(Remembered);
    private long _start = time.GetTimestamp();
    private double _seconds;
    private int _count;

    /// <summary>How many.</summary>
    public int Value { get; private set; } = least;

    /// <summary>Takes note of how long a request took.</summary>
    public void Took(TimeSpan span)
    {
        _seconds += span.TotalSeconds;
        _count++;
        if (time.GetElapsedTime(_start) >= _window)
        {
            Adjust(Math.Max(_seconds / _count, 1e-6));
            (_start, _seconds, _count) = (time.GetTimestamp(), 0, 0);
        }
    }

    private void Adjust(double average)
    {
        if (_averages.Count == Remembered)
        {
            _averages.Dequeue();
        }

        _averages.Enqueue(average);
        var gradient = Math.Clamp(Tolerance * _averages.Min() / average, 0.5, 2);
        Value = Math.Clamp((int)(Value * gradient), _least, most);
    }
}
