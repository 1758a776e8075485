using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Http.Limits;
using Sessions.Http.Streams;
using Sessions.Storage;

namespace Sessions.CamaraWebRtc;

/// <summary>One thing that a subscription's stream says.</summary>
/// <param name="Number">The event's number in the stream; of what is none, that of the last event before it.</param>
/// <param name="Event">The event; null for what only says that the stream is still there.</param>
internal sealed record StreamedEvent(int Number, string? Event);

/// <summary>
/// A subscription's events as they come, beside its sink or in the place of one: a browser cannot be an https sink. An
/// extension of ours to the standard.
/// </summary>
public sealed class SubscriptionStreams(
    SubscriptionKind kind,
    Follower follower,
    Reader reader,
    Settler settler,
    HeldBytes held,
    TimeProvider time)
{
    /// <summary>The number of the last event that the client has; 0 for none.</summary>
    /// <exception cref="RefusedException">INVALID_ARGUMENT: Last-Event-ID is none of ours.</exception>
    internal static int LastOf(Exchange exchange) => LastOf(exchange.Request.Headers["Last-Event-ID"]);

    /// <summary>Streams the events of a subscription behind one.</summary>
    internal IResult Answer(Exchange exchange, State<Subscription> subscription, int after)
    {
        if (!subscription.Before!.Lifetime.Open && after >= subscription.Body.Kept)
        {
            // Tells an EventSource not to come again.
            return CamaraSurface.Nothing;
        }

        var source = new Source(kind, reader, settler, time, kind.At(subscription.Partition, subscription.Id), after);
        return new StreamAnswer<StreamedEvent>(
            held.Stream(exchange.Account),
            new Format(),
            follower.PaceOf(exchange),
            source.Resume,
            (reader, stop) => follower.Follow(subscription.Partition, source, exchange.Now, reader, stop));
    }

    private static int LastOf(StringValues sent) =>
        sent.Count == 0 ? 0
        : int.TryParse(sent, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw CamaraErrors.Invalid("Last-Event-ID is no id of an event of this stream.");

    private sealed class Source(
        SubscriptionKind kind,
        Reader reader,
        Settler settler,
        TimeProvider time,
        Place<Subscription> place,
        int after) : IStreamSource<StreamedEvent>
    {
        private const int PageSize = 50;

        // A stream whose reader does not read holds this and one event for as long as it is waited for.
        private const int PageBytesRead = 64 * 1024;

        private int _position = after;

        public StreamedEvent Heartbeat => new(_position, null);

        public StreamedEvent Resume => Heartbeat;

        public async ValueTask<Look<StreamedEvent>> Look(Heard heard, CancellationToken cancellation)
        {
            try
            {
                return await LookNow(cancellation);
            }
            catch (StoreFaultException)
            {
                // The stream has begun, so there is no error to answer with. The next look comes soon.
                return new([], Moved: false, More: false, Over: false) { HasFailed = true };
            }
        }

        private async ValueTask<Look<StreamedEvent>> LookNow(CancellationToken cancellation)
        {
            var now = time.GetUtcNow();
            var found = await reader.Find(kind, place.Partition, place.Id, now, cancellation);
            if (found is { Lifetime.Open: false, Before.Lifetime.Open: true })
            {
                // Nobody has to wait for the timer to be told of the end, unless the clock that says so is doubted.
                var isEnded = await settler.Settle(kind, place.Partition, place.Id, now, cancellation);
                return new([], Moved: isEnded, More: isEnded, Over: false) { HasFailed = !isEnded };
            }

            var items = found?.Body.Kept <= _position ? [] : await Page(now, cancellation);
            if (items is [.., var last])
            {
                _position = last.Number;
            }
            else if (found?.UpdatedAt + KeptEventKind.Life <= now)
            {
                // What is missing was kept for long enough.
                _position = found!.Body.Kept;
            }

            var (isBehind, isOpen) = (_position < found?.Body.Kept, found?.Lifetime.Open is true);
            return new(
                items,
                Moved: items is not [],
                More: items is not [] && found?.Body.Kept != _position,
                Over: found is null ? items is [] : !isOpen && !isBehind)
            {
                Next = isOpen ? found!.Lifetime.ExpiresAt : null, HasFailed = isBehind,
            };
        }

        private async ValueTask<IReadOnlyList<StreamedEvent>> Page(
            DateTimeOffset now, CancellationToken cancellation)
        {
            var query = KeptEventKind.Behind(place.Partition, place.Id, _position, PageSize) with
            {
                MaxBytes = PageBytesRead,
            };
            var kept = await reader.List(KeptEventKind.One, query, now, cancellation);
            return [.. kept.Select(one => new StreamedEvent(KeptEventKind.NumberOf(one), one.Body.Event))];
        }
    }

    private sealed class Format : IStreamFormat<StreamedEvent>
    {
        public string ContentType => ServerSentEvents.MediaType;

        public int Write(IBufferWriter<byte> output, StreamedEvent item)
        {
            if (item.Event is null)
            {
                ServerSentEvents.WriteHeartbeat(output);
                return 0;
            }

            var told = Encoding.UTF8.GetBytes(item.Event);
            ServerSentEvents.Write(output, ServerSentEvents.IdOf(item.Number), told);
            return told.Length;
        }

        public StreamedEvent ToGoOnBehind(StreamedEvent item) => item with { Event = null };
    }
}

/// <summary>An event of a subscription that is read as a stream, kept for who reads on a little later.</summary>
/// <param name="Event">The event: JSON as text, since a store may write numbers in its own way.</param>
public sealed record KeptEvent(string Event);

/// <summary>How such events are stored: with their subscription, and numbered from 1.</summary>
internal sealed class KeptEventKind()
    : Kind<KeptEvent>("camara-webrtc/event", () => CamaraStorageJson.Default.KeptEvent)
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
