using System.Buffers;
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
