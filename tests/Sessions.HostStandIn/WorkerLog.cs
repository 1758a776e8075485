using System.Collections.Concurrent;
using Sessions.HostStandIn.Rpc;

namespace Sessions.HostStandIn;

/// <summary>
/// What the worker logged. Every line comes over the stream, whatever host.json lets through afterwards, so they are
/// counted; kept are only those that somebody will want to read.
/// </summary>
internal sealed class WorkerLog
{
    private readonly ConcurrentQueue<string> _kept = [];
    private long _lines;

    /// <summary>How many lines came.</summary>
    public long Lines => Volatile.Read(ref _lines);

    /// <summary>The warnings and what is worse.</summary>
    public IReadOnlyCollection<string> Warnings => _kept;

    /// <summary>Takes a line.</summary>
    public void Add(RpcLog line)
    {
        Interlocked.Increment(ref _lines);
        if (line.Level is >= RpcLog.Types.Level.Warning and < RpcLog.Types.Level.None)
        {
            _kept.Enqueue($"{line.Level} {line.Category}: {line.Message} {line.Exception?.Message}".TrimEnd());
        }
    }
}
