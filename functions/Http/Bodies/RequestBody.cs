using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Sessions.Http.Bodies;

/// <summary>Reads a body whole, up to a limit.</summary>
internal static class RequestBody
{
    /// <exception cref="RefusedException">The body is over the limit, was cut off, or is badly framed.</exception>
    public static async ValueTask<byte[]> Read(HttpRequest request, int limit, CancellationToken cancellation)
    {
        // Else the server would cut off whoever still sends, before he has seen why.
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } server)
        {
            server.MaxRequestBodySize = limit + LingeringClose.MaxBytes;
        }

        if (request.ContentLength > limit)
        {
            throw TooLarge(limit);
        }

        try
        {
            return await ReadAll(request, limit, cancellation);
        }
        catch (BadHttpRequestException bad)
        {
            throw bad.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? TooLarge(limit)
                : RefusedException.For(
                    RefusalKind.Invalid, "The body ended before its announced length.", "BODY_INCOMPLETE");
        }
        catch (IOException) when (!cancellation.IsCancellationRequested)
        {
            // So the server tells of a chunk whose size is no number that it can hold.
            throw RefusedException.For(
                RefusalKind.Invalid, "The body cannot be read: its framing is broken.", "BODY_BROKEN");
        }
    }

    private static async ValueTask<byte[]> ReadAll(HttpRequest request, int limit, CancellationToken cancellation)
    {
        while (true)
        {
            var read = await request.BodyReader.ReadAsync(cancellation);
            if (read.Buffer.Length > limit)
            {
                request.BodyReader.AdvanceTo(read.Buffer.End);
                throw TooLarge(limit);
            }

            if (read.IsCompleted)
            {
                var body = read.Buffer.ToArray();
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return body;
            }

            request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static RefusedException TooLarge(int limit) =>
        RefusedException.For(RefusalKind.TooLarge, $"The body is too large. Send at most {limit} bytes.");
}

/// <summary>
/// An answer to a client that may still be sending. A connection that is closed on unread bytes is reset, and with it
/// goes what the client has not read yet: so the answer says that it is the connection's last, and what still comes is
/// thrown away for a while. RFC 9112, section 9.6.
/// </summary>
internal sealed class LingeringClose(IResult answer) : IResult, IStatusCodeHttpResult, IErrorResult
{
    /// <summary>How many bytes are thrown away at most.</summary>
    public const int MaxBytes = 8 * 1024 * 1024;

    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public int? StatusCode => (answer as IStatusCodeHttpResult)?.StatusCode;

    /// <inheritdoc/>
    public string? ErrorCode => (answer as IErrorResult)?.ErrorCode;

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        if (HttpProtocol.IsHttp11(httpContext.Request.Protocol))
        {
            httpContext.Response.Headers.Connection = "close";
        }

        await answer.ExecuteAsync(httpContext);
        await httpContext.Response.CompleteAsync();
        await Drain(httpContext);
    }

    private static async Task Drain(HttpContext context)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        end.CancelAfter(_longest);
        try
        {
            ReadResult read;
            long drained = 0;
            do
            {
                read = await context.Request.BodyReader.ReadAsync(end.Token);
                drained += read.Buffer.Length;
                context.Request.BodyReader.AdvanceTo(read.Buffer.End);
            }
            while (!read.IsCompleted && drained < MaxBytes);
        }
        catch (Exception over) when (over is IOException or OperationCanceledException or InvalidOperationException)
        {
            // The client has gone, sends what cannot be read, or takes too long: there is nothing more to do for it.
        }
    }
}

/// <summary>
/// A form as sent (<c>application/x-www-form-urlencoded</c>): names with one or more values. Bytes that are not UTF-8
/// are refused, not replaced, so that nothing is stored that the caller did not send.
/// </summary>
public sealed class Form
{
    private const int MaxFields = 1024;
    private static readonly UTF8Encoding _strictUtf8 = new(false, throwOnInvalidBytes: true);
    private readonly Dictionary<string, List<string>> _fields = new(StringComparer.Ordinal);

    /// <summary>Reads a form.</summary>
    /// <exception cref="RefusedException">It is not UTF-8, or has more than 1024 fields.</exception>
    public static Form Parse(ReadOnlySpan<byte> body)
    {
        var form = new Form();
        var count = 0;
        foreach (var range in body.Split((byte)'&'))
        {
            var field = body[range];
            if (field.IsEmpty)
            {
                continue;
            }

            if (++count > MaxFields)
            {
                throw RefusedException.For(RefusalKind.Invalid, $"Send at most {MaxFields} form fields.");
            }

            form.Add(field);
        }

        return form;
    }

    /// <summary>The value of a field, or null when it is absent.</summary>
    /// <exception cref="RefusedException">The field is there more than once.</exception>
    public string? One(string name) => All(name) switch
    {
        [] => null,
        [var value] => value,
        _ => throw RefusedException.For(RefusalKind.Invalid, $"Send the parameter {name} only once."),
    };

    /// <summary>All values of a field, in their order.</summary>
    public IReadOnlyList<string> All(string name) => _fields.TryGetValue(name, out var values) ? values : [];

    /// <summary>Every field with its values, in no order.</summary>
    public IEnumerable<KeyValuePair<string, IReadOnlyList<string>>> Fields =>
        _fields.Select(entry => KeyValuePair.Create<string, IReadOnlyList<string>>(entry.Key, entry.Value));

    private static string Decode(ReadOnlySpan<byte> encoded)
    {
        try
        {
            var bytes = encoded.ToArray();
            return _strictUtf8.GetString(WebUtility.UrlDecodeToBytes(bytes, 0, bytes.Length) ?? []);
        }
        catch (DecoderFallbackException)
        {
            throw RefusedException.For(RefusalKind.Invalid, "The form is not valid UTF-8.");
        }
    }

    private void Add(ReadOnlySpan<byte> field)
    {
        var equals = field.IndexOf((byte)'=');
        var name = Decode(equals < 0 ? field : field[..equals]);
        var value = equals < 0 ? "" : Decode(field[(equals + 1)..]);
        if (!_fields.TryGetValue(name, out var values))
        {
            _fields[name] = values = new(1);
        }

        values.Add(value);
    }
}
