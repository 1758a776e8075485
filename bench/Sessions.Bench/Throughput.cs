using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Sessions.Hosting.Local;

namespace Sessions.Bench;

/// <summary>
/// Creates and fetches each second: the service beside a bare Kestrel over the same store and a bare Kestrel that
/// answers a constant. Rounds alternate between the three, so that what the machine does meanwhile touches all alike.
/// </summary>
internal static class Throughput
{
    private const int Seeds = 1000;

    /// <summary>The credentials of the development account.</summary>
    public static readonly string Authorization = "Basic " + Convert.ToBase64String(
        Encoding.ASCII.GetBytes($"{DevelopmentAccount.Sid}:{DevelopmentAccount.Secret}"));

    public static async Task Run(int rounds, TimeSpan time, int connections)
    {
        var folder = Directory.CreateTempSubdirectory("sessions-bench-");
        try
        {
            using var service = await Server.Service(Path.Combine(folder.FullName, "service.db"));
            using var client = Client(service);
            var collection = await CreateService(client);
            var size = (await Create(client, collection, "sample")).Length;
            using var store = await Server.Bare(Path.Combine(folder.FullName, "bare.db"), size);
            using var constant = await Server.Bare(null, size);
            Console.WriteLine($"{rounds} rounds of {time.TotalSeconds} s, {connections} connections, {size} bytes");

            Target[] targets =
                [new("service", service, collection), new("store", store, "/"), new("constant", constant, "/")];
            var creates = targets.Select(target => target.Create(Authorization)).ToArray();
            var fetches = await Task.WhenAll(targets.Select(Fetch));
            await Contest.Run("fetch", targets, fetches, rounds, connections, time);
            await Contest.Run("create", targets, creates, rounds, connections, time);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<Exchange> Fetch(Target target)
    {
        using var client = Client(target.Server);
        var ids = new List<string>();
        for (var number = 0; number < Seeds; number++)
        {
            var name = number.ToString(CultureInfo.InvariantCulture);
            ids.Add(Sid(await Create(client, target.Collection, name)));
        }

        return target.Fetch(Authorization, ids);
    }

    private static HttpClient Client(Server server)
    {
        var client = new HttpClient { BaseAddress = server.Address };
        client.DefaultRequestHeaders.Authorization = AuthenticationHeaderValue.Parse(Authorization);
        return client;
    }

    private static async Task<string> CreateService(HttpClient client) =>
        $"/v1/Services/{Sid(await Create(client, "/v1/Services", "bench"))}/Sessions";

    private static async Task<string> Create(HttpClient client, string path, string name)
    {
        using var form = new FormUrlEncodedContent([new("UniqueName", name), new("Ttl", "3600")]);
        using var answer = await client.PostAsync(new Uri(path, UriKind.Relative), form);
        return await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync();
    }

    private static string Sid(string json) =>
        JsonSerializer.Deserialize<JsonElement>(json).GetProperty("sid").GetString()!;
}
