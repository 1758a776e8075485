using System.Globalization;
using System.Text.Json;
using Sessions.Engine;
using Sessions.Storage;

namespace Sessions.CamaraWebRtc;

/// <summary>An event of a subscription that is read as a stream, kept for who reads on a little later.</summary>
/// <param name="Event">The event: JSON as text, since a store may write numbers in its own way.</param>
public sealed record KeptEvent(string Event);

/// <summary>How such events are stored: with their subscription, and numbered from 1.</summary>
internal sealed class KeptEventKind() : Kind<KeptEvent>("camara-webrtc/event", CamaraStorageJson.Default.KeptEvent)
{
    /// <summary>The kind.</summary>
    public static readonly KeptEventKind One = new();

    /// <summary>How long an event is there for who reads on.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    /// <summary>The events of a subscription behind one.</summary>
    /// <param name="partition">Where the subscription lies.</param>
    /// <param name="subscriptionId">Its id.</param>
    /// <param name="number">The event to begin behind; 0 for all.</param>
    /// <param name="most">How many at most.</param>
    public static ListQuery Behind(string partition, string subscriptionId, int number, int most) =>
        new(partition, One.Name, most)
        {
            Index = subscriptionId,
            Order = ListOrder.OldestFirst,
            // All have one moment, so that the numbers alone order them, whatever the clocks of the machines say.
            After = new(DateTimeOffset.UnixEpoch, IdOf(subscriptionId, number)),
        };

    /// <summary>The event's number.</summary>
    public static int NumberOf(State<KeptEvent> kept) =>
        int.Parse(kept.Id.AsSpan(kept.Id.LastIndexOf('.') + 1), CultureInfo.InvariantCulture);

    /// <summary>The event of this number.</summary>
    public static State<KeptEvent> New(State<Subscription> of, int number, CloudEvent told) =>
        One.New(
            of,
            IdOf(of.Id, number),
            new(JsonSerializer.Serialize(told, CamaraJson.Wire.CloudEvent)),
            DateTimeOffset.UnixEpoch) with
        {
            Index = of.Id,
        };

    /// <summary>Streams wait for it.</summary>
    protected override bool IsWatched(State<KeptEvent> state) => true;

    /// <inheritdoc/>
    protected override DateTimeOffset? PurgeOf(State<KeptEvent> state, DateTimeOffset now) => now + Life;

    private static string IdOf(string subscriptionId, int number) => $"{subscriptionId}.{number:D10}";
}
