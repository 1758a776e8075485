namespace Sessions.Http.Limits;

/// <summary>
/// How many requests are worked on at once while several accounts want to be served: as many as leave the processors
/// time for whoever comes next. While requests wait for a slow store that is many, and where they keep the processors
/// busy it is few, down to one. One caller at a time.
/// </summary>
public sealed class ShareSize(int start, int most)
{
    // A request passes through a thread several times, so each wait counts several times.
    private const double Growth = 1.02;
    private const double Shrinking = 0.8;
    private static readonly TimeSpan _longestLag = TimeSpan.FromMilliseconds(1);

    private double _value = start;

    /// <summary>How many.</summary>
    public int Value => (int)_value;

    /// <summary>Takes note of how long work had to wait for a thread.</summary>
    /// <param name="lag">How long.</param>
    /// <param name="isWanted">Whether somebody waits to be worked on.</param>
    public void Saw(TimeSpan lag, bool isWanted)
    {
        var factor = lag > _longestLag ? Shrinking : isWanted ? Growth : 1;
        _value = Math.Clamp(_value * factor, 1, most);
    }
}
