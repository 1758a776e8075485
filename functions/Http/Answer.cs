using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Sessions.Http;

/// <summary>An answer that is ready to send: status, headers and, mostly, a JSON body.</summary>
public sealed class Answer : IResult, IStatusCodeHttpResult, IErrorResult
{
    private readonly int _status;
    private readonly byte[]? _body;
    private string? _contentType;
    private readonly List<KeyValuePair<string, string>> _headers = [];

    private Answer(int status, byte[]? body, string? contentType)
    {
        _status = status;
        _body = body;
        _contentType = contentType;
    }

    /// <inheritdoc/>
    public int? StatusCode => _status;

    /// <inheritdoc/>
    public string? ErrorCode { get; private set; }

    /// <summary>How many bytes its body has.</summary>
    public int Length => _body?.Length ?? 0;

    /// <summary>An answer without a body.</summary>
    public static Answer Empty(int status) => new(status, null, null);

    /// <summary>A JSON answer.</summary>
    public static Answer Json<T>(int status, T value, JsonTypeInfo<T> type) =>
        new(status, JsonSerializer.SerializeToUtf8Bytes(value, type), "application/json; charset=utf-8");

    /// <summary>An answer in another format, such as <c>text/xml; charset=utf-8</c>.</summary>
    public static Answer Text(int status, string text, string mediaType) =>
        new(status, Encoding.UTF8.GetBytes(text), mediaType);

    /// <summary>The answer with one more header.</summary>
    public Answer With(string header, string value)
    {
        _headers.Add(new(header, value));
        return this;
    }

    /// <summary>The answer as one of an error, whose code in its API's own words is told in the log.</summary>
    public Answer Because(string code)
    {
        ErrorCode = code;
        return this;
    }

    /// <summary>The answer, announced as another media type than <c>application/json; charset=utf-8</c>.</summary>
    public Answer As(string mediaType)
    {
        _contentType = mediaType;
        return this;
    }

    /// <summary>
    /// The answer with the version of what it shows. A repeated answer has none: it shows what was, not what is.
    /// </summary>
    public Answer WithVersion(string version) =>
        version.Length == 0 ? this : With("ETag", RequestExtensions.Quoted(version));

    /// <summary>The answer with how long to wait before trying again, in whole seconds, when that is known.</summary>
    public Answer WithRetryAfter(TimeSpan? delay) => delay is { } wait
        ? With("Retry-After", Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture))
        : this;

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = _status;
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        foreach (var (name, value) in _headers)
        {
            response.Headers[name] = name is "Vary" ? StringValues.Concat(response.Headers.Vary, value) : value;
        }

        if (_body is null)
        {
            return;
        }

        response.ContentType = _contentType;
        response.ContentLength = _body.Length;
        if (HttpMethods.IsHead(httpContext.Request.Method))
        {
            return;
        }

        await response.BodyWriter.WriteAsync(_body, httpContext.RequestAborted);
    }
}

/// <summary>An answer that may be an error.</summary>
internal interface IErrorResult
{
    /// <summary>The error's code in its API's own words; null when it is none, or the API has no codes.</summary>
    string? ErrorCode { get; }
}

/// <summary>Moments on the wire, in UTC. What surfaces differ in is the format.</summary>
public static class WireMoments
{
    /// <summary>RFC 3339 with milliseconds: <c>2023-11-07T05:31:56.123Z</c>.</summary>
    public const string Milliseconds = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <summary>RFC 3339 with whole seconds: <c>2015-07-30T20:00:00Z</c>.</summary>
    public const string Seconds = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    private const int Longest = 32;

    /// <summary>Writes a moment as text.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="moment">The moment, in any offset.</param>
    /// <param name="format">How; one of those above.</param>
    public static void WriteMoment(this Utf8JsonWriter writer, DateTimeOffset moment, string format)
    {
        Span<char> text = stackalloc char[Longest];
        moment.UtcDateTime.TryFormat(text, out var length, format, CultureInfo.InvariantCulture);
        writer.WriteStringValue(text[..length]);
    }
}
