using Sessions.Simulation.LiveStream;
using Sessions.Storage;

namespace Sessions.Simulation;

/// <summary>What goes wrong in a simulated world.</summary>
internal sealed record Faults
{
    /// <summary>How ill the database is.</summary>
    public StoreFaults Store { get; init; } = StoreFaults.None;

    /// <summary>How often an answer never comes back to a client, though the request was handled.</summary>
    public double AnswerLost { get; init; }

    /// <summary>How often a request never arrives.</summary>
    public double RequestLost { get; init; }

    /// <summary>How often the connection of a stream breaks in a second.</summary>
    public double StreamBreaks { get; init; }

    /// <summary>How often a target answers 500.</summary>
    public double TargetFails { get; init; }

    /// <summary>How often a target does not answer.</summary>
    public double TargetHangs { get; init; }

    /// <summary>How often LiveKit never tells what it should.</summary>
    public double WebhookLost { get; init; }

    /// <summary>How often it tells that up to half a minute late.</summary>
    public double WebhookLate { get; init; }

    /// <summary>How often something happens at LiveKit by itself in a second.</summary>
    public double LiveKitLives { get; init; }

    /// <summary>How often an instance is killed in a second.</summary>
    public double Kills { get; init; }

    /// <summary>How far a clock may be from the true time, either way.</summary>
    public TimeSpan Skew { get; init; }

    /// <summary>How often a clock is put to another time in a second.</summary>
    public double ClockChanges { get; init; }

    /// <summary>Whether the secrets are rotated once, as an operator does it.</summary>
    public bool Rotates { get; init; }
}

/// <summary>Instances of the application over one database, their network, and who listens to them.</summary>
internal sealed class World : IDisposable
{
    private const string FirstSecret = "first-secret";
    private const string NextSecret = "next-secret";
    private static readonly TimeSpan _least = TimeSpan.FromMilliseconds(0.5);
    private static readonly TimeSpan _most = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan _restart = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    // Until all have started anew: in a second, those that were killed a while later.
    private static readonly TimeSpan _rotation = TimeSpan.FromSeconds(5);

    private readonly Instance?[] _instances;
    private readonly Faults _faults;
    private readonly Func<IDocumentStore, IDocumentStore> _double;
    private readonly Func<IReadOnlyList<string>, IReadOnlyDictionary<string, string?>> _settings;
    private IReadOnlyList<string> _accepted = [FirstSecret];
    private int _started;

    /// <summary>Starts one.</summary>
    /// <param name="seed">Decides everything.</param>
    /// <param name="instances">How many processes there are.</param>
    /// <param name="faults">What goes wrong.</param>
    /// <param name="settings">The settings of all instances, of the secrets that they accept.</param>
    /// <param name="double">What stands before the database, such as a planted bug; null for nothing.</param>
    public World(
        int seed,
        int instances,
        Faults faults,
        Func<IReadOnlyList<string>, IReadOnlyDictionary<string, string?>> settings,
        Func<World, IDocumentStore, IDocumentStore>? @double = null)
    {
        Scheduler = new(seed);
        (_faults, _settings) = (faults, settings);
        Faults = Well;
        _double = store => @double?.Invoke(this, store) ?? store;
        (Log, LiveKit) = (new(this), new(this));
        _instances = new Instance?[instances];
        for (var place = 0; place < instances; place++)
        {
            Start(place);
        }

        MayKill();
        MayChangeClock();
    }

    /// <summary>How long a client waits for an answer.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(12);

    /// <summary>Decides what happens next.</summary>
    public Scheduler Scheduler { get; }

    /// <summary>How late an instance may see what another has written, by the level of the account.</summary>
    public TimeSpan Lag => _faults.Store.IsSession ? SimulatedStore.LongestLag : TimeSpan.Zero;

    /// <summary>Waits until each instance sees what any has written.</summary>
    public Task CatchUp(Process process) => Task.Delay(2 * Lag, new SimulatedClock(Scheduler, process));

    /// <summary>What goes wrong now: nothing before <see cref="Sicken"/>.</summary>
    public Faults Faults { get; private set; }

    /// <summary>The settings of an instance that starts now.</summary>
    public IReadOnlyDictionary<string, string?> Settings => _settings(_accepted);

    /// <summary>The secret that clients send now.</summary>
    public string Secret { get; private set; } = FirstSecret;

    /// <summary>The database.</summary>
    public StoredDocuments Documents { get; } = new();

    /// <summary>The LiveKit server.</summary>
    public LiveKitContents LiveKit { get; }

    /// <summary>What the targets were told, in its order.</summary>
    public List<Told> Told { get; } = [];

    /// <summary>Where the instances log.</summary>
    public WorldLog Log { get; }

    /// <summary>What went wrong that nothing excuses, such as an error that the application logged.</summary>
    public List<string> Wrong { get; } = [];

    /// <summary>The true time.</summary>
    public DateTimeOffset Now => SimulatedClock.Epoch + Scheduler.Now;

    /// <summary>The database as an instance sees it.</summary>
    public IDocumentStore StoreOf(Instance instance) => _double(
        new SimulatedStore(Scheduler, Documents, () => Faults.Store, instance.Clock, instance.Process));

    /// <summary>From now on things go wrong.</summary>
    public void Sicken()
    {
        Faults = _faults;
        if (_faults.Rotates)
        {
            Rotate();
        }
    }

    /// <summary>From now on nothing goes wrong, and those who are down come back.</summary>
    public void Heal()
    {
        Faults = Well;
        for (var place = 0; place < _instances.Length; place++)
        {
            if (_instances[place] is null)
            {
                Start(place);
            }
        }
    }

    /// <summary>All processes end.</summary>
    public void Dispose()
    {
        foreach (var instance in _instances)
        {
            instance?.Kill();
        }
    }

    /// <summary>A target is told something.</summary>
    public void Take(Told told) => Told.Add(told);

    /// <summary>Something went wrong that is no answer.</summary>
    public void Broken(Exception failure) => Wrong.Add(failure.ToString());

    /// <summary>
    /// Sends a request to an instance, over a network that may lose it or its answer. Nothing comes back then but,
    /// after some seconds, that nothing did.
    /// </summary>
    /// <param name="client">The process that asks.</param>
    /// <param name="asked">The request.</param>
    /// <param name="place">Which instance; null for any.</param>
    public Task<Answered> Send(Process client, Asked asked, int? place = null)
    {
        var answer = new TaskCompletionSource<Answered>();
        if (asked.Authorization is { } authorization)
        {
            asked.Headers["Authorization"] = authorization(Secret);
        }

        if (!Scheduler.Happens(Faults.RequestLost))
        {
            Scheduler.After(WayThere(), owner: null, () => Arrive(client, asked, place, answer));
        }

        Scheduler.After(Patience, client, () => answer.TrySetResult(Answered.Nothing));
        return answer.Task;
    }

    /// <summary>The instance that a request comes to; null when that is down.</summary>
    public Instance? AnyInstance() => _instances[Scheduler.Random.Next(_instances.Length)];

    /// <summary>How long something is on its way.</summary>
    public TimeSpan WayThere() => Scheduler.Between(_least, _most);

    private void Arrive(Process client, Asked asked, int? place, TaskCompletionSource<Answered> answer)
    {
        if ((place is { } one ? _instances[one] : AnyInstance()) is not { } instance)
        {
            // A closed port is told at once, and nothing was done.
            Scheduler.After(WayThere(), client, () => answer.TrySetResult(new(503, "")));
            return;
        }

        instance.Ask(asked, answered =>
        {
            if (!Scheduler.Happens(Faults.AnswerLost))
            {
                Scheduler.After(WayThere(), client, () => answer.TrySetResult(answered));
            }
        });
    }

    private Faults Well => new()
    {
        Store = StoreFaults.None with { Latency = _faults.Store.Latency, IsSession = _faults.Store.IsSession },
    };

    private void Start(int place)
    {
        var skew = Scheduler.Between(-_faults.Skew, _faults.Skew);
        _instances[place] = Instance.Start(this, $"instance {place}.{_started++}", skew);
    }

    private void MayKill() => Scheduler.After(Scheduler.Between(TimeSpan.Zero, 2 * _second), owner: null, () =>
    {
        if (Scheduler.Happens(Faults.Kills))
        {
            Restart(Scheduler.Random.Next(_instances.Length), Scheduler.Between(TimeSpan.Zero, _restart));
        }

        MayKill();
    });

    private void Restart(int place, TimeSpan pause)
    {
        if (_instances[place] is not { } instance)
        {
            return;
        }

        instance.Kill();
        _instances[place] = null;
        Scheduler.After(pause, owner: null, () =>
        {
            if (_instances[place] is null)
            {
                Start(place);
            }
        });
    }

    private void MayChangeClock() => Scheduler.After(
        Scheduler.Between(TimeSpan.Zero, 2 * _second), owner: null, () =>
        {
            if (Scheduler.Happens(Faults.ClockChanges)
                && _instances[Scheduler.Random.Next(_instances.Length)] is { } instance)
            {
                instance.Clock.Skew = Scheduler.Between(-_faults.Skew, _faults.Skew);
            }

            MayChangeClock();
        });

    // First all accept both, then clients send the new one, then nobody accepts the old one any more.
    private void Rotate()
    {
        var begin = Scheduler.Between(TimeSpan.Zero, 5 * _second);
        Scheduler.After(begin, owner: null, () => RestartAll([NextSecret, FirstSecret]));
        Scheduler.After(begin + _rotation, owner: null, () => Secret = NextSecret);
        Scheduler.After(begin + _rotation + Patience, owner: null, () => RestartAll([NextSecret]));
    }

    private void RestartAll(IReadOnlyList<string> accepted)
    {
        _accepted = accepted;
        for (var place = 0; place < _instances.Length; place++)
        {
            var one = place;
            Scheduler.After(
                Scheduler.Between(TimeSpan.Zero, _second), owner: null, () => Restart(one, Scheduler.Between(
                    TimeSpan.Zero, _second)));
        }
    }
}
