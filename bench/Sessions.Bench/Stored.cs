namespace Sessions.Bench;

/// <summary>A service with very many sessions beside one with a thousand.</summary>
internal static class Stored
{
    private const int Few = 1000;
    private const int Connections = 8;
    private static readonly TimeSpan _round = TimeSpan.FromSeconds(2);

    public static async Task Run(int many, int rounds)
    {
        var folder = Directory.CreateTempSubdirectory("sessions-bench-");
        try
        {
            using var large = await Start(Path.Combine(folder.FullName, "many.db"), many);
            using var small = await Start(Path.Combine(folder.FullName, "few.db"), Few);
            var path = $"/v1/Services/KS{1:x32}/Sessions";
            Target[] targets = [new($"{many}", large, path), new($"{Few}", small, path)];
            int[] counts = [many, Few];
            await Contest.Run("fetch", targets, [.. targets.Zip(counts, Fetch)], rounds, Connections, _round);
            await Contest.Run("list", targets, [.. targets.Select(List)], rounds, Connections, _round);
            var creates = targets.Select(target => target.Create(Throughput.Authorization)).ToArray();
            await Contest.Run("create", targets, creates, rounds, Connections, _round);
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
    private static Exchange Fetch(Target target, int count) => target.Fetch(
        Throughput.Authorization,
        [.. Enumerable.Range(0, Few).Select(index => Seeding.SessionId(index * (count / Few)))]);

    private static Exchange List(Target target) =>
        target.Get(Throughput.Authorization, $"{target.Collection}?PageSize=10");
}
