using System.Text;
using Sessions.Hosting;

namespace Sessions.Bench;

/// <summary>
/// What each surface does in a second: the service beside a bare Kestrel over the same store and a bare Kestrel that
/// answers a constant. Rounds alternate between the three, so that what the machine does meanwhile touches all alike.
/// </summary>
internal static class Throughput
{
    private const int Seeds = 1000;

    /// <summary>The credentials of the development account.</summary>
    public static readonly string Authorization = "Basic " + Convert.ToBase64String(
        Encoding.ASCII.GetBytes($"{DevelopmentAccount.Sid}:{DevelopmentAccount.Secret}"));

    /// <summary>Runs one surface, or all of them when none is named.</summary>
    public static async Task Run(string? surface, Contest contest)
    {
        var verdicts = new List<Verdict>();
        foreach (var name in SurfaceLoads.All.Keys.Where(name => surface is null || surface == name))
        {
            verdicts.AddRange(await Of(name, contest));
        }

        Contest.Conclude(verdicts);
    }

    private static async Task<IReadOnlyList<Verdict>> Of(string name, Contest contest)
    {
        var folder = Directory.CreateTempSubdirectory("sessions-bench-");
        try
        {
            return await Of(name, contest, folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<IReadOnlyList<Verdict>> Of(string name, Contest contest, string folder)
    {
        using var service = await Server.Service(Path.Combine(folder, "service.db"));
        using var caller = new ApiCaller(service.Address);
        var load = await SurfaceLoads.All[name](caller);
        var ids = await Fill(load, caller);
        var sizes = await Sizes(load, caller, ids[0], Path.Combine(folder, "service.db"));
        using var store = await Server.Bare(Path.Combine(folder, "bare.db"), sizes);
        using var constant = await Server.Bare(null, sizes);
        using var bare = new ApiCaller(store.Address);
        var others = await BareHost.Fill(bare, Seeds);
        Target[] targets = [new("service", service), new("store", store), new("constant", constant)];

        Exchange[] Each(ApiRequest ours, IReadOnlyList<string> slots, ApiRequest theirs) =>
            [targets[0].Each(ours, slots), .. targets[1..].Select(target => target.Each(theirs, others))];

        Exchange[] Numbered(ApiRequest ours, ApiRequest theirs) =>
            [targets[0].Numbered(ours), .. targets[1..].Select(target => target.Numbered(theirs))];

        List<Verdict> verdicts =
        [
            await contest.Run($"{name} fetch", targets, Each(load.Fetch, ids, BareHost.FetchOne)),
            await contest.Run(
                $"{name} update", targets, Each(load.Update, load.Updated ?? ids, BareHost.UpdateOne)),
        ];
        if (load.List is { } list)
        {
            verdicts.Add(await contest.Run($"{name} list", targets, Numbered(list, BareHost.ListTen)));
        }

        // At the end: it makes the lists longer.
        verdicts.Add(await contest.Run($"{name} create", targets, Numbered(load.Create, BareHost.CreateOne)));
        return verdicts;
    }

    /// <summary>Creates a thousand sessions, and gives their ids.</summary>
    public static async Task<string[]> Fill(SurfaceLoad load, ApiCaller caller)
    {
        var ids = new string[Seeds];
        for (var index = 0; index < Seeds; index++)
        {
            ids[index] = load.Id(await caller.Send(load.Create));
        }

        return ids;
    }

    // The bare servers answer as many bytes, and store as many.
    private static async Task<BareSizes> Sizes(SurfaceLoad load, ApiCaller caller, string id, string database)
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
