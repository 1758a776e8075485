using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
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
        // One list has all rooms, or all egresses, of the server.
        MaxResponseContentBufferSize = 16 * 1024 * 1024,
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>How long a call may take, and how long a caller waits for all of his.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(3);

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
            throw LiveKitException.Late(late);
        }
        catch (Exception broken) when (broken
            is HttpRequestException or SocketException or IOException or JsonException)
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
        return new(JsonSerializer.Deserialize(body, LiveStreamJson.Default.JsonElement));
    }

    // An internal error may come after the deed, so only a clear no counts as one.
    private static LiveKitException Failed(HttpStatusCode status, string code) => new(
        status < HttpStatusCode.InternalServerError ? LiveKitFailure.Refused : LiveKitFailure.Unavailable,
        code.Length > 0 ? code : $"http_{(int)status}");
}

/// <summary>
/// A Protobuf message in JSON, as LiveKit answers and as its webhooks are: fields in snake_case or lowerCamelCase, left
/// out when they hold their default, 64-bit numbers as text. Names are asked for in snake_case.
/// </summary>
internal readonly struct ProtoMessage(JsonElement json)
{
    /// <summary>A text; empty when it is left out. An enumeration's name is a text, too.</summary>
    public string Text(string name) =>
        Find(name) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : "";

    /// <summary>A whole number; 0 when it is left out.</summary>
    public long Number(string name) => Find(name) switch
    {
        { ValueKind: JsonValueKind.Number } number when number.TryGetInt64(out var value) => value,
        { ValueKind: JsonValueKind.String } text
            when long.TryParse(text.GetString(), CultureInfo.InvariantCulture, out var value) => value,
        _ => 0,
    };

    /// <summary>true or false; false when it is left out.</summary>
    public bool Flag(string name) => Find(name) is { ValueKind: JsonValueKind.True };

    /// <summary>A message; an empty one when it is left out.</summary>
    public ProtoMessage Message(string name) => new(Find(name) ?? default);

    /// <summary>A list of messages; none when it is left out.</summary>
    public IEnumerable<ProtoMessage> Messages(string name) =>
        Find(name) is { ValueKind: JsonValueKind.Array } list
            ? list.EnumerateArray().Select(item => new ProtoMessage(item))
            : [];

    /// <summary>A list of texts, or of an enumeration's names; none when it is left out.</summary>
    public IEnumerable<string> Texts(string name) =>
        Find(name) is { ValueKind: JsonValueKind.Array } list
            ? list.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String)
                .Select(item => item.GetString()!)
            : [];

    private JsonElement? Find(string name) =>
        json.ValueKind != JsonValueKind.Object ? null
        : json.TryGetProperty(name, out var value) || json.TryGetProperty(Camel(name), out value) ? value
        : null;

    private static string Camel(string name)
    {
        var words = name.Split('_');
        return words[0] + string.Concat(words.Skip(1).Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
    }
}

/// <summary>
/// How long one caller waits for LiveKit, over all the calls that his request takes: three seconds. What is not done by
/// then is the timer's.
/// </summary>
internal sealed class LiveKitPatience(TimeProvider time) : IDisposable
{
    private readonly CancellationTokenSource _end = new(TwirpClient.Patience, time);

    /// <summary>Makes calls, as long as the patience lasts.</summary>
    /// <exception cref="LiveKitException">LiveKit failed, or the patience is at its end.</exception>
    public async ValueTask<T> Within<T>(
        Func<CancellationToken, ValueTask<T>> calls, CancellationToken cancellation = default)
    {
        if (_end.IsCancellationRequested)
        {
            throw LiveKitException.Late();
        }

        using var ends = CancellationTokenSource.CreateLinkedTokenSource(_end.Token, cancellation);
        try
        {
            return await calls(ends.Token);
        }
        catch (OperationCanceledException late) when (!cancellation.IsCancellationRequested)
        {
            throw LiveKitException.Late(late);
        }
    }

    /// <summary>The same, of calls that answer nothing.</summary>
    /// <exception cref="LiveKitException">LiveKit failed, or the patience is at its end.</exception>
    public async ValueTask Within(Func<CancellationToken, ValueTask> calls, CancellationToken cancellation = default) =>
        await Within(
            async ends =>
            {
                await calls(ends);
                return true;
            },
            cancellation);

    public void Dispose() => _end.Dispose();
}
