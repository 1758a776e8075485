using System.Net.Http.Headers;
using Sessions.Http.Accounts;
using Sessions.Http.Bodies;
using Sessions.Outbox;

namespace Sessions.TwilioProxy;

/// <summary>Sends interaction callbacks, signed as Twilio signs them.</summary>
public sealed class CallbackSender(Credentials credentials) : IOutboxSender
{
    /// <summary>The name by which events ask for it.</summary>
    internal const string SenderName = "twilio-proxy";

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
        request.Headers.TryAddWithoutValidation(
            TwilioSignature.Header,
            TwilioSignature.Of(account.SigningKey, target.AbsoluteUri, Form.Parse(form.Span)));
        return request;
    }
}
