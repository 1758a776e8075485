using System.Net;
using Microsoft.Extensions.Logging;
using Sessions.Http.Accounts;
using Sessions.Outbox;

namespace Sessions.TwilioProxy;

/// <summary>
/// Asks the application while a caller waits: its InterceptCallbackUrl and its OutOfSessionCallbackUrl. The same
/// targets are allowed as for events, and it has few seconds to answer. No answer is null, and never our failure.
/// </summary>
internal sealed partial class ApplicationCalls(TargetClient client, TimeProvider time, ILogger<ApplicationCalls> log)
{
    private const int MaxAnswer = 64 * 1024;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    /// <summary>The application's answer, or null when there is none.</summary>
    public async Task<ApplicationAnswer?> Ask(
        Account account,
        string url,
        IEnumerable<KeyValuePair<string, string>> fields,
        CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(_patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            using var request = CallbackSender.Request(new Uri(url), InteractionCallbacks.Encode(fields), account);
            using var response = await client.Send(request, both.Token);
            return new(
                response.StatusCode,
                response.Content.Headers.ContentType?.MediaType,
                await Read(response.Content, both.Token));
        }
        catch (Exception failure) when (failure
            is HttpRequestException or TargetRefusedException or IOException or OperationCanceledException)
        {
            cancellation.ThrowIfCancellationRequested();
            LogNoAnswer(account.Id, failure.GetType().Name);
            return null;
        }
    }

    // What is longer is cut, and then means nothing.
    private static async Task<ReadOnlyMemory<byte>> Read(HttpContent content, CancellationToken cancellation)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellation);
        var body = new byte[MaxAnswer];
        var length = await stream.ReadAtLeastAsync(body, MaxAnswer, throwOnEndOfStream: false, cancellation);
        return body.AsMemory(0, length);
    }

    [LoggerMessage(30, LogLevel.Warning, "A callback of account {Account} got no answer: {Failure}")]
    private partial void LogNoAnswer(string account, string failure);
}

/// <summary>What the application answered.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="MediaType">The media type without its parameters, or null.</param>
/// <param name="Body">The body, at most 64 KiB of it.</param>
internal sealed record ApplicationAnswer(HttpStatusCode Status, string? MediaType, ReadOnlyMemory<byte> Body)
{
    /// <summary>Whether it is a yes.</summary>
    public bool IsSuccess => (int)Status is >= 200 and < 300;
}
