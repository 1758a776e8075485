using System.Text.Json;
using System.Text.Json.Serialization;
using Sessions.Engine;
using Sessions.Http.Streams;
using Sessions.Lifecycle;
using Sessions.Outbox;

namespace Sessions.CamaraWebRtc;

/// <summary>
/// Something that happened, before it is known who has asked to hear of it: written with the change in the change's own
/// partition, and then passed on to the subscriptions of each party, which lie elsewhere.
/// </summary>
internal sealed record News
{
    public const string RelayName = "camara-webrtc/news";

    private const string Stream = "news";
    private const int LaneDigits = 32;

    public required string Type { get; init; }

    /// <summary>The address of what changed, which programs before the generations tell.</summary>
    public required string Source { get; init; }

    /// <summary>The id of the call or registration; its events reach each sink in their order.</summary>
    public required string Subject { get; init; }

    /// <summary>Who is told.</summary>
    public required IReadOnlyList<string> Parties { get; init; }

    /// <summary>For a call, who made it: its first event is the receiver's alone.</summary>
    public string? Originator { get; init; }

    /// <summary>For a call, the device that made it, or null when that is not known.</summary>
    public string? OriginatorDevice { get; init; }

    /// <summary>For a call, the registration of the receiver's device that answered, or null.</summary>
    public string? AnsweredBy { get; init; }

    /// <summary>Whether the news are that it was answered.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsAnswer { get; init; }

    /// <summary>The place among the news of its subject.</summary>
    public int Sequence { get; init; }

    /// <summary>From when on nobody wants it any more, or null for never.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>For a registration, its device.</summary>
    public string? DeviceId { get; init; }

    public required EventData Data { get; init; }

    /// <summary>The call that changed; null when it is a registration.</summary>
    [JsonIgnore]
    public string? Call => Type == EventTypes.RegistrationEnds ? null : Subject;

    /// <summary>
    /// The news as a party hears it, who counts its own events from 1. A call that has told the party nothing yet has
    /// no number to show.
    /// </summary>
    public News For(string party) => party != Originator ? this : this with
    {
        Data = Data with { SequenceNumber = Data.SequenceNumber is > 1 and var place ? place - 1 : null },
    };

    /// <summary>The news as a subscription of a party hears them; null when they are not for its device.</summary>
    /// <param name="party">The party.</param>
    /// <param name="device">The subscription.</param>
    /// <param name="answering">The device that answered, or null when that is not known.</param>
    public News? For(string party, Subscription device, string? answering)
    {
        if (party == Originator)
        {
            var isFor = OriginatorDevice is null || device.DeviceId == OriginatorDevice || device.SessionId == Subject;
            return isFor ? For(party) : null;
        }

        return answering is null || answering == device.DeviceId ? this : IsAnswer ? Elsewhere : null;
    }

    // A device that rings stops when its session is cancelled; why is told as SIP tells it (RFC 3326, section 3.1).
    private News Elsewhere => this with
    {
        Data = Data with
        {
            Status = SessionStatus.SessionCancelled, Answer = null, Reason = "Call completed elsewhere",
        },
    };

    /// <summary>The news on its way out, to be committed with the change.</summary>
    /// <param name="changed">The document that changed.</param>
    /// <param name="at">The moment of the change, later than that of the change before.</param>
    public OutboxEvent ToEvent(State changed, DateTimeOffset at) => new()
    {
        Id = $"news-{changed.Id}-{Sequence}",
        Partition = changed.Partition,
        Account = changed.Account,
        Stream = Stream,
        Session = Call is null ? null : ShortId.Of(MediaSessionKind.KindName, Call),
        Sender = RelayName,
        // Names the lane, and is not spoken to: each call and registration waits for itself alone.
        Target = new Uri($"relay://{changed.Id[..LaneDigits]}"),
        Payload = JsonSerializer.SerializeToUtf8Bytes(this, CamaraStorageJson.Default.News),
        At = at,
        Until = Until,
        LongestPause = Haste.PauseUntil(Until),
        OnlyFor = Call is null ? [] : [.. Parties.Select(party => SubscriptionKind.LiveOf(changed.Account, party))],
    };

    public static News Of(OutboxEvent told) =>
        JsonSerializer.Deserialize(told.Payload.Span, CamaraStorageJson.Default.News)!;
}

/// <summary>
/// Passes news on to the subscriptions of each party: one commit for each, in the party's partition, writes the event,
/// counts it, and marks the news as passed on to it, so that a repeat changes nothing.
/// </summary>
public sealed class NewsRelay(
    SubscriptionKind kind,
    Subscriptions subscriptions,
    Registrations registrations,
    Invitations invitations,
    Changes changes,
    WriteSignals signals) : IOutboxRelay
{
    // News are passed on for days at most.
    private static readonly TimeSpan _markKept = TimeSpan.FromDays(4);
    private static readonly TimeSpan _clocksDiffer = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public string Name => News.RelayName;

    /// <inheritdoc/>
    public async ValueTask<Verdict> Pass(OutboxEvent told, DateTimeOffset now, CancellationToken cancellation)
    {
        var news = News.Of(told);
        if (news.Type == EventTypes.SessionInvitation
            && !await invitations.IsWanted(told, news.Subject, now, cancellation))
        {
            return Verdict.Dropped;
        }

        foreach (var party in news.Parties)
        {
            var partition = Partitions.OfParty(told.Account, party);
            var live = await subscriptions.Live(partition, now, cancellation);
            var answering = await DeviceOf(news.AnsweredBy, partition, live, now, cancellation);
            foreach (var to in await Interested(partition, live, told, news, now, cancellation))
            {
                if (news.For(party, to.Body, answering) is { } heard)
                {
                    await PassOn(to, told, heard, now, cancellation);
                }
            }
        }

        return Verdict.Taken;
    }

    // Once to each: an event may be passed on again when it is not known whether it was.
    private async ValueTask PassOn(
        State<Subscription> to, OutboxEvent told, News news, DateTimeOffset now, CancellationToken cancellation)
    {
        var command = new Command(now, cancellation)
        {
            Once = new Once($"passed-on:{told.Id}:{to.Id}", "", "") { Kept = _markKept },
        };
        await changes.Remove(command, kind.At(to.Partition, to.Id), (found, at) =>
            found is { Lifetime.Open: true } live
                ? SubscriptionRules.Tell(live, news, told.At, at)
                : Decision.Keep(to));
        signals.Tell(to.Partition);
    }

    private async ValueTask<IReadOnlyList<State<Subscription>>> Interested(
        string partition,
        IReadOnlyList<State<Subscription>> live,
        OutboxEvent told,
        News news,
        DateTimeOffset now,
        CancellationToken cancellation)
    {
        State<Subscription>[] asked = [.. live.Where(found => WasThere(found, told) && AsksFor(found.Body, news))];
        if (asked is [] || news.Type != EventTypes.SessionInvitation)
        {
            return asked;
        }

        // An endpoint is called while its device is registered.
        var all = await registrations.Of(partition, now, cancellation);
        var devices = all.Where(found => found.Lifetime.Open).Select(found => found.Body.DeviceId).ToHashSet();
        return [.. asked.Where(found => devices.Contains(found.Body.DeviceId))];
    }

    // Mostly it is one that has subscribed, so that nothing need be read.
    private async ValueTask<string?> DeviceOf(
        string? registration,
        string partition,
        IReadOnlyList<State<Subscription>> live,
        DateTimeOffset now,
        CancellationToken cancellation) =>
        registration is null || !OwnThings.MayBeIn(partition, registration) ? null
        : live.FirstOrDefault(found => found.Body.RegistrationId == registration)?.Body.DeviceId
            ?? (await registrations.Of(partition, now, cancellation))
                .FirstOrDefault(found => found.Id == registration)?.Body.DeviceId;

    // What came before a subscription is no news to it; its initialEvent may have told it. By the clocks of two
    // machines: better to tell what came a moment before than to lose what came after.
    private static bool WasThere(State<Subscription> subscription, OutboxEvent told) =>
        subscription.CreatedAt <= told.At + _clocksDiffer;

    private static bool AsksFor(Subscription subscription, News news) =>
        subscription.AsksFor(news.Type) && news.Type switch
        {
            EventTypes.RegistrationEnds => subscription.DeviceId == news.DeviceId,
            _ => subscription.SessionId is null || subscription.SessionId == news.Subject,
        };
}
