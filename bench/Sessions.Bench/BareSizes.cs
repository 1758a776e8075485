namespace Sessions.Bench;

/// <summary>How many bytes a bare server answers and stores.</summary>
/// <param name="One">The answer to a fetch or a create.</param>
/// <param name="List">The answer to a list of ten.</param>
/// <param name="Update">The answer to an update.</param>
/// <param name="Stored">The body of a document.</param>
internal sealed record BareSizes(int One, int List, int Update, int Stored)
{
    /// <summary>The same as arguments.</summary>
    public IEnumerable<string> Arguments =>
        [$"--one={One}", $"--list={List}", $"--update={Update}", $"--stored={Stored}"];

    /// <summary>Those of a surface.</summary>
    /// <param name="load">What it is asked.</param>
    /// <param name="caller">Asks it.</param>
    /// <param name="id">One of its sessions.</param>
    /// <param name="database">The file of its store.</param>
    public static async Task<BareSizes> Of(SurfaceLoad load, ApiCaller caller, string id, string database)
    {
        var fetch = load.Fetch with { Path = Exchange.Filled(load.Fetch.Path, id) };
        var update = load.Update with { Path = Exchange.Filled(load.Update.Path, load.Updated?[0] ?? id) };
        await using var store = Seeding.Open(database);
        var newest = await store.ListAcross(new("dev", [load.Kind], 1), CancellationToken.None);
        return new(
            (await caller.Read(fetch)).Length,
            load.List is { } list ? (await caller.Read(list)).Length : 0,
            (await caller.Read(update)).Length,
            newest.Value![0].Body.Length);
    }
}
