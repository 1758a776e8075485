namespace Sessions.Http.Limits;

/// <summary>
/// How many requests are worked on at once while several accounts want to be served: as many as leave the processors
/// time for whoever comes next. While requests wait for a slow store that is many, and where they keep the processors
/// busy it is few: down to one, and then to one with pauses between it and the next. One caller at a time.
/// </summary>
public sealed class ShareSize(int start, int most)
{
    // A request passes through a thread several times and is late when it comes late to one of them, so that of fifty
    // looks only one may find work waiting.
    private const double Growth = 1.005;
    private const double Shrinking = 0.8;

    // Where no work waits for a thread there is much room.
    private const double GreatGrowth = 1.02;
    private const double Least = 0.25;

    private static readonly TimeSpan _longestLag = TimeSpan.FromMilliseconds(0.5);
    private static readonly TimeSpan _noLag = TimeSpan.FromMilliseconds(0.05);

    // What takes longer than the processors have to do with it waits for a disk or for somebody else's answer, and
    // nobody has to make up for that.
    private static readonly TimeSpan _longestPause = TimeSpan.FromMilliseconds(20);

    private double _value = start;

    /// <summary>How many.</summary>
    public int Value => (int)Math.Max(1, _value);

    /// <summary>How long the next one waits when one is over; 20 ms at most.</summary>
    /// <param name="took">How long that took.</param>
    public TimeSpan PauseAfter(TimeSpan took)
    {
        var pause = _value < 1 ? took * ((1 / _value) - 1) : TimeSpan.Zero;
        return pause < _longestPause ? pause : _longestPause;
    }

    /// <summary>Takes note of how long work had to wait for a thread.</summary>
    /// <param name="lag">How long.</param>
    /// <param name="isWanted">Whether somebody waits to be worked on.</param>
    public void Saw(TimeSpan lag, bool isWanted) => _value = Math.Clamp(_value * Factor(lag, isWanted), Least, most);

    private double Factor(TimeSpan lag, bool isWanted) =>
        lag > _longestLag ? Shrinking
        : !isWanted ? 1
        : lag < _noLag && _value >= start ? GreatGrowth
        : Growth;
}
