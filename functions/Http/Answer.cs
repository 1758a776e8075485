using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Sessions.Http;

/// <summary>An answer that is ready to send: status, headers and, mostly, a JSON body.</summary>
public sealed class Answer : IResult, IStatusCodeHttpResult, IErrorResult
{
    private readonly int _status;
    private readonly List<KeyValuePair<string, string>> _headers = [];
    private ReadOnlyMemory<byte>? _body;
    private PooledBytes? _pooled;
    private string? _contentType;

    private Answer(int status, ReadOnlyMemory<byte>? body, string? contentType)
    {
        _status = status;
        _body = body;
        _contentType = contentType;
        Length = body?.Length ?? 0;
    }

    /// <inheritdoc/>
    public int? StatusCode => _status;

    /// <inheritdoc/>
    public string? ErrorCode { get; private set; }

    /// <summary>How many bytes its body has.</summary>
    public int Length { get; }

    /// <summary>An answer without a body.</summary>
    public static Answer Empty(int status) => new(status, null, null);

    /// <summary>A JSON answer. It is sent once: its bytes are used again then.</summary>
    /// <param name="status">The status.</param>
    /// <param name="value">What it holds.</param>
    /// <param name="type">How that is written.</param>
    /// <param name="encoder">
    /// How its text is written; null for that of its context. A context that has one cannot write by generated code.
    /// </param>
    public static Answer Json<T>(int status, T value, JsonTypeInfo<T> type, JavaScriptEncoder? encoder = null)
    {
        var bytes = PooledBytes.Json(value, type, encoder);
        return new(status, bytes.Written, "application/json; charset=utf-8") { _pooled = bytes };
    }

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

        if (_body is not { } body)
        {
            return;
        }

        response.ContentType = _contentType;
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(httpContext.Request.Method))
        {
            await response.BodyWriter.WriteAsync(body, httpContext.RequestAborted);
        }

        // Whoever writes has copied it.
        _body = null;
        _pooled?.Dispose();
    }
}

/// <summary>Bytes that grow in arrays which are used again by the next one.</summary>
internal sealed class PooledBytes : IBufferWriter<byte>, IDisposable
{
    private const int Least = 4096;
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(Least);
    private int _length;

    /// <summary>What has been written, until it is disposed of.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    /// <summary>A value as JSON, as <see cref="Answer.Json"/> writes it.</summary>
    public static PooledBytes Json<T>(T value, JsonTypeInfo<T> type, JavaScriptEncoder? encoder)
    {
        var bytes = new PooledBytes();
        using var writer = new Utf8JsonWriter(bytes, new()
        {
            Encoder = encoder ?? type.Options.Encoder, Indented = type.Options.WriteIndented, SkipValidation = true,
        });
        JsonSerializer.Serialize(writer, value, type);
        return bytes;
    }

    /// <inheritdoc/>
    public void Advance(int count) => _length += count;

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_bytes.Length - _length < Math.Max(sizeHint, 1))
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(2 * _bytes.Length, _length + sizeHint));
            Written.CopyTo(larger);
            (var smaller, _bytes) = (_bytes, larger);
            ArrayPool<byte>.Shared.Return(smaller);
        }

        return _bytes.AsMemory(_length);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <inheritdoc/>
    public void Dispose()
    {
        var bytes = Interlocked.Exchange(ref _bytes, []);
        if (bytes.Length > 0)
        {
            _length = 0;
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}

/// <summary>An answer that may be an error.</summary>
internal interface IErrorResult
{
    /// <summary>The error's code in its API's own words; null when it is none, or the API has no codes.</summary>
    string? ErrorCode { get; }
}

/// <summary>The address of something on the wire: it becomes text only as it is written.</summary>
/// <param name="List">What it is in, with a final slash: <c>https://localhost/v1/Services/KS1/Sessions/</c>.</param>
/// <param name="Id">Its id there.</param>
/// <param name="Below">What of it is meant, with a slash before; empty for itself.</param>
[JsonConverter(typeof(AddressAsText))]
public readonly record struct WireAddress(string List, string Id, string Below = "");

/// <summary>Writes addresses.</summary>
internal sealed class AddressAsText : JsonConverter<WireAddress>
{
    private const int OnTheStack = 512;

    public override WireAddress Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Addresses are written only.");

    public override void Write(Utf8JsonWriter writer, WireAddress value, JsonSerializerOptions options)
    {
        Span<char> text = stackalloc char[OnTheStack];
        if (text.TryWrite($"{value.List}{value.Id}{value.Below}", out var length))
        {
            writer.WriteStringValue(text[..length]);
        }
        else
        {
            writer.WriteStringValue(string.Concat(value.List, value.Id, value.Below));
        }
    }
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
        Span<byte> text = stackalloc byte[Longest];

        // The round-trip form is made without reading a format first, and the usual two are cut from it.
        var kept = format switch { Milliseconds => 23, Seconds => 19, _ => 0 };
        moment.UtcDateTime.TryFormat(text, out var length, kept > 0 ? "O" : format, CultureInfo.InvariantCulture);
        if (kept > 0)
        {
            text[kept] = (byte)'Z';
            length = kept + 1;
        }

        writer.WriteStringValue(text[..length]);
    }
}

/// <summary>
/// A moment on the wire: <c>2023-11-07T05:31:56.123Z</c>. It is a type of its own, since a context that has a converter
/// for <see cref="DateTimeOffset"/> cannot write by generated code.
/// </summary>
/// <param name="At">The moment, in any offset.</param>
[JsonConverter(typeof(MomentAsText))]
public readonly record struct WireMoment(DateTimeOffset At)
{
    /// <summary>The moment on the wire.</summary>
    public static implicit operator WireMoment(DateTimeOffset at) => new(at);

    /// <summary>The moment on the wire.</summary>
    public static WireMoment FromDateTimeOffset(DateTimeOffset at) => new(at);
}

/// <summary>Writes moments.</summary>
internal sealed class MomentAsText : JsonConverter<WireMoment>
{
    public override WireMoment Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Moments are written only.");

    public override void Write(Utf8JsonWriter writer, WireMoment value, JsonSerializerOptions options) =>
        writer.WriteMoment(value.At, WireMoments.Milliseconds);
}
