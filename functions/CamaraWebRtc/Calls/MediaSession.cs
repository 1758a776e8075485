using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Http.Accounts;
using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.CamaraWebRtc;

/// <summary>What is stored of a call beside its lifetime.</summary>
public sealed record MediaSession
{
    /// <summary>The caller's address, as sent.</summary>
    public required string OriginatorAddress { get; init; }

    /// <summary>The caller's name for people, or null.</summary>
    public string? OriginatorName { get; init; }

    /// <summary>The callee's address, as sent.</summary>
    public required string ReceiverAddress { get; init; }

    /// <summary>The callee's name for people, or null.</summary>
    public string? ReceiverName { get; init; }

    /// <summary>Who the caller is, even when the address hides it.</summary>
    public required string Originator { get; init; }

    /// <summary>Who the callee is.</summary>
    public required string Receiver { get; init; }

    /// <summary>The device of the registration that the call was made with, or null when none was named.</summary>
    public string? OriginatorDevice { get; init; }

    /// <summary>Until when that device was registered when it was last looked at.</summary>
    public DateTimeOffset? OriginatorUntil { get; init; }

    /// <summary>The registration of the device that answered, or null when it named none.</summary>
    public string? AnsweredBy { get; init; }

    /// <summary>That registration's device, once it was looked at.</summary>
    public string? ReceiverDevice { get; init; }

    /// <summary>Until when that device was registered when it was last looked at; at first when it answered.</summary>
    public DateTimeOffset? ReceiverUntil { get; init; }

    /// <summary>The latest offer.</summary>
    public required SessionDescription Offer { get; init; }

    /// <summary>The latest answer; null before there is one.</summary>
    public SessionDescription? Answer { get; init; }

    /// <summary>Who has offered new media since the call was connected and has no answer yet.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Sides Offering { get; init; }

    /// <summary>REGULAR, or null when the caller did not say.</summary>
    public string? CallType { get; init; }

    /// <summary>Where the party who last told it is, or null.</summary>
    public LocationDetails? LocationDetails { get; init; }

    /// <summary>The caller's own mark, which r2.2 has and later versions dropped; or null.</summary>
    public string? ClientCorrelator { get; init; }

    /// <summary>How many events the call has had: 1 after the invitation.</summary>
    public int Sequence { get; init; } = 1;

    /// <summary>The sides of it that the caller's token speaks for.</summary>
    internal Sides SidesOf(Caller caller) =>
        (caller.Is(Originator) ? Sides.Originator : Sides.None) | (caller.Is(Receiver) ? Sides.Receiver : Sides.None);

    /// <summary>Whether this is one of its two parties.</summary>
    internal bool IsOf(string party) => party == Originator || party == Receiver;

    /// <summary>Whether the caller is one of its two parties.</summary>
    internal bool IsOf(Caller caller) => SidesOf(caller) is not Sides.None;
}

/// <summary>A session description of RFC 4566, the yaml's WrtcSDPDescriptor.</summary>
/// <param name="Sdp">The description, at most 65,536 characters.</param>
public sealed record SessionDescription(string? Sdp);

/// <summary>
/// How calls are stored and how they end. No invariant and no list spans two calls, so each has a partition of its own,
/// which its id names: thus an operator of any size spreads.
/// </summary>
public sealed class MediaSessionKind(
    RetentionSettings retention, CallWatch watch, IIdSource ids, TermKeys keys)
    : SessionKind<MediaSession>(
        KindName, () => CamaraStorageJson.Default.MediaSession, "CamaraWebRtc", retention.Closed, keys)
{
    /// <summary>The kind, as documents carry it.</summary>
    internal const string KindName = "camara-webrtc/call";

    // As long as the standard's examples: the partition's digits, random ones, and a check that tells such an id from
    // the ids of before, which were their own partition.
    private const int IdDigits = 102;
    private const int PartitionDigits = 32;
    private const int CheckDigits = 8;
    private const int OnTheStack = 512;
    private const string OriginatorSide = "originator";
    private const string ReceiverSide = "receiver";
    private static readonly string[] _sides = [OriginatorSide, ReceiverSide];
    private static readonly SearchValues<char> _digits = SearchValues.Create("0123456789ABCDEF");

    /// <summary>Where the call of an id lies; null for what could not be one, which is not looked for.</summary>
    internal Place<MediaSession>? Of(string account, string id) =>
        id.Length != IdDigits || id.AsSpan().ContainsAnyExcept(_digits) ? null
        : IsChecked(id) ? At(PartitionOf(account, id), id)
        : At($"{account}:camara-webrtc:call:{id}", id);

    /// <summary>
    /// Where a new call lies. Under an idempotency key the partition is of the key alone, where a repeat finds what the
    /// first one made; the rest of the id is random, so that a key used again after its time makes another call.
    /// </summary>
    internal Place<MediaSession> New(string account, Once? once, DateTimeOffset now)
    {
        var partition = once is null ? $"{ids.Next(now):N}".ToUpperInvariant() : Digest(once.Id, PartitionDigits);
        var id = partition + Random() + Random()[..(IdDigits - (2 * PartitionDigits) - CheckDigits)];
        return At(PartitionOf(account, id), id + Check(id));
    }

    /// <summary>Where the call lies that this request made under its key before there were records.</summary>
    internal Place<MediaSession> OfBefore(Exchange exchange, string originator)
    {
        var key = exchange.IdOfBefore(Partitions.OfParty(exchange.Account.Id, originator));
        var id = Convert.ToHexString(SHA512.HashData(key.ToByteArray()))[..IdDigits];
        return At($"{exchange.Account.Id}:camara-webrtc:call:{id}", id);
    }

    /// <summary>How long a call may be connected.</summary>
    internal TimeSpan LongestCall => watch.LongestCall;

    /// <inheritdoc/>
    public override ValueTask<Decision> WhenDue(
        Document document, DateTimeOffset now, CancellationToken cancellation)
    {
        var call = Open(document, now)!;
        return call.Lifetime.Open
            ? watch.Look(call, now, cancellation)
            : ValueTask.FromResult<Decision>(Expire(call, call.Before!, now));
    }

    /// <inheritdoc/>
    protected override string ExpiredStatus(Lifetime lifetime) =>
        CallTable.IsAnswered(lifetime.Status) ? SessionStatus.Terminated : SessionStatus.NoAnswer;

    /// <summary>When its time runs out, or its devices must be looked at.</summary>
    protected override DateTimeOffset? DueOf(State<MediaSession> state) =>
        state.Lifetime.Open ? Sooner.Of(state.Lifetime.ExpiresAt, watch.DueOf(state.Body)) : null;

    /// <inheritdoc/>
    protected override Decision<MediaSession> Expire(
        State<MediaSession> expired, State<MediaSession> stored, DateTimeOffset now) =>
        CallRules.Expire(stored, expired);

    /// <summary>Cancels or terminates, as its originator would.</summary>
    protected override Decision<MediaSession> Close(State<MediaSession> open, DateTimeOffset now) =>
        CallRules.End(open, new(Sides.Originator), now);

    /// <summary>Both sides until it ends.</summary>
    protected internal override IEnumerable<string> PresentIn(State<MediaSession> state) =>
        state.Lifetime.EndedAt is null ? _sides : [];

    /// <summary>Its two sides: whose numbers they are is for the API alone.</summary>
    protected override IEnumerable<SessionParty> PartiesOf(State<MediaSession> state)
    {
        var (life, answered) = (state.Lifetime, CallTable.IsAnswered(state.Lifetime.Status));
        var end = life.EndedAt;
        yield return new(OriginatorSide, OriginatorSide, end is null ? "calling" : "left", life.CreatedAt, end);
        yield return new(
            ReceiverSide,
            ReceiverSide,
            end is not null ? "left" : answered ? "answered" : "ringing",
            life.StartedAt,
            end);
    }

    /// <inheritdoc/>
    protected override IEnumerable<string> NumbersOf(State<MediaSession> state) =>
        [state.Body.Originator, state.Body.Receiver];

    private static string PartitionOf(string account, string id) =>
        $"{account}:camara-webrtc:call:{id.AsSpan(0, PartitionDigits)}";

    private static bool IsChecked(ReadOnlySpan<char> id)
    {
        Span<char> check = stackalloc char[CheckDigits];
        WriteDigest(id[..^CheckDigits], check);
        return id.EndsWith(check);
    }

    private static string Check(string id) => Digest(id, CheckDigits);

    private static string Digest(string text, int digits) =>
        string.Create(digits, text, static (digest, text) => WriteDigest(text, digest));

    private static void WriteDigest(ReadOnlySpan<char> text, Span<char> digest)
    {
        var room = Encoding.UTF8.GetMaxByteCount(text.Length);
        Span<byte> bytes = room <= OnTheStack ? stackalloc byte[OnTheStack] : new byte[room];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Span<char> hex = stackalloc char[2 * SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[..Encoding.UTF8.GetBytes(text, bytes)], hash);
        Convert.TryToHexString(hash, hex, out _);
        hex[..digest.Length].CopyTo(digest);
    }

    private string Random() => Convert.ToHexString(ids.Next().ToByteArray());
}
