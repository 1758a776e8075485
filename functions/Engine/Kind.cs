using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.Engine;

/// <summary>
/// A kind of thing that is stored: its name, its JSON, and what follows from its state. All of it is pure, so that what
/// is stored beside a thing can never differ from it.
/// </summary>
/// <param name="name">The kind, as documents carry it, such as <c>twilio-proxy/service</c>.</param>
/// <param name="json">How the body is written; asked for with the first body, since to make it takes time.</param>
public abstract class Kind<T>(string name, Func<JsonTypeInfo<T>> json)
    where T : class
{
    private const string ExpiredSuffix = "-expired";
    private JsonTypeInfo<T>? _json;

    /// <summary>The kind, as documents carry it.</summary>
    public string Name => name;

    /// <summary>
    /// Whether answers show secrets, which an idempotency record must not hold: a repeat is answered anew.
    /// </summary>
    public virtual bool KeepsSecrets => false;

    /// <summary>
    /// The kind as <see cref="Reader.Recent{T, TView}"/> has it: the same for kinds that are seen together.
    /// </summary>
    public virtual string SeenAs => name;

    /// <summary>Where a thing of this kind lies.</summary>
    public Place<T> At(string partition, string id) => new(this, partition, id);

    /// <summary>Something new that is no session.</summary>
    public State<T> New(string account, string partition, string id, T body, DateTimeOffset now) =>
        new(this, account, partition, id, now, null, body);

    /// <summary>Something new that is no session, beside what it belongs to.</summary>
    public State<T> New(State beside, string id, T body, DateTimeOffset now) =>
        New(beside.Account, beside.Partition, id, body, now);

    /// <summary>Something new, with a life of its own.</summary>
    public State<T> New(string account, string partition, string id, T body, Lifetime lifetime) =>
        new(this, account, partition, id, lifetime.CreatedAt, lifetime, body);

    /// <summary>
    /// The thing in a document as it counts at <paramref name="now"/>. Null for null, and for another kind.
    /// </summary>
    public State<T>? Open(Document? document, DateTimeOffset now)
    {
        if (document is null || document.Kind != name)
        {
            return null;
        }

        var body = JsonSerializer.Deserialize(document.Body.Span, Json)!;
        var stored = new State<T>(
            this,
            document.Account,
            document.Partition,
            document.Id,
            document.CreatedAt,
            document.Lifetime,
            body)
        {
            UpdatedAt = document.UpdatedAt,
            Index = document.Index,
            DueAt = document.DueAt,
            PurgeAt = document.PurgeAt,
            Version = document.ETag,
            Origin = document,
        };
        return At(stored, now);
    }

    /// <summary>
    /// What answers show of a session in a document, as it counts at <paramref name="now"/>. Null for null, and for
    /// another kind.
    /// </summary>
    /// <param name="document">The document.</param>
    /// <param name="now">The moment.</param>
    /// <param name="shown">As much of the body as is shown; what else is there is passed over.</param>
    internal Shown<TShown>? Show<TShown>(Document? document, DateTimeOffset now, JsonTypeInfo<TShown> shown)
        where TShown : class
    {
        if (document is not { Lifetime: { } stored } || document.Kind != name)
        {
            return null;
        }

        var life = LifeAt(stored, now);
        return new(
            document.Id,
            life,
            VersionOf(document.ETag, !ReferenceEquals(life, stored)),
            JsonSerializer.Deserialize(document.Body.Span, shown)!);
    }

    /// <summary>A second name that is unique in the partition over all kinds, or null.</summary>
    protected virtual string? KeyOf(State<T> state) => null;

    /// <summary>What lists of this kind are narrowed down by, or null; for what lives nothing but its status.</summary>
    protected virtual string? IndexOf(State<T> state) => state.Index;

    /// <summary>What time does to a stored state until <paramref name="now"/>; nothing to what is no session.</summary>
    protected virtual State<T> At(State<T> stored, DateTimeOffset now) => stored;

    /// <summary>What time does to a stored life until <paramref name="now"/>.</summary>
    protected virtual Lifetime LifeAt(Lifetime stored, DateTimeOffset now) => stored;

    /// <summary>What readers know a state by whose life was stored so, or was ended by time since.</summary>
    protected static string VersionOf(string stored, bool isExpired) => isExpired ? stored + ExpiredSuffix : stored;

    /// <summary>When the timer must look at it, or null for never.</summary>
    protected virtual DateTimeOffset? DueOf(State<T> state) => state.DueAt;

    /// <summary>From when on it counts as gone once it is written at <paramref name="now"/>, or null for
    /// never.</summary>
    protected virtual DateTimeOffset? PurgeOf(State<T> state, DateTimeOffset now) => state.PurgeAt;

    /// <summary>
    /// What else is stored because of this state: a claim, a second listing. It is made, changed and removed with it,
    /// and is nobody else's. The state carries the moments that it is stored with, so that both can be gone at one.
    /// </summary>
    protected internal virtual IEnumerable<State> Follows(State<T> state) => [];

    /// <summary>What is left behind when one state becomes another, or when it is removed: null.</summary>
    protected internal virtual IEnumerable<Write> Leaves(State<T> before, State<T>? after, DateTimeOffset now) => [];

    /// <summary>What it is found by over all partitions, or null; see <see cref="Document.Terms"/>.</summary>
    protected virtual string? TermsOf(State<T> state) => null;

    /// <summary>Whether its document keeps a <see cref="Trail"/>.</summary>
    protected internal virtual bool KeepsTrail => false;

    /// <summary>Who takes part in it, as far as its own state tells: by their ids.</summary>
    protected internal virtual IEnumerable<string> PresentIn(State<T> state) => [];

    /// <summary>Whether somebody, in this process or another, may wait for what is written of it.</summary>
    protected virtual bool IsWatched(State<T> state) => false;

    /// <summary>The body as an idempotency record may hold it: without secrets that no answer shows.</summary>
    protected internal virtual T WithoutSecrets(T body) => body;

    /// <summary>The state with the moments that it is stored with.</summary>
    internal State<T> Written(State<T> state, DateTimeOffset now) => state with
    {
        DueAt = DueOf(state),
        PurgeAt = PurgeOf(state, now),
    };

    /// <summary>The document of a state.</summary>
    /// <exception cref="InvalidOperationException">It was read to be shown only.</exception>
    internal Document Seal(State<T> state, DateTimeOffset now) => state.Origin is { IsPartial: true }
        ? throw new InvalidOperationException($"{state.Id} was read to be shown: what is not shown would be lost.")
        : new()
        {
            Partition = state.Partition,
            Id = state.Id,
            Kind = name,
            Key = KeyOf(state),
            Account = state.Account,
            Index = IndexOf(state),
            CreatedAt = state.CreatedAt,
            UpdatedAt = state.UpdatedAt,
            Lifetime = state.Life,
            DueAt = DueOf(state),
            PurgeAt = PurgeOf(state, now),
            RequestHash = state.Origin?.RequestHash,
            Terms = TermsOf(state),
            Trail = state.Origin?.Trail,
            Body = BodyOf(state.Body),
            ETag = state.Origin?.ETag ?? "",
            IsWatched = IsWatched(state),
        };

    /// <summary>The body in its stored form.</summary>
    internal ReadOnlyMemory<byte> BodyOf(T body) => JsonSerializer.SerializeToUtf8Bytes(body, Json);

    /// <summary>A thing as a record remembers it.</summary>
    internal State<T> Restored(State<OnceRecord> record, OnceState state) => new(
        this,
        record.Account,
        record.Partition,
        record.Body.Id,
        state.CreatedAt,
        state.Lifetime,
        state.Body.Deserialize(Json)!);

    private JsonTypeInfo<T> Json => _json ??= json();
}

/// <summary>A kind of thing that ends by the clock, and is kept for a while after.</summary>
/// <param name="name">The kind, such as <c>camara-webrtc/registration</c>.</param>
/// <param name="json">How the body is written; asked for with the first body.</param>
/// <param name="retention">How long one that has ended is kept after its last write.</param>
public abstract class ExpiringKind<T>(string name, Func<JsonTypeInfo<T>> json, TimeSpan retention)
    : Kind<T>(name, json), IDueKind
    where T : class
{
    /// <summary>How long one that has ended is kept.</summary>
    public TimeSpan Retention => retention;

    /// <inheritdoc/>
    public virtual ValueTask<Decision> WhenDue(
        Document document, DateTimeOffset now, CancellationToken cancellation)
    {
        var state = Open(document, now)!;
        return ValueTask.FromResult(state.Lifetime.Open ? Decision.Nothing : Expire(state, state.Before!, now));
    }

    /// <summary>The surface's word for one whose time ran out, by its last state.</summary>
    protected abstract string ExpiredStatus(Lifetime lifetime);

    /// <summary>Makes the end of one durable whose time has come.</summary>
    /// <param name="expired">As every reader sees it: closed.</param>
    /// <param name="stored">As it was stored: open.</param>
    /// <param name="now">The moment of the commit.</param>
    protected virtual Decision<T> Expire(State<T> expired, State<T> stored, DateTimeOffset now) =>
        Decision.To(expired);

    /// <inheritdoc/>
    protected override State<T> At(State<T> stored, DateTimeOffset now)
    {
        var lifetime = LifeAt(stored.Lifetime, now);
        return ReferenceEquals(lifetime, stored.Lifetime)
            ? stored
            : stored with { Lifetime = lifetime, Version = VersionOf(stored.Version, isExpired: true) };
    }

    /// <inheritdoc/>
    protected override Lifetime LifeAt(Lifetime stored, DateTimeOffset now) => stored.At(now, ExpiredStatus(stored));

    /// <inheritdoc/>
    protected override DateTimeOffset? DueOf(State<T> state) => state.Lifetime.ExpiresAt;

    /// <inheritdoc/>
    protected override DateTimeOffset? PurgeOf(State<T> state, DateTimeOffset now) =>
        state.Lifetime.Open ? null : now + retention;
}

/// <summary>A kind whose documents the timer must look at when their moment has come.</summary>
public interface IDueKind
{
    /// <summary>The kind, as documents carry it.</summary>
    string Name { get; }

    /// <summary>
    /// What settles a document that is due: it moves its due moment on, or ends it. All in its partition, and
    /// conditional on the version given, so that two timers at once do no harm. <see cref="Decision.Nothing"/> leaves
    /// it
    /// for the next run.
    /// </summary>
    ValueTask<Decision> WhenDue(Document document, DateTimeOffset now, CancellationToken cancellation);
}
