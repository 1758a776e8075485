using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Sessions.Bench;

/// <summary>
/// The load: so many connections, each of which sends a request as soon as the last is answered. It shares the machine
/// with the server, so it does as little as it can: ready-made bytes over sockets, and of an answer it reads no more
/// than status and length.
/// </summary>
internal static class Load
{
    /// <summary>Loads a server for a while.</summary>
    public static async Task<Figures> Run(Server server, Exchange exchange, int connections, TimeSpan time)
    {
        var before = server.ProcessorTime;
        var clock = Stopwatch.StartNew();
        var latencies = await Task.WhenAll(Enumerable.Range(0, connections)
            .Select(_ => Task.Run(() => Connection(server.Address, exchange, clock, time))));
        var elapsed = clock.Elapsed;
        var used = server.ProcessorTime - before;
        var all = latencies.SelectMany(ticks => ticks).Order().ToList();
        return new(
            all.Count,
            all.Count / elapsed.TotalSeconds,
            used.TotalMicroseconds / all.Count,
            Stopwatch.GetElapsedTime(0, all[all.Count * 99 / 100]).TotalMilliseconds,
            Stopwatch.GetElapsedTime(0, all[^1]).TotalMilliseconds);
    }

    private static async Task<List<long>> Connection(Uri address, Exchange exchange, Stopwatch clock, TimeSpan time)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPEndPoint.Parse(address.Authority));
        var request = exchange.Template.ToArray();
        var answer = new Answer();
        var latencies = new List<long>();
        while (clock.Elapsed < time)
        {
            exchange.Prepare(request);
            var sent = Stopwatch.GetTimestamp();
            await socket.SendAsync(request);
            while (!answer.IsWholeWith(await socket.ReceiveAsync(answer.Room)))
            {
            }

            latencies.Add(Stopwatch.GetTimestamp() - sent);
            if (answer.Status != exchange.Status)
            {
                throw new InvalidOperationException($"{address} answered {answer.Status}, not {exchange.Status}.");
            }

            answer.Clear();
        }

        return latencies;
    }
}

/// <summary>Loads a server for a while: each of so many connections sends when its last request is answered.
/// </summary>
internal delegate Task<Figures> Loader(Server server, Exchange exchange, int connections, TimeSpan time);

/// <summary>What one round gave.</summary>
/// <param name="Count">Requests answered.</param>
/// <param name="PerSecond">Requests answered in a second.</param>
/// <param name="ProcessorMicroseconds">Processor time of the server for each.</param>
/// <param name="P99Milliseconds">99 of 100 were answered within this.</param>
/// <param name="SlowestMilliseconds">All were answered within this.</param>
internal sealed record Figures(
    long Count, double PerSecond, double ProcessorMicroseconds, double P99Milliseconds, double SlowestMilliseconds);
