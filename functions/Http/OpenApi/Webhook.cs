using System.Text.Json.Serialization.Metadata;

namespace Sessions.Http.OpenApi;

/// <summary>What the service sends to an address of the application.</summary>
/// <param name="Name">What it is called in the description.</param>
/// <param name="Summary">What is sent, in a few words.</param>
/// <param name="Description">When it is sent, and what becomes of the answer.</param>
/// <param name="MediaType">As what its body is sent.</param>
public sealed record Webhook(string Name, string Summary, string Description, string MediaType)
{
    /// <summary>What the body is written from; null when it is a form.</summary>
    public JsonTypeInfo? Type { get; init; }

    /// <summary>The fields of a form.</summary>
    public IReadOnlyList<Field> Fields { get; init; } = [];

    /// <summary>Its headers.</summary>
    public IReadOnlyList<Field> Headers { get; init; } = [];

    /// <summary>The answers that mean something, beside 2xx, which is a yes.</summary>
    public IReadOnlyList<Reply> Replies { get; init; } = [];

    /// <summary>What every event has, whose it ever is: https://www.standardwebhooks.com</summary>
    public static IReadOnlyList<Field> Standard { get; } =
    [
        new("Webhook-Id", Schema.Text(), "The event's id, the same whenever it is sent again: drop repeats by it."),
        new("Webhook-Timestamp", Schema.Text(), "When it was sent, in seconds since 1970."),
        new("Webhook-Signature", Schema.Text(), "`v1,` and the HMAC-SHA256, in base64, of id, timestamp and body "
            + "with points between, made with the account's signing secret."),
    ];
}

/// <summary>Which webhook a request asks for, by naming an address.</summary>
/// <param name="Webhook">The webhook.</param>
/// <param name="Address">Where the address stands, as a runtime expression of OpenAPI.</param>
public sealed record CallbackAddress(Webhook Webhook, string Address)
{
    /// <summary>One whose address is a member of the request's body.</summary>
    public static CallbackAddress In(string member, Webhook webhook) => new(webhook, $"{{$request.body#/{member}}}");
}
