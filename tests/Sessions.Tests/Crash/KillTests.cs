using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace Sessions.Tests.Crash;

/// <summary>The process dies in the middle of its work, and what it has acknowledged is there afterwards.</summary>
public sealed class KillTests : IDisposable
{
    private const int Writers = 16;
    private const int AcknowledgedBeforeKill = 400;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sessions-crash-");

    private string Database => Path.Combine(_folder.FullName, "sessions.db");

    [Fact]
    public async Task Given_concurrent_creates_when_the_process_is_killed_then_no_acknowledged_session_is_lost()
    {
        var acknowledged = new ConcurrentDictionary<string, string>();
        string sessions;
        using (var service = await ServiceProcess.Start(Database))
        {
            sessions = await CreateService(service.Client);
            await Task.WhenAll(Enumerable.Range(0, Writers)
                .Select(writer => CreateUntilKilled(service, sessions, $"writer-{writer}", acknowledged)));
        }

        using var restarted = await ServiceProcess.Start(Database);
        var listed = await WalkList(restarted.Client, sessions);

        Assert.All(acknowledged, created => Assert.Contains((created.Key, created.Value), listed));
        Assert.InRange(listed.Count, AcknowledgedBeforeKill, acknowledged.Count + Writers);
        Assert.Distinct(listed.Select(session => session.Sid));
        Assert.Distinct(listed.Select(session => session.Name));
        await Parallel.ForEachAsync(
            listed, async (session, _) => await AssertThere(restarted.Client, sessions, session));
        Assert.Equal("ok", IntegrityCheck());
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static async Task<string> CreateService(HttpClient client)
    {
        var service = await Post(client, "/v1/Services", "crash");
        return $"/v1/Services/{(await Json(service)).GetProperty("sid")}/Sessions";
    }

    private static async Task CreateUntilKilled(
        ServiceProcess service, string sessions, string writer, ConcurrentDictionary<string, string> acknowledged)
    {
        for (var number = 0; ; number++)
        {
            var name = $"{writer}-{number}";
            if (await TryCreate(service.Client, sessions, name) is not { } sid)
            {
                return;
            }

            acknowledged[sid] = name;
            if (acknowledged.Count >= AcknowledgedBeforeKill)
            {
                service.Kill();
            }
        }
    }

    private static async Task<string?> TryCreate(HttpClient client, string sessions, string name)
    {
        try
        {
            var created = await Post(client, sessions, name);
            Assert.Equal(HttpStatusCode.Created, created.StatusCode);
            return (await Json(created)).GetProperty("sid").GetString();
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static async Task<List<(string Sid, string Name)>> WalkList(HttpClient client, string sessions)
    {
        var listed = new List<(string Sid, string Name)>();
        for (var next = sessions; next is not null;)
        {
            var page = await client.GetFromJsonAsync<JsonElement>(new Uri(next, UriKind.RelativeOrAbsolute));
            listed.AddRange(page.GetProperty("sessions").EnumerateArray().Select(session =>
                (session.GetProperty("sid").GetString()!, session.GetProperty("unique_name").GetString()!)));
            next = page.GetProperty("meta").GetProperty("next_page_url").GetString();
        }

        return listed;
    }

    private static async Task AssertThere(HttpClient client, string sessions, (string Sid, string Name) session)
    {
        var address = new Uri($"{sessions}/{session.Sid}", UriKind.Relative);
        var fetched = await client.GetFromJsonAsync<JsonElement>(address);
        Assert.Equal(session.Name, fetched.GetProperty("unique_name").GetString());
        var again = await Post(client, sessions, session.Name);
        Assert.Equal(80603, (await Json(again)).GetProperty("code").GetInt32());
    }

    private string? IntegrityCheck()
    {
        using var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA integrity_check";
        return command.ExecuteScalar() as string;
    }

    private static async Task<HttpResponseMessage> Post(HttpClient client, string path, string uniqueName)
    {
        using var form = new FormUrlEncodedContent([new("UniqueName", uniqueName)]);
        return await client.PostAsync(new Uri(path, UriKind.Relative), form);
    }

    private static Task<JsonElement> Json(HttpResponseMessage response) =>
        response.Content.ReadFromJsonAsync<JsonElement>();
}
