using System.Net;
using System.Net.Sockets;

namespace Sessions.Bench;

/// <summary>
/// Stands between the service and its store: counts the requests that the service sends, those that are never answered,
/// too, and can break all connections, as a machine that is gone does.
/// </summary>
internal sealed class Relay : IDisposable
{
    private const int Chunk = 65_536;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly HashSet<Socket> _open = [];
    private readonly Lock _gate = new();
    private readonly int _port;
    private bool _breaks;
    private int _asked;

    /// <summary>Starts to relay.</summary>
    /// <param name="to">Where the store listens.</param>
    public Relay(Uri to)
    {
        _port = to.Port;
        _listener.Start();
        _ = Accept();
    }

    /// <summary>Where the store is to be found for the service.</summary>
    public Uri Address => new($"http://{_listener.LocalEndpoint}/");

    /// <summary>How many requests, and connections that were broken before there was one.</summary>
    public int Asked => Volatile.Read(ref _asked);

    /// <summary>Breaks what is open and what comes, or no longer.</summary>
    public void Break(bool breaks)
    {
        lock (_gate)
        {
            _breaks = breaks;
            if (breaks)
            {
                foreach (var socket in _open)
                {
                    socket.Close(timeout: 0);
                }

                _open.Clear();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Break(true);
        _listener.Dispose();
    }

    private async Task Accept()
    {
        try
        {
            while (true)
            {
                _ = Serve(await _listener.AcceptSocketAsync());
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // It is disposed.
        }
    }

    private async Task Serve(Socket service)
    {
        using var store = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using (service)
        {
            service.NoDelay = true;
            if (!Open(service, store))
            {
                Interlocked.Increment(ref _asked);
                service.Close(timeout: 0);
                return;
            }

            try
            {
                await store.ConnectAsync(IPAddress.Loopback, _port);
                var turn = new Turn();
                await Task.WhenAny(Pump(service, store, () => Count(turn)), Pump(store, service, turn.End));
            }
            catch (Exception end) when (end is SocketException or ObjectDisposedException)
            {
                // One of them is gone, and so is the other then.
            }
            finally
            {
                Close(service, store);
            }
        }
    }

    private bool Open(Socket service, Socket store)
    {
        lock (_gate)
        {
            if (!_breaks)
            {
                _open.Add(service);
                _open.Add(store);
            }

            return !_breaks;
        }
    }

    private void Close(Socket service, Socket store)
    {
        lock (_gate)
        {
            _open.Remove(service);
            _open.Remove(store);
        }
    }

    // On a connection one request follows the other, so that what comes after an answer is a new one.
    private void Count(Turn turn)
    {
        if (turn.Begin())
        {
            Interlocked.Increment(ref _asked);
        }
    }

    private static async Task Pump(Socket from, Socket to, Action each)
    {
        var buffer = new byte[Chunk];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var read)
            {
                each();
                await to.SendAsync(buffer.AsMemory(0, read));
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // One of them is gone, and so is the other then.
        }
    }

    private sealed class Turn
    {
        private int _isAsking;

        public bool Begin() => Interlocked.Exchange(ref _isAsking, 1) is 0;

        public void End() => Volatile.Write(ref _isAsking, 0);
    }
}
