using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Sessions.Hosting;
using Sessions.Tests.Conversation;
using Sessions.Tests.Support;

namespace Sessions.Tests.Crash;

/// <summary>The process dies amid joins and messages, and an inbox goes on where it was.</summary>
public sealed class InboxKillTests : IDisposable
{
    private const int Writers = 4;
    private const int JoinedBeforeKill = 60;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sessions-crash-");
    private readonly ConcurrentBag<string> _joined = [];
    private readonly HashSet<string> _sessions = [];
    private readonly Dictionary<string, List<int>> _read = [];
    private string _cursor = "";

    private string Database => Path.Combine(_folder.FullName, "sessions.db");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Given_joins_and_messages_when_the_process_is_killed_every_join_is_there_and_no_event_missing()
    {
        await using (var killed = await ServiceProcess.Start(Database))
        {
            var client = Client(killed);
            var opened = new TaskCompletionSource();
            var reading = Read(client, opened, () => false);
            await opened.Task;
            await Task.WhenAll(Enumerable.Range(0, Writers).Select(i => Write(client, i, killed.Kill)));
            await reading;
        }

        var before = _read.Values.Sum(numbers => numbers.Count);
        await using var restarted = await ServiceProcess.Start(Database);
        await Read(Client(restarted), new(), () => _sessions.Count > 0 && _joined.All(
            session => _read.GetValueOrDefault(session)?.Contains(2) is true))
            .WaitAsync(TimeSpan.FromSeconds(60));

        Assert.InRange(_joined.Count, JoinedBeforeKill, int.MaxValue);
        Assert.InRange(before, 1, int.MaxValue);
        Assert.Superset(_joined.ToHashSet(), _sessions);
        Assert.All(_joined, session => Assert.Equal([1, 2], _read[session].Distinct()));
    }

    private static ConversationClient Client(ServiceProcess service) =>
        new(service.NewClient().WithBearer(DevelopmentAccount.Token));

    // Each session has the join and a message, both acknowledged before it counts.
    private async Task Write(ConversationClient client, int writer, Action kill)
    {
        try
        {
            for (var i = 0; ; i++)
            {
                var id = await client.New($"s{writer}-{i}", ("owners", new JsonArray("somebody")));
                (await client.Join(id, "dev-user")).Is(HttpStatusCode.OK);
                (await client.Publish(id, "dev-user", $"{i}")).Is(HttpStatusCode.OK);
                _joined.Add($"sessions/{id}");
                if (_joined.Count >= JoinedBeforeKill)
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

    // Reads on from where it was, until the process dies, or until all has come.
    private async Task Read(ConversationClient client, TaskCompletionSource opened, Func<bool> isAll)
    {
        try
        {
            using var reading = await EventReading.OpenInbox(
                client.Http, _cursor.Length > 0 ? $"?after={_cursor}" : "");
            while (!isAll() && await reading.Next() is { } item)
            {
                opened.TrySetResult();
                _sessions.UnionWith(item["sessions"]?.AsArray().Select(name => (string)name!) ?? []);
                if ((string?)item["session"] is { } session && (int)item["event"]!["sequence"]! is > 0 and var number)
                {
                    _read.TryAdd(session, []);
                    _read[session].Add(number);
                }

                _cursor = (string?)item["cursor"] ?? _cursor;
            }
        }
        catch (Exception cut) when (cut is IOException or HttpRequestException)
        {
            // Killed.
        }
    }
}
