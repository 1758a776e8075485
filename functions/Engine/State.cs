using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.Engine;

/// <summary>
/// A thing as it counts at one moment: what was stored, with what time has done to it since, or something new. Rules
/// take one and give the next one, made by <c>with</c>; the engine knows which of the two was stored.
/// </summary>
public abstract record State
{
    private readonly Lifetime? _lifetime;

    private protected State(
        string account, string partition, string id, DateTimeOffset createdAt, Lifetime? lifetime)
    {
        (Account, Partition, Id, CreatedAt, _lifetime) = (account, partition, id, createdAt, lifetime);
        UpdatedAt = lifetime?.UpdatedAt ?? createdAt;
    }

    /// <summary>Where it lies: the smallest scope that holds an invariant or a list.</summary>
    public string Partition { get; }

    /// <summary>Its own name, unique in the partition.</summary>
    public string Id { get; }

    /// <summary>The id of the account that it belongs to; empty for what belongs to none.</summary>
    public string Account { get; }

    /// <summary>Its status and its end, for what has a life of its own.</summary>
    /// <exception cref="InvalidOperationException">It has none.</exception>
    public Lifetime Lifetime
    {
        get => _lifetime ?? throw new InvalidOperationException($"{Id} has no life of its own.");
        init => (_lifetime, UpdatedAt) = (value, value.UpdatedAt);
    }

    /// <summary>When it was made, UTC. Lists are ordered by it.</summary>
    public DateTimeOffset CreatedAt { get; }

    /// <summary>When it last changed, UTC.</summary>
    public DateTimeOffset UpdatedAt { get; internal init; }

    /// <summary>What lists of its kind are narrowed down by, or null; a kind may derive it instead.</summary>
    public string? Index { get; init; }

    /// <summary>When the timer must look at a thing that is no session; a session's own kind derives it.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>From when on a thing that is no session counts as gone; a session's own kind derives it.</summary>
    public DateTimeOffset? PurgeAt { get; init; }

    /// <summary>What readers know this state by: differs whenever what they see differs. Empty when it is
    /// new.</summary>
    public string Version { get; init; } = "";

    /// <summary>Whether it has never been stored.</summary>
    public bool IsNew => Origin is null;

    /// <summary>Its life; null for what has none of its own.</summary>
    internal Lifetime? Life => _lifetime;

    /// <summary>The document that it was read from; null when it is new.</summary>
    internal Document? Origin { get; init; }

    /// <summary>See <see cref="Kind{T}.SeenAs"/>.</summary>
    internal abstract string SeenAs { get; }

    /// <summary>The draft in which an earlier state of it stands, which this one was made of; mostly null.</summary>
    internal Draft? Drafted { get; init; }

    /// <summary>The document of this state.</summary>
    internal abstract Document Seal(DateTimeOffset now);

    /// <summary>The state once this document of it is stored, in the version that the store gave it.</summary>
    internal abstract State Stored(Document document, string version);

    /// <summary>See <see cref="Kind{T}.KeepsTrail"/>.</summary>
    internal abstract bool KeepsTrail { get; }

    /// <summary>See <see cref="Kind{T}.PresentIn"/>; before this change, and now.</summary>
    internal abstract (IReadOnlyList<string> Before, IReadOnlyList<string> Now) Present { get; }

    /// <summary>What else is stored because of this state, and only as long as it holds, once it is written.</summary>
    internal abstract IEnumerable<State> Follows(DateTimeOffset now);

    /// <summary>The same of the state that was stored; none when this one is new.</summary>
    internal abstract IEnumerable<State> Followed();

    /// <summary>What is left behind when the stored state becomes this one; null for a removal.</summary>
    internal abstract IEnumerable<Write> Leaves(DateTimeOffset now, bool removed);
}

/// <summary>A thing of one kind.</summary>
public sealed record State<T> : State
    where T : class
{
    private readonly State<T>? _before;

    internal State(
        Kind<T> kind,
        string account,
        string partition,
        string id,
        DateTimeOffset createdAt,
        Lifetime? lifetime,
        T body)
        : base(account, partition, id, createdAt, lifetime) => (Kind, Body) = (kind, body);

    // What `with` makes of a stored state was that one before.
    private State(State<T> original)
        : base(original) => (Kind, Body, _before) = (original.Kind, original.Body, original.Before);

    /// <summary>What it is.</summary>
    public Kind<T> Kind { get; }

    /// <summary>The surface's own part of it.</summary>
    public T Body { get; init; }

    /// <summary>
    /// The state that was stored, before time did anything to it: perhaps this one. Null when this one is new.
    /// </summary>
    internal State<T>? Before
    {
        get => _before ?? (IsNew ? null : this);
        init => _before = value;
    }

    /// <summary>The thing with another body, changed at this moment.</summary>
    public State<T> To(T body, DateTimeOffset at) => Life is { } life
        ? this with { Body = body, Lifetime = life with { UpdatedAt = at } }
        : this with { Body = body, UpdatedAt = at };

    internal override string SeenAs => Kind.SeenAs;

    internal override Document Seal(DateTimeOffset now) => Kind.Seal(this, now);

    internal override State Stored(Document document, string version) => this with
    {
        DueAt = document.DueAt,
        PurgeAt = document.PurgeAt,
        Version = version,
        Origin = document with { ETag = version },
        Before = null,
        Drafted = null,
    };

    internal override bool KeepsTrail => Kind.KeepsTrail;

    internal override (IReadOnlyList<string> Before, IReadOnlyList<string> Now) Present =>
        (Before is null ? [] : [.. Kind.PresentIn(Before)], [.. Kind.PresentIn(this)]);

    internal override IEnumerable<State> Follows(DateTimeOffset now) => Kind.Follows(Kind.Written(this, now));

    internal override IEnumerable<State> Followed() => Before is null ? [] : Kind.Follows(Before);

    internal override IEnumerable<Write> Leaves(DateTimeOffset now, bool removed) =>
        Before is null ? [] : Kind.Leaves(Before, removed ? null : this, now);
}

/// <summary>As much of a thing as answers show, as it counts at one moment. Nothing else can be made of it.</summary>
/// <param name="Id">Its own name.</param>
/// <param name="Lifetime">Its status and its end.</param>
/// <param name="Version">What readers know it by; empty where that is not shown.</param>
/// <param name="Body">What is shown of its own part.</param>
public readonly record struct Shown<T>(string Id, Lifetime Lifetime, string Version, T Body)
    where T : class;

/// <summary>Where a thing of one kind lies.</summary>
public sealed record Place<T>(Kind<T> Kind, string Partition, string Id)
    where T : class;
