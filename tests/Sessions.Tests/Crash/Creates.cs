using System.Collections.Concurrent;
using Sessions.Tests.Support;

namespace Sessions.Tests.Crash;

/// <summary>
/// Creates that are sent again after a restart when no answer came: under their idempotency key that is one create,
/// whether or not the first was done.
/// </summary>
internal sealed class Creates
{
    private const string Key = "Idempotency-Key";
    private readonly ConcurrentDictionary<string, Func<Task>> _inDoubt = new();
    private int _keys;

    /// <summary>Creates something.</summary>
    /// <param name="send">Sends the request with this header.</param>
    /// <param name="made">Notes what came back; not called when it was refused.</param>
    /// <exception cref="HttpRequestException">No answer came.</exception>
    public Task Do(Func<(string Name, string Value), Task<ApiReply>> send, Action<ApiReply> made) =>
        Do($"create-{Interlocked.Increment(ref _keys)}", send, made);

    /// <summary>Sends once more what was not answered.</summary>
    public async Task Repeat()
    {
        foreach (var again in _inDoubt.Values)
        {
            await again();
        }
    }

    private async Task Do(string key, Func<(string, string), Task<ApiReply>> send, Action<ApiReply> made)
    {
        _inDoubt[key] = () => Do(key, send, made);
        var reply = await send((Key, key));
        _inDoubt.Remove(key, out _);
        if (Ledger.IsDone(reply))
        {
            made(reply);
        }
    }
}
