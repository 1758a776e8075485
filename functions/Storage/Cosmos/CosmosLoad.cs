namespace Sessions.Storage.Cosmos;

/// <summary>
/// What this process uses of the container's request units, as the service tells with each answer, so that what can
/// wait leaves room for what somebody waits for. It counts real time, like <see cref="CosmosBudget"/>.
/// </summary>
/// <param name="perSecond">How many units a second may be in use for work that can wait to go on.</param>
internal sealed class CosmosLoad(double perSecond)
{
    // What may come at once before anything waits, and what is remembered at most: in a second it is forgotten.
    private const double AtOnce = 0.05;

    // An expected price, so that many who ask at the same moment do not all go at once: a replace of a small document,
    // and what each kilobyte adds to it.
    private const double OfRead = 5;
    private const double OfDocument = 12;
    private const double OfKilobyte = 0.9;

    // What work that can wait gets of that in any case, so that nothing waits for ever where users never pause.
    private const double InAnyCase = 0.2;

    private readonly Lock _gate = new();
    private double _level;
    private double _expected;
    private double _waited;
    private long _seen = TimeProvider.System.GetTimestamp();

    /// <summary>Takes note of what an answer says it cost.</summary>
    public void Took(double units)
    {
        lock (_gate)
        {
            Forget();
            var expected = Math.Min(_expected, units);
            _expected -= expected;
            _level = Math.Min(_level + units - expected, perSecond * 2);
        }
    }

    /// <summary>Waits until there is room.</summary>
    /// <param name="documents">How many documents will be written or read.</param>
    /// <param name="bytes">How large they are.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async ValueTask Wait(int documents, long bytes, CancellationToken cancellation)
    {
        var expected = documents is 0 ? OfRead : (documents * OfDocument) + (bytes / 1024.0 * OfKilobyte);
        while (Enter(expected) is { Ticks: > 0 } delay)
        {
            await Task.Delay(delay, TimeProvider.System, cancellation);
        }
    }

    private TimeSpan Enter(double expected)
    {
        lock (_gate)
        {
            Forget();
            var over = _level - (perSecond * AtOnce);
            if (over > 0 && _waited > 0)
            {
                var delay = Math.Min(over, _waited / InAnyCase) / perSecond;
                return TimeSpan.FromSeconds(delay) + TimeSpan.FromMilliseconds(1);
            }

            _level += expected;
            _expected += expected;
            _waited = Math.Min(_waited + expected, perSecond * InAnyCase);
            return TimeSpan.Zero;
        }
    }

    private void Forget()
    {
        var now = TimeProvider.System.GetTimestamp();
        var seconds = TimeProvider.System.GetElapsedTime(_seen, now).TotalSeconds;
        var forgotten = perSecond * seconds;
        _level = Math.Max(0, _level - forgotten);
        _expected = Math.Max(0, _expected - forgotten);
        _waited = Math.Max(0, _waited - (forgotten * InAnyCase));
        _seen = now;
    }
}
