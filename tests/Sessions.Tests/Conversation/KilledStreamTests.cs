using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Sessions.Hosting;
using Sessions.Tests.Crash;
using Sessions.Tests.Support;

namespace Sessions.Tests.Conversation;

/// <summary>
/// The process dies amid publishers and readers, and nobody who comes again notices more than a pause.
/// </summary>
public sealed class KilledStreamTests : IDisposable
{
    private const int Publishers = 200;
    private const int Readers = 20;
    private const int AcknowledgedBeforeKill = 1000;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sessions-crash-");
    private readonly ConcurrentDictionary<int, string> _acknowledged = new();

    private string Database => Path.Combine(_folder.FullName, "sessions.db");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Readers_get_every_acknowledged_message_once_in_one_order_over_a_kill_and_a_restart()
    {
        var readers = Enumerable.Range(0, Readers).Select(_ => new List<string>()).ToList();
        string id;
        await using (var killed = await ServiceProcess.Start(Database))
        {
            var (client, kill) = (Client(killed), (Action)killed.Kill);
            id = await client.New("crowd");
            var reading = readers.Select(read => Read(client, id, read)).ToList();
            await Task.WhenAll(Enumerable.Range(0, Publishers).Select(i => Publish(client, id, $"before-{i}", kill)));
            await Task.WhenAll(reading);
        }

        var before = _acknowledged.Count;
        await using var restarted = await ServiceProcess.Start(Database);
        var second = Client(restarted);
        var again = readers.Select(read => Read(second, id, read)).ToList();
        for (var i = 0; i < 20; i++)
        {
            Acknowledge(await second.Publish(id, "dev-user", $"\"after-{i}\""), $"after-{i}");
        }

        (await second.Delete(id)).Is(HttpStatusCode.OK);
        await Task.WhenAll(again);

        Assert.InRange(before, AcknowledgedBeforeKill, int.MaxValue);
        Assert.All(readers, read => Assert.Equal(readers[0], read));
        Assert.Distinct(readers[0]);
        Assert.All(_acknowledged, message => Assert.Equal(message.Value, readers[0][message.Key - 1]));
        Assert.InRange(readers[0].Count, _acknowledged.Count, _acknowledged.Count + Publishers);
    }

    private static ConversationClient Client(ServiceProcess service) =>
        new(service.NewClient().WithBearer(DevelopmentAccount.Token));

    private async Task Publish(ConversationClient client, string id, string name, Action kill)
    {
        try
        {
            for (var i = 0; ; i++)
            {
                Acknowledge(await client.Publish(id, "dev-user", $"\"{name}-{i}\""), $"{name}-{i}");
                if (_acknowledged.Count >= AcknowledgedBeforeKill)
                {
                    kill();
                }
            }
        }
        catch (HttpRequestException)
        {
            // Killed.
        }
    }

    private void Acknowledge(ApiReply reply, string text)
    {
        var sequence = (int)reply.Is(HttpStatusCode.OK).Body!["acknowledgment"]!["sequence"]!;
        Assert.True(_acknowledged.TryAdd(sequence, text));
    }

    // Reads on from where it was until the end, or until the process dies.
    private static async Task Read(ConversationClient client, string id, List<string> read)
    {
        try
        {
            using var reading = await EventReading.Open(
                client.Http, id, "", ("Last-Event-ID", $"{read.Count}"));
            while (await reading.Next() is { } item)
            {
                if (item["message"] is JsonValue message)
                {
                    Assert.Equal(read.Count + 1, (int)item["event"]!["sequence"]!);
                    read.Add((string)message!);
                }
            }
        }
        catch (Exception cut) when (cut is IOException or HttpRequestException)
        {
            // Killed.
        }
    }
}
