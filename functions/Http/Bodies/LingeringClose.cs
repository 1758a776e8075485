using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

namespace Sessions.Http.Bodies;

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
