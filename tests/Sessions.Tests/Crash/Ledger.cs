using System.Collections.Concurrent;
using System.Net;
using Sessions.Tests.Support;

namespace Sessions.Tests.Crash;

/// <summary>
/// What the service has acknowledged of each thing, and what of it is in doubt as no answer came. Each thing has one
/// user at a time, so at most one state of it is in doubt.
/// </summary>
internal sealed class Ledger
{
    private const int ReadAtOnce = 8;
    private static readonly HttpStatusCode[] _bugs =
        [HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden, HttpStatusCode.NotFound];

    private readonly ConcurrentDictionary<string, Entry> _entries = new();

    /// <summary>Every thing with its state.</summary>
    public IEnumerable<(string Thing, string State)> All => _entries.Select(entry => (entry.Key, entry.Value.State));

    /// <summary>How many writes were acknowledged, or found to have happened.</summary>
    public int Writes => _entries.Values.Sum(entry => 1 + entry.Changes);

    /// <summary>The state that was last acknowledged, or found.</summary>
    public string StateOf(string thing) => _entries[thing].State;

    /// <summary>How many changes have happened to a thing since it was made.</summary>
    public int ChangesOf(string thing) => _entries[thing].Changes;

    /// <summary>Notes a thing that is there now.</summary>
    public void Add(string thing, string state) => _entries[thing] = new(state);

    /// <summary>Changes a thing.</summary>
    /// <returns>Whether it was acknowledged; else it was refused.</returns>
    /// <exception cref="HttpRequestException">No answer came.</exception>
    public async Task<bool> Change(string thing, string state, Func<Task<ApiReply>> send)
    {
        var entry = _entries[thing];
        (entry.InDoubt, entry.Touched) = (state, true);
        var done = IsDone(await send());
        entry.InDoubt = null;
        if (done)
        {
            (entry.State, entry.Changes) = (state, entry.Changes + 1);
        }

        return done;
    }

    /// <summary>Whether it was done; a refusal is not, and anything else is a failure of the service.</summary>
    public static bool IsDone(ApiReply reply)
    {
        Assert.False((int)reply.Status >= 500 || _bugs.Contains(reply.Status), $"{reply.Status} {reply.Body}");
        return (int)reply.Status < 300;
    }

    /// <summary>
    /// Compares what was acknowledged since the last time, or ever, with what is there now. What was in doubt is so no
    /// more.
    /// </summary>
    /// <param name="ever">Whether to look at everything.</param>
    /// <param name="now">Reads the state of a thing.</param>
    public async Task<IReadOnlyList<string>> Faults(bool ever, Func<string, Task<string>> now)
    {
        var faults = new ConcurrentBag<string>();
        var asked = _entries.Where(entry => ever || entry.Value.Touched).ToList();
        var limit = new ParallelOptions { MaxDegreeOfParallelism = ReadAtOnce };
        await Parallel.ForEachAsync(asked, limit, async (each, _) =>
        {
            var (thing, entry) = each;
            var found = await now(thing);
            if (!entry.Settle(found))
            {
                var inDoubt = entry.InDoubt ?? "nothing";
                faults.Add($"{thing}: acknowledged as {entry.State}, in doubt {inDoubt}, is {found}");
            }
        });
        return [.. faults];
    }

    private sealed class Entry(string state)
    {
        public string State { get; set; } = state;

        public string? InDoubt { get; set; }

        public bool Touched { get; set; } = true;

        public int Changes { get; set; }

        public bool Settle(string found)
        {
            if (found != State && found != InDoubt)
            {
                return false;
            }

            Changes += found == State ? 0 : 1;
            (State, InDoubt, Touched) = (found, null, false);
            return true;
        }
    }
}
