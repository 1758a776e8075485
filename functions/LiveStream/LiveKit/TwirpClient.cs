using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Sessions.LiveStream;

/// <summary>
/// Calls LiveKit's API: Twirp, which is JSON over HTTP. Source: https://docs.livekit.io/reference/server/server-apis
/// </summary>
public sealed class TwirpClient(LiveKitSettings settings, LiveKitTokens tokens, TimeProvider time) : IDisposable
{
    // Connections are kept, but not for ever, so that a server that moves is found again.
    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        ConnectTimeout = TimeSpan.FromSeconds(2),
        AllowAutoRedirect = false,
    })
    {
        MaxResponseContentBufferSize = 1024 * 1024,
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>How long a call may take.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(5);

    /// <summary>Makes one call.</summary>
    /// <param name="method">The service and method, such as <c>Ingress/CreateIngress</c>.</param>
    /// <param name="body">The request.</param>
    /// <param name="json">How it is written.</param>
    /// <param name="grant">What the call needs.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="LiveKitException">It was refused, or not answered in time.</exception>
    internal async ValueTask<ProtoMessage> Call<T>(
        string method, T body, JsonTypeInfo<T> json, VideoGrant grant, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            using var request = Request(method, JsonContent.Create(body, json), grant);
            using var response = await _http.SendAsync(request, ends.Token);
            return response.IsSuccessStatusCode
                ? await Message(response, ends.Token)
                : throw Failed(response.StatusCode, (await Message(response, ends.Token)).Text("code"));
        }
        catch (OperationCanceledException late) when (!cancellation.IsCancellationRequested)
        {
            throw new LiveKitException(LiveKitFailure.Unavailable, "timeout", late);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException or JsonException)
        {
            throw new LiveKitException(LiveKitFailure.Unavailable, "unreachable", broken);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private HttpRequestMessage Request(string method, HttpContent content, VideoGrant grant)
    {
        var token = tokens.Api(grant, time.GetUtcNow());
        return new(HttpMethod.Post, new Uri(settings.Server!, $"/twirp/livekit.{method}"))
        {
            Content = content,
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
        };
    }

    private static async ValueTask<ProtoMessage> Message(HttpResponseMessage response, CancellationToken cancellation)
    {
        var body = await response.Content.ReadAsStringAsync(cancellation);
        return new(JsonSerializer.Deserialize(body, LiveStreamJson.Wire.JsonElement));
    }

    // An internal error may come after the deed, so only a clear no counts as one.
    private static LiveKitException Failed(HttpStatusCode status, string code) => new(
        status < HttpStatusCode.InternalServerError ? LiveKitFailure.Refused : LiveKitFailure.Unavailable,
        code.Length > 0 ? code : $"http_{(int)status}");
}
