using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Storage;
using Sessions.Tests.Support;

namespace Sessions.Tests.Conversation;

/// <summary>
/// Many publishers and many readers on one session, in two processes over one store; readers come and go all the time.
/// Time goes by as it does, since those who stand in each other's way wait only so long for each other.
/// </summary>
public sealed class CrowdTests : IAsyncLifetime
{
    private const int Publishers = 200;
    private const int Each = 5;
    private const int Readers = 20;

    private SessionsApp _app = null!;

    public async Task InitializeAsync() => _app = await Start(_ => { });

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task Every_reader_gets_every_message_once_in_one_order_without_a_gap()
    {
        await using var other = await Start(services => services.AddSingleton<IDocumentStore>(_app.Store));
        var clients = new[] { _app.Alice(), other.Alice() };
        var id = await clients[0].New();
        var acknowledged = new ConcurrentDictionary<int, string>();

        var readers = Enumerable.Range(0, Readers).Select(i => Read(clients[i % 2], id, 10 * (i + 3))).ToList();
        await Task.WhenAll(Enumerable.Range(0, Publishers).Select(i => Publish(clients[i % 2], id, i, acknowledged)));

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
        var alice = _app.Alice();
        var id = await alice.New();

        var calls = await _app.Store.CallsOf(() => Task.WhenAll(
            Enumerable.Range(0, Publishers).Select(_ => Task.Run(() => alice.Publish(id, "alice", "1")))));

        Assert.InRange(calls, 3, Publishers);
    }

    private static Task<SessionsApp> Start(Action<IServiceCollection> configure) => SessionsApp.Start(builder =>
        configure(builder.Services.AddSingleton(TimeProvider.System)));

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
