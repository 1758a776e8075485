using System.Globalization;
using System.Text.Json;
using Sessions.Engine;
using Sessions.Http.Accounts;
using Sessions.Outbox;

namespace Sessions.TwilioProxy;

/// <summary>
/// How an Interaction follows what carriers say of it. They say it late, twice and in any order, so each status has a
/// rank, and an Interaction only ever goes up. Of several final statuses the first to come wins: applications close
/// sessions and bill by it, so what they were told is never taken back. Sources:
/// https://www.twilio.com/docs/messaging/api/message-resource#message-status-values and
/// https://www.twilio.com/docs/voice/api/call-resource#call-status-values
/// </summary>
internal static class OutcomeRules
{
    public const string Queued = "queued";
    public const string DeliveryUnknown = "delivery-unknown";
    public const string Failed = "failed";
    public const string InProgress = "in-progress";
    public const string Completed = "completed";
    private const int Final = 9;

    private static readonly Dictionary<string, int> _messageRanks = new(StringComparer.Ordinal)
    {
        ["accepted"] = 1,
        ["scheduled"] = 1,
        [Queued] = 2,
        ["sending"] = 3,
        ["sent"] = 4,
        [DeliveryUnknown] = 5,
        ["delivered"] = Final,
        ["undelivered"] = Final,
        [Failed] = Final,
        ["canceled"] = Final,
    };

    private static readonly Dictionary<string, int> _callRanks = new(StringComparer.Ordinal)
    {
        [Queued] = 1,
        ["initiated"] = 2,
        ["ringing"] = 3,
        [InProgress] = 4,
        [Completed] = Final,
        ["busy"] = Final,
        ["no-answer"] = Final,
        ["canceled"] = Final,
        [Failed] = Final,
    };

    /// <summary>Proxy's word for a status of the carrier: it has none for a message that was read.</summary>
    public static string WordOf(string status) => status switch
    {
        "read" => "delivered",
        "delivery_unknown" => DeliveryUnknown,
        "answered" => InProgress,
        _ => status,
    };

    /// <summary>Whether it is a status that something of this type can have on its way out.</summary>
    public static bool Knows(string type, string status) => RanksOf(type).ContainsKey(status);

    /// <summary>The Interaction once the carrier has said this; null when nothing of it is new.</summary>
    /// <param name="seen">The Interaction so far.</param>
    /// <param name="outcome">What the carrier says.</param>
    /// <param name="now">The moment.</param>
    public static State<Interaction>? Next(State<Interaction> seen, Outcome outcome, DateTimeOffset now)
    {
        var (body, side) = (seen.Body, seen.Body.Outbound);
        if (outcome.Type != body.Type || IsOther(outcome, side))
        {
            return null;
        }

        var isForward = RankOf(body.Type, outcome.Status) > RankOf(body.Type, side.ResourceStatus);
        var status = isForward ? outcome.Status : side.ResourceStatus;
        var next = body with
        {
            Outbound = side with
            {
                ResourceSid = outcome.ResourceSid ?? side.ResourceSid,
                IsCarriers = side.IsCarriers || outcome.ResourceSid is not null,
                ResourceStatus = status,
                ErrorCode = outcome.Status == status ? side.ErrorCode ?? outcome.ErrorCode : side.ErrorCode,
            },
        };
        next = body.Type == InteractionType.Voice && IsFinal(body.Type, status) ? Ended(next, outcome) : next;
        return next == body ? null : seen.To(next, OutboxEvent.After(seen.UpdatedAt, now));
    }

    /// <summary>
    /// The same, with the event that tells the application. A SID that comes after its status is kept and not told,
    /// since the status is what applications act on.
    /// </summary>
    /// <param name="seen">The Interaction so far.</param>
    /// <param name="outcome">What the carrier says.</param>
    /// <param name="told">Who is told, or null for nobody.</param>
    /// <param name="now">The moment.</param>
    public static Decision<Interaction> Follow(
        State<Interaction> seen, Outcome outcome, Listener? told, DateTimeOffset now)
    {
        if (Next(seen, outcome, now) is not { } next)
        {
            return Decision.Keep(seen);
        }

        var decision = Decision.To(next);
        return told is not null && Tells(next) != Tells(seen)
            ? decision.Telling(InteractionCallbacks.New(told, next, next.UpdatedAt))
            : decision;
    }

    private static (string Status, string Data) Tells(State<Interaction> interaction) =>
        (interaction.Body.Outbound.ResourceStatus, interaction.Body.Data);

    // What another message or call than the known one comes to says nothing of this one.
    private static bool IsOther(Outcome outcome, InteractionSide side) =>
        side.IsCarriers && outcome.ResourceSid is { } sid && sid != side.ResourceSid;

    // The caller's own call ends with the one that was dialled, as the TwiML has nothing after it.
    private static Interaction Ended(Interaction call, Outcome outcome) => call with
    {
        Inbound = call.Inbound is { } inbound ? inbound with { ResourceStatus = Completed } : null,
        Data = (call, outcome) switch
        {
            ({ Outbound.ResourceStatus: not Completed }, _) => DataOf(0),
            ({ Data: Interaction.NoData }, { Status: Completed, Seconds: { } seconds }) => DataOf(seconds),
            _ => call.Data,
        },
    };

    private static string DataOf(int seconds) => JsonSerializer.Serialize(
        new(seconds.ToString(CultureInfo.InvariantCulture)), ProxyStorageJson.Relaxed.CallData);

    private static bool IsFinal(string type, string status) => RankOf(type, status) == Final;

    private static int RankOf(string type, string status) => RanksOf(type).GetValueOrDefault(status);

    private static Dictionary<string, int> RanksOf(string type) =>
        type == InteractionType.Voice ? _callRanks : _messageRanks;
}

/// <summary>The data of a call's Interaction once it has ended.</summary>
/// <param name="Duration">The seconds that the two spoke.</param>
internal sealed record CallData(string Duration);

/// <summary>An application that is told of Interactions.</summary>
/// <param name="Url">Its address.</param>
/// <param name="Account">Its account.</param>
/// <param name="ServiceSid">The Service.</param>
internal sealed record Listener(string Url, Account Account, string ServiceSid)
{
    /// <summary>Who is told of a Service's Interactions; null for nobody.</summary>
    public static Listener? Of(State<ProxyService> service, Account account) =>
        service.Body.CallbackUrl is { } url ? new(url, account, service.Id) : null;
}
