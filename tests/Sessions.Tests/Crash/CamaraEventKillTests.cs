using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Sessions.Hosting.Local;
using Sessions.Tests.CamaraWebRtc;
using Sessions.Tests.Support;

namespace Sessions.Tests.Crash;

/// <summary>The process dies between the commit of a change and the telling of it.</summary>
public sealed class CamaraEventKillTests : IDisposable
{
    private const string Device = "7d444840-9dc0-11d1-b245-5ffdce74fad2";
    private static readonly (string, string) _everySecond = ("Outbox__Schedule", "* * * * * *");
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sessions-crash-");

    private string Database => Path.Combine(_folder.FullName, "sessions.db");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Given_events_not_yet_sent_when_the_process_is_killed_then_the_next_one_sends_them_in_order()
    {
        await using var sink = await Sink.Start();
        sink.Server.Answer = _ => Task.FromResult(503);
        string[] changes = ["Ringing", "Connected", "Hold", "Resume", "Terminated"];
        Told tried;
        using (var service = await ServiceProcess.Start(Database, _everySecond))
        {
            var client = Client(service);
            var call = await CallWithSink(client, sink.Url);
            await Update(client, call, changes[0]);
            tried = await sink.Next();
            foreach (var status in changes[1..])
            {
                await Update(client, call, status);
            }

            service.Kill();
        }

        sink.Server.Answer = _ => Task.FromResult(204);
        using var restarted = await ServiceProcess.Start(Database, _everySecond);

        var told = await All(sink, changes[^1]);
        Assert.Equal(changes, told.DistinctBy(one => one.Id).Select(one => one.Status));
        Assert.Equal(tried.Id, told[0].Id);
    }

    // An event that was being sent by the one that died is let be for half a minute.
    private static async Task<IReadOnlyList<Told>> All(Sink sink, string last)
    {
        List<Told> told = [];
        for (var patience = 3; told.Count == 0 || told[^1].Status != last;)
        {
            try
            {
                told.Add(await sink.Next());
            }
            catch (OperationCanceledException) when (--patience > 0)
            {
            }
        }

        return told;
    }

    private static ApiClient Client(ServiceProcess service) => new(service.Client.WithBearer(DevelopmentAccount.Token));

    private static async Task<string> CallWithSink(ApiClient client, string sink)
    {
        var device = await Send(client, HttpMethod.Post, CamaraClient.Registrations, new() { ["deviceId"] = Device });
        var registration = device.Is(HttpStatusCode.OK)["registrationId"]!;
        var subscription = CamaraClient.NewSubscription(registration, "session-status", sink);
        (await Send(client, HttpMethod.Post, CamaraClient.Subscriptions, subscription)).Is(HttpStatusCode.Created);
        var call = await Send(client, HttpMethod.Post, CamaraClient.Calls, CamaraClient.NewCall());
        return $"{CamaraClient.Calls}/{call.Is(HttpStatusCode.Created)["mediaSessionId"]}";
    }

    private static async Task Update(ApiClient client, string call, string status) =>
        (await Send(
            client, HttpMethod.Put, $"{call}/status", CamaraClient.Status(status, answer: status == "Connected")))
            .Is(HttpStatusCode.OK);

    private static async Task<ApiReply> Send(ApiClient client, HttpMethod method, string path, JsonObject body)
    {
        using var content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        return await client.Send(method, path, content);
    }
}
