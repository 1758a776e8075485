using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Http.Accounts;
using Sessions.Http.Bodies;
using Sessions.Lifecycle;
using Sessions.Outbox;

namespace Sessions.TwilioProxy;

/// <summary>
/// Tells the Service's CallbackUrl of Interactions, as a form.
/// Source: https://www.twilio.com/docs/proxy/api/webhooks#callbackurl
/// </summary>
internal static class InteractionCallbacks
{
    public const string MediaType = "application/x-www-form-urlencoded";

    /// <summary>The event that tells of an Interaction; none when the Service wants none.</summary>
    /// <param name="service">The Service.</param>
    /// <param name="account">Its account.</param>
    /// <param name="interaction">The Interaction, as it is written in the same commit.</param>
    /// <param name="at">The moment of the change.</param>
    public static IReadOnlyList<OutboxEvent> Of(
        State<ProxyService> service, Account account, State<Interaction> interaction, DateTimeOffset at) =>
        Listener.Of(service, account) is { } listener ? [New(listener, interaction, at)] : [];

    /// <summary>The event that tells one listener of an Interaction.</summary>
    public static OutboxEvent New(Listener listener, State<Interaction> interaction, DateTimeOffset at)
    {
        var (account, body) = (listener.Account, interaction.Body);
        IEnumerable<KeyValuePair<string, string>> fields =
        [
            .. Fields(account, listener.ServiceSid, interaction),
            .. Side("outbound", body.Outbound, account),
            .. ErrorOf(body.Outbound),
        ];
        return new()
        {
            Id = IdOf(interaction),
            Partition = interaction.Partition,
            Account = account.Id,
            Stream = body.SessionSid,
            Session = ShortId.Of(ProxySessionKind.KindName, body.SessionSid),
            Sender = CallbackSender.SenderName,
            Target = new Uri(listener.Url),
            ContentType = MediaType,
            Payload = Encode(fields),
            At = at,
        };
    }

    /// <summary>What is told before it is known where an Interaction goes.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Fields(
        Account account, string serviceSid, State<Interaction> interaction) =>
    [
        .. interaction.Body.Inbound is { } inbound ? Side("inbound", inbound, account) : [],
        new("interactionAccountSid", account.Sid),
        new("interactionData", interaction.Body.Data),
        new("interactionDateCreated", Date(interaction.CreatedAt)),
        new("interactionDateUpdated", Date(interaction.UpdatedAt)),
        new("interactionNumMedia", interaction.Body.MediaCount.ToString(CultureInfo.InvariantCulture)),
        new("interactionServiceSid", serviceSid),
        new("interactionSessionSid", interaction.Body.SessionSid),
        new("interactionSid", interaction.Id),
        new("interactionType", interaction.Body.Type is InteractionType.Voice ? "Voice" : "Message"),
    ];

    /// <summary>A date as callbacks have it.</summary>
    public static string Date(DateTimeOffset date) =>
        date.UtcDateTime.ToString(WireMoments.Seconds, CultureInfo.InvariantCulture);

    /// <summary>Fields as a form.</summary>
    public static byte[] Encode(IEnumerable<KeyValuePair<string, string>> fields)
    {
        var pairs = fields.Select(field => $"{Uri.EscapeDataString(field.Key)}={Uri.EscapeDataString(field.Value)}");
        return Encoding.ASCII.GetBytes(string.Join('&', pairs));
    }

    // Not of Twilio's: there the carrier's code is read from the resource, and not every carrier has one to read.
    private static IEnumerable<KeyValuePair<string, string>> ErrorOf(InteractionSide side) =>
        side.ErrorCode is { } code
            ? [new("outboundResourceErrorCode", code.ToString(CultureInfo.InvariantCulture))]
            : [];

    // One for each status, and one more for a length that comes after the end of its call.
    private static string IdOf(State<Interaction> interaction) =>
        interaction.Body is { Type: InteractionType.Voice, Outbound.ResourceStatus: OutcomeRules.Completed } ended
        && ended.Data != Interaction.NoData
            ? $"{interaction.Id}-{ended.Outbound.ResourceStatus}-duration"
            : $"{interaction.Id}-{interaction.Body.Outbound.ResourceStatus}";

    private static IEnumerable<KeyValuePair<string, string>> Side(
        string name, InteractionSide side, Account account) =>
    [
        new($"{name}ParticipantSid", side.ParticipantSid),
        new($"{name}ResourceSid", side.ResourceSid ?? ""),
        new($"{name}ResourceStatus", side.ResourceStatus),
        new($"{name}ResourceType", side.ResourceType.ToLowerInvariant()),
        new($"{name}ResourceUrl", side.UrlUnder(account) ?? ""),
    ];
}

/// <summary>Sends interaction callbacks, signed as Twilio signs them.</summary>
public sealed class CallbackSender(Credentials credentials) : IOutboxSender
{
    /// <summary>The name by which events ask for it.</summary>
    internal const string SenderName = "twilio-proxy";

    /// <summary>
    /// Marks what Proxy itself sends. Its webhooks are for carriers and refuse what bears this, so that a callback URL
    /// that leads back to them, by whatever name or over whichever installation, ends there.
    /// </summary>
    internal const string HopHeader = "Sessions-Hop";

    /// <inheritdoc/>
    public string Name => SenderName;

    /// <inheritdoc/>
    public HttpRequestMessage Request(OutboxEvent told, DateTimeOffset now) =>
        Request(told.Target, told.Payload, credentials.Accounts.Single(account => account.Id == told.Account));

    /// <summary>A signed form for an address of the application.</summary>
    internal static HttpRequestMessage Request(Uri target, ReadOnlyMemory<byte> form, Account account)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, target) { Content = new ReadOnlyMemoryContent(form) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(InteractionCallbacks.MediaType, "utf-8");
        request.Headers.TryAddWithoutValidation(HopHeader, SenderName);
        request.Headers.TryAddWithoutValidation(
            TwilioSignature.Header,
            TwilioSignature.Of(account.SigningKey, target.AbsoluteUri, Form.Parse(form.Span)));
        return request;
    }
}

/// <summary>
/// <c>X-Twilio-Signature</c>: HMAC-SHA1, in base64, over the URL and after it the name and value of every field in
/// their order. Source: https://www.twilio.com/docs/usage/security#validating-requests
/// </summary>
internal static class TwilioSignature
{
    public const string Header = "X-Twilio-Signature";

    /// <summary>The signature of a request.</summary>
    /// <param name="key">The account's key.</param>
    /// <param name="url">The URL as the sender wrote it, with its query.</param>
    /// <param name="form">The fields of the body.</param>
    public static string Of(SigningKey key, string url, Form form) => Convert.ToBase64String(Compute(key, url, form));

    /// <summary>Whether a request was signed with the account's key.</summary>
    public static bool Matches(string signature, SigningKey key, string url, Form form)
    {
        Span<byte> given = stackalloc byte[HMACSHA1.HashSizeInBytes];
        return Convert.TryFromBase64String(signature, given, out var length)
            && length == HMACSHA1.HashSizeInBytes
            && CryptographicOperations.FixedTimeEquals(given, Compute(key, url, form));
    }

    [SuppressMessage("Security", "CA5350", Justification = "Twilio's signature is HMAC-SHA1, and clients check it.")]
    private static byte[] Compute(SigningKey key, string url, Form form)
    {
        var text = new StringBuilder(url);
        foreach (var (name, values) in form.Fields.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            foreach (var value in values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            {
                text.Append(name).Append(value);
            }
        }

        return HMACSHA1.HashData(key.Secret, Encoding.UTF8.GetBytes(text.ToString()));
    }
}
