using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Storage;
using Sessions.Tests.Support;

namespace Sessions.Tests.Conversation;

/// <summary>
/// Many publishers and many readers on one session, in two processes over one store; readers come and go all the time.
/// </summary>
public sealed class CrowdTests : ConversationTest
{
    private const int Publishers = 200;
    private const int Each = 5;
    private const int Readers = 20;

    [Fact]
    public async Task Every_reader_gets_every_message_once_in_one_order_without_a_gap()
    {
        await using var other = await SessionsApp.Start(builder => builder.Services
            .AddSingleton<TimeProvider>(App.Clock).AddSingleton<IDocumentStore>(App.Store));
        var clients = new[] { App.Alice(), other.Alice() };
        var id = await Alice.New();
        var acknowledged = new ConcurrentDictionary<int, string>();

        var readers = Enumerable.Range(0, Readers).Select(i => Read(clients[i % 2], id, 10 * (i + 3))).ToList();
        var publishers = Enumerable.Range(0, Publishers).Select(i => Publish(clients[i % 2], id, i, acknowledged));
        var all = Task.WhenAll([.. publishers, .. readers]);
        await App.Clock.AdvanceUntil(all.ContinueWith(_ => true, TaskScheduler.Default));
        await all;

        Assert.Equal(Publishers * Each, acknowledged.Count);
        var expected = acknowledged.OrderBy(message => message.Key).Select(message => message.Value).ToList();
        foreach (var reader in readers)
        {
            Assert.Equal(expected, await reader);
        }
    }

    [Fact]
    public async Task Publishers_at_once_are_gathered_into_few_commits()
    {
        var id = await Alice.New();

        var calls = await App.Store.CallsOf(() => Task.WhenAll(
            Enumerable.Range(0, Publishers).Select(_ => Task.Run(() => Alice.Publish(id, "alice", "1")))));

        Assert.InRange(calls, 3, Publishers);
    }

    private static async Task Publish(
        ConversationClient client, string id, int publisher, ConcurrentDictionary<int, string> acknowledged)
    {
        await Task.Yield();
        for (var i = 0; i < Each; i++)
        {
            var text = $"{publisher}/{i}";
            var reply = (await client.Publish(id, $"user-{publisher}", $"\"{text}\"")).Is(HttpStatusCode.OK);
            Assert.True(acknowledged.TryAdd((int)reply.Body!["acknowledgment"]!["sequence"]!, text));
        }
    }

    // Reads some, goes away, and comes again where it was.
    private static async Task<List<string>> Read(ConversationClient client, string id, int some)
    {
        await Task.Yield();
        List<string> read = [];
        while (read.Count < Publishers * Each)
        {
            using var reading = await EventReading.Open(
                client.Http, id, "", ("Last-Event-ID", $"{read.Count}"));
            for (var i = 0; i < some && read.Count < Publishers * Each && await reading.Next() is { } item; i++)
            {
                if (item["message"] is JsonValue message)
                {
                    Assert.Equal(read.Count + 1, (int)item["event"]!["sequence"]!);
                    read.Add((string)message!);
                }
            }
        }

        return read;
    }
}
