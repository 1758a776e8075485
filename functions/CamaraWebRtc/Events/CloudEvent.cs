namespace Sessions.CamaraWebRtc;

/// <summary>An event on the wire, in the structured JSON form of CloudEvents 1.0.</summary>
/// <param name="Id">What a sink drops repeats by.</param>
/// <param name="Source">The path of what changed.</param>
/// <param name="Type">What kind of change, such as <c>org.camaraproject.webrtc-events.v0.session-status</c>.</param>
/// <param name="Time">The moment of the change.</param>
/// <param name="Data">What happened.</param>
internal sealed record CloudEvent(string Id, string Source, string Type, DateTimeOffset Time, EventData Data)
{
    /// <summary>How it is announced.</summary>
    public const string MediaType = "application/cloudevents+json";

    public string Specversion { get; } = "1.0";

    public string Datacontenttype { get; } = "application/json";
}

/// <summary>What happened; each type of event has its own of these members.</summary>
internal sealed record EventData
{
    public string? SubscriptionId { get; init; }

    public string? OriginatorAddress { get; init; }

    public string? OriginatorName { get; init; }

    public string? ReceiverAddress { get; init; }

    public string? ReceiverName { get; init; }

    public string? Status { get; init; }

    public SessionDescription? Offer { get; init; }

    public SessionDescription? Answer { get; init; }

    public LocationDetails? LocationDetails { get; init; }

    public string? ClientCorrelator { get; init; }

    public string? MediaSessionId { get; init; }

    /// <summary>What happened, for people.</summary>
    public string? Reason { get; init; }

    /// <summary>The place among the events of the call, from 1, the invitation.</summary>
    public int? SequenceNumber { get; init; }

    public string? RegistrationId { get; init; }

    public string? TerminationReason { get; init; }

    public string? TerminationDescription { get; init; }
}

/// <summary>The types of events. Source: webrtc-events.yaml</summary>
internal static class EventTypes
{
    public const string SessionStatus = Prefix + "session-status";
    public const string SessionInvitation = Prefix + "session-invitation";
    public const string RegistrationEnds = Prefix + "registration-ends";

    /// <summary>Sent to every subscription that ends; nobody subscribes to it.</summary>
    public const string SubscriptionEnded = Prefix + "subscription-ended";

    private const string Prefix = "org.camaraproject.webrtc-events.v0.";

    /// <summary>Those that can be subscribed to, as r2.2 calls them, and as they are stored.</summary>
    public static readonly string[] All = [SessionStatus, SessionInvitation, RegistrationEnds];

    /// <summary>What a generation calls a type.</summary>
    public static string In(Generation generation, string type) =>
        $"org.camaraproject.{generation.EventsApi}.v0.{type[Prefix.Length..]}";

    /// <summary>What a generation calls those that can be subscribed to.</summary>
    public static IEnumerable<string> AllIn(Generation generation) => All.Select(type => In(generation, type));
}
