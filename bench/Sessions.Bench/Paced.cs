using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Sessions.Bench;

/// <summary>
/// Requests that are sent at a steady pace, however long the ones before take, each timed from when it was to be sent.
/// All by one thread, which sleeps until an answer comes or the next is due: it takes little of the machine that it
/// shares with the server, and no more when there are many at once. Linux only.
/// </summary>
internal sealed partial class Paced : IDisposable
{
    private const int MostConnections = 256;
    private const short Readable = 1;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    private readonly Exchange _exchange;
    private readonly byte[] _request;
    private readonly Stack<Line> _free = [];
    private readonly List<Line> _busy = [];
    private readonly List<double> _took = [];
    private readonly Poll[] _polls;
    private int _refused;

    private Paced(Server server, Exchange exchange, int connections)
    {
        (_exchange, _request, _polls) = (exchange, [.. exchange.Template], new Poll[connections]);
        var address = IPEndPoint.Parse(server.Address.Authority);
        for (var count = 0; count < connections; count++)
        {
            _free.Push(new(address));
        }
    }

    /// <summary>Sends so many in a second. Each connection is used once before.</summary>
    public static Task<Arrived> Run(
        Server server, Exchange exchange, double perSecond, TimeSpan time, int connections = MostConnections) =>
        Alone(() =>
    {
        using var paced = new Paced(server, exchange, connections);
        paced.Open();
        return paced.Send(number => TimeSpan.FromSeconds(number / perSecond), time);
    });

    /// <summary>Sends one after the other, as one client does that waits for each answer.</summary>
    public static Task<Arrived> OneByOne(Server server, Exchange exchange, TimeSpan time) => Alone(() =>
    {
        using var paced = new Paced(server, exchange, 1);
        return paced.Send(null, time);
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var line in _free.Concat(_busy))
        {
            line.Socket.Dispose();
        }
    }

    private static Task<Arrived> Alone(Func<Arrived> work) => Task.Factory.StartNew(
        work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    // A server takes connections in the order in which they are made, and the first to be used is the last: its request
    // would wait for all of them, and be told as a slow one. So each has an answer before.
    private void Open()
    {
        foreach (var line in _free)
        {
            _exchange.Prepare(_request);
            line.Socket.Send(_request);
            while (!line.Answer.IsWholeWith(line.Socket.Receive(line.Answer.Room.Span)))
            {
            }

            line.Answer.Clear();
        }
    }

    private Arrived Send(Func<int, TimeSpan>? due, TimeSpan time)
    {
        var clock = Stopwatch.StartNew();
        for (var number = 0; ;)
        {
            var now = clock.Elapsed;
            var next = due?.Invoke(number) ?? now;
            if (next >= time && _busy.Count == 0)
            {
                return new([.. _took.Order()], _refused);
            }

            if (next < time && next <= now && _free.TryPop(out var line))
            {
                line.Due = next;
                _exchange.Prepare(_request);
                line.Socket.Send(_request);
                _busy.Add(line);
                number++;
                continue;
            }

            Receive(clock, next < time && _free.Count > 0 ? next - now : _patience);
        }
    }

    private void Receive(Stopwatch clock, TimeSpan wait)
    {
        for (var index = 0; index < _busy.Count; index++)
        {
            _polls[index] = new() { Descriptor = (int)_busy[index].Socket.Handle, Asked = Readable };
        }

        var until = new Until { Seconds = (long)wait.TotalSeconds, Nanoseconds = wait.Ticks % 10_000_000 * 100 };
        var count = _busy.Count;
        if (ppoll(_polls, (nuint)count, in until, 0) is 0 && wait == _patience)
        {
            throw new TimeoutException($"No answer within {_patience}.");
        }

        for (var index = count - 1; index >= 0; index--)
        {
            var line = _busy[index];
            if (_polls[index].Found is 0 || !line.Answer.IsWholeWith(line.Socket.Receive(line.Answer.Room.Span)))
            {
                continue;
            }

            _took.Add((clock.Elapsed - line.Due).TotalMilliseconds);
            _refused += line.Answer.Status == _exchange.Status ? 0 : 1;
            line.Answer.Clear();
            _busy[index] = _busy[^1];
            _busy.RemoveAt(_busy.Count - 1);
            _free.Push(line);
        }
    }

    [LibraryImport("libc", EntryPoint = "ppoll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ppoll([In, Out] Poll[] polls, nuint count, in Until until, nint mask);

    /// <summary>A connection, and from when the time of its request counts.</summary>
    private sealed class Line
    {
        public Line(IPEndPoint address)
        {
            Socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            Socket.Connect(address);
        }

        public Socket Socket { get; }

        public Answer Answer { get; } = new();

        public TimeSpan Due { get; set; }
    }

    /// <summary>C's pollfd.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Poll
    {
        public int Descriptor;
        public short Asked;
        public short Found;
    }

    /// <summary>C's timespec, where a long has 64 bits.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Until
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
