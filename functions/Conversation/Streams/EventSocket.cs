using System.Diagnostics.CodeAnalysis;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;
using Sessions.Http.Streams;

namespace Sessions.Conversation;

/// <summary>
/// A stream over a WebSocket: each item is a text message. It goes one way only, and closes where any stream ends; what
/// comes before that says why. A reader who takes too long is told where to resume, and let go.
/// </summary>
/// <param name="lease">That it is open; let go when it ends.</param>
/// <param name="pace">How long a reader may take.</param>
/// <param name="follow">Gives a reader the items until they are over.</param>
internal sealed class EventSocket(
    IDisposable lease,
    ReaderPace pace,
    Func<IStreamReader<StreamItem>, CancellationToken, Task> follow) : IResult
{
    /// <summary>Whether a request asks for a WebSocket, be it of a host that has none.</summary>
    public static bool IsAsked(HttpRequest request) =>
        request.HttpContext.WebSockets.IsWebSocketRequest
        || request.Headers.ContainsKey("Sec-WebSocket-Key")
        || request.Headers.Upgrade.ToString().Equals("websocket", StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    [SuppressMessage("Reliability", "CA2025", Justification = "Listening is over before they are let go.")]
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using var open = lease;
        using var socket = await httpContext.WebSockets.AcceptWebSocketAsync();
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted);
        var listening = Listen(socket, gone);
        try
        {
            var reader = new Reader(socket, pace, gone.Token);
            await follow(reader, gone.Token);
            if (await reader.HasTaken())
            {
                await Close(socket, WebSocketCloseStatus.NormalClosure, listening);
            }
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            var status = await listening ? WebSocketCloseStatus.NormalClosure : WebSocketCloseStatus.InvalidMessageType;
            await Close(socket, status, Task.CompletedTask);
        }
        catch (WebSocketException)
        {
            // The reader has gone.
        }
        finally
        {
            socket.Abort();
            await listening;
        }
    }

    /// <summary>Waits for the reader to go. False when it says something instead, which is not for a stream.</summary>
    private static async Task<bool> Listen(WebSocket socket, CancellationTokenSource gone)
    {
        try
        {
            var said = await socket.ReceiveAsync(new byte[128], gone.Token);
            return said.MessageType is WebSocketMessageType.Close;
        }
        catch (Exception cut) when (cut is WebSocketException or OperationCanceledException)
        {
            return true;
        }
        finally
        {
            await gone.CancelAsync();
        }
    }

    private async Task Close(WebSocket socket, WebSocketCloseStatus status, Task listening)
    {
        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await pace.Takes(
                    socket.CloseOutputAsync(status, null, CancellationToken.None), CancellationToken.None);
                await pace.Takes(listening, CancellationToken.None);
            }
        }
        catch (WebSocketException)
        {
            // The reader has gone.
        }
    }

    private sealed class Reader(WebSocket socket, ReaderPace pace, CancellationToken gone)
        : IStreamReader<StreamItem>
    {
        private StreamItem? _untaken;
        private Task _sent = Task.CompletedTask;

        public async ValueTask<bool> Take(IReadOnlyList<StreamItem> items)
        {
            foreach (var item in items)
            {
                _sent = Send(item);
                if (!await pace.Takes(_sent, gone))
                {
                    _untaken = item;
                    return false;
                }
            }

            return true;
        }

        /// <summary>
        /// Whether all was taken; who has taken the last after all is told that it was the last.
        /// </summary>
        public async ValueTask<bool> HasTaken() =>
            _untaken is null || (await pace.Takes(_sent, gone) && await pace.Takes(Send(_untaken.Resumed), gone));

        private Task Send(StreamItem item) => socket.SendAsync(
            item.ToJson(),
            WebSocketMessageType.Text,
            endOfMessage: true,
            gone);
    }
}
