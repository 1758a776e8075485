using System.Buffers;
using System.IO.Pipelines;
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
