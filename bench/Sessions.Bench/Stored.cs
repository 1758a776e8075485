using System.Globalization;

namespace Sessions.Bench;

/// <summary>A service with very many sessions beside one with a thousand.</summary>
internal static class Stored
{
    private const int Few = 1000;
    private const string Sessions = "/v1/Services/KS00000000000000000000000000000001/Sessions";

    public static async Task Run(int many, Contest contest)
    {
        var folder = Directory.CreateTempSubdirectory("sessions-bench-");
        try
        {
            using var large = await Start(Path.Combine(folder.FullName, "many.db"), many);
            using var small = await Start(Path.Combine(folder.FullName, "few.db"), Few);
            Target[] targets = [new($"{many}", large), new($"{Few}", small)];
            int[] counts = [many, Few];
            await contest.Run("fetch", targets, [.. targets.Zip(counts, Fetch)]);
            await contest.Run("list", targets, [.. targets.Select(List)]);
            await contest.Run("create", targets, [.. targets.Select(Create)]);
            Console.WriteLine();
            Report("memory, MB", large.Memory, small.Memory);
            Report("on disk, MB", Size(folder, "many"), Size(folder, "few"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<Server> Start(string database, int sessions)
    {
        await Seeding.Timed($"{sessions} sessions stored", async () =>
        {
            await using var store = Seeding.Open(database);
            await Seeding.Service(store, 1, sessions, TimeProvider.System.GetUtcNow());
        });
        return await Server.Service(database, "--Expiry:Schedule=0 0 0 1 1 *");
    }

    // A thousand of them, spread over all that are there.
    private static Exchange Fetch(Target target, int count) => target.Each(
        Seeding.Fetch(Sessions),
        [.. Enumerable.Range(0, Few).Select(index => Seeding.SessionId(index * (count / Few)))]);

    private static Exchange List(Target target) =>
        target.Numbered(new("GET", $"{Sessions}?PageSize=10", SurfaceLoads.Basic));

    private static Exchange Create(Target target) => target.Numbered(Seeding.Create(Sessions));

    private static long Size(DirectoryInfo folder, string name) =>
        folder.EnumerateFiles($"{name}.db*").Sum(file => file.Length);

    private static void Report(string what, params IEnumerable<long> bytes) => Console.WriteLine(
        what.PadRight(26) + string.Concat(bytes.Select(each =>
            (each / 1e6).ToString("N0", CultureInfo.InvariantCulture).PadLeft(12))));
}
