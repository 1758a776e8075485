using System.Text.Json;
using Sessions.Outbox;
using Sessions.Engine;

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

    /// <summary>The address of what changed, which is the event's <c>source</c>.</summary>
    public required string Source { get; init; }

    /// <summary>The id of the call or registration; its events reach each sink in their order.</summary>
    public required string Subject { get; init; }

    /// <summary>Who is told.</summary>
    public required IReadOnlyList<string> Parties { get; init; }

    /// <summary>The place among the news of its subject.</summary>
    public int Sequence { get; init; }

    /// <summary>For a registration, its device.</summary>
    public string? DeviceId { get; init; }

    public required EventData Data { get; init; }

    /// <summary>The news on its way out, to be committed with the change.</summary>
    /// <param name="changed">The document that changed.</param>
    /// <param name="at">The moment of the change, later than that of the change before.</param>
    public OutboxEvent ToEvent(State changed, DateTimeOffset at) => new()
    {
        Id = $"news-{changed.Id}-{Sequence}",
        Partition = changed.Partition,
        Account = changed.Account,
        Stream = Stream,
        Sender = RelayName,
        // Names the lane, and is not spoken to: each call and registration waits for itself alone.
        Target = new Uri($"relay://{changed.Id[..LaneDigits]}"),
        Payload = JsonSerializer.SerializeToUtf8Bytes(this, CamaraStorageJson.Default.News),
        At = at,
    };

    public static News Of(OutboxEvent told) =>
        JsonSerializer.Deserialize(told.Payload.Span, CamaraStorageJson.Default.News)!;
}
