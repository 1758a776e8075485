using System.Net.Http.Headers;
using System.Text.Json;

namespace Sessions.Bench;

/// <summary>The first page of a long list beside a page far behind it.</summary>
internal static class Pages
{
    private const int PageSize = 10;
    private const int Connections = 8;
    private const int Rounds = 5;
    private static readonly TimeSpan _round = TimeSpan.FromSeconds(2);

    public static async Task Run(int sessions, int page)
    {
        var folder = Directory.CreateTempSubdirectory("sessions-bench-");
        try
        {
            var database = Path.Combine(folder.FullName, "sessions.db");
            var path = "";
            await Seeding.Timed($"{sessions} sessions stored", async () =>
            {
                await using var store = Seeding.Open(database);
                path = await Seeding.Service(store, 1, sessions, TimeProvider.System.GetUtcNow());
            });
            using var server = await Server.Service(database, "--Expiry:Schedule=0 0 0 1 1 *");
            var (first, last) = await Walk(server, $"{path}?PageSize={PageSize}", page);
            Target[] targets = [new($"page {page}", server), new("page 1", server)];
            Exchange[] exchanges = [targets[0].Numbered(Get(last)), targets[1].Numbered(Get(first))];
            await new Contest(Rounds, Connections, _round).Run("list", targets, exchanges);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static ApiRequest Get(string path) => new("GET", path, SurfaceLoads.Basic);

    // Pages are found as clients find them: one after the other.
    private static async Task<(string First, string Last)> Walk(Server server, string first, int page)
    {
        using var client = new HttpClient { BaseAddress = server.Address };
        client.DefaultRequestHeaders.Authorization = AuthenticationHeaderValue.Parse(SurfaceLoads.Basic);
        var at = first;
        await Seeding.Timed($"{page} pages read", async () =>
        {
            for (var number = 1; number < page; number++)
            {
                await using var answer = await client.GetStreamAsync(new Uri(at, UriKind.RelativeOrAbsolute));
                var list = await JsonSerializer.DeserializeAsync<JsonElement>(answer);
                at = list.GetProperty("meta").GetProperty("next_page_url").GetString()!;
            }
        });
        return (first, new Uri(server.Address, at).PathAndQuery);
    }
}
