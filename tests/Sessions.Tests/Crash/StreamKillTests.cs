using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Sessions.Tests.Conversation;
using Sessions.Tests.Support;
using Xunit.Abstractions;

namespace Sessions.Tests.Crash;

/// <summary>
/// Readers and writers of one session at several processes over one file, one of which dies among all that.
/// </summary>
[Trait("Host", "Kestrel")]
public sealed class StreamKillTests(ITestOutputHelper output) : IDisposable
{
    private const int ReadersOfEach = 3;
    private const int WritersOfEach = 2;
    private const int BeforeKill = 60;
    private const int AfterKill = 60;
    private const string Last = "the last";

    // Two seconds are promised; the rest is for a machine that is busy.
    private static readonly TimeSpan _resumed = TimeSpan.FromSeconds(2 + 3);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    // In which nothing happens any more, though all of them still read.
    private static readonly TimeSpan _rest = TimeSpan.FromSeconds(0.5);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sessions-crash-");
    private readonly ConcurrentDictionary<int, string> _acknowledged = new();
    private readonly Countdown _beforeKill = new(BeforeKill);
    private readonly Countdown _all = new(BeforeKill + AfterKill);
    private readonly Stopwatch _sinceKill = new();
    private int _texts;

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public async Task When_one_process_is_killed_its_readers_go_on_at_another_and_all_have_everything_once_in_order(
        int count)
    {
        var database = Path.Combine(_folder.FullName, "sessions.db");
        List<ServiceProcess> services = [await ServiceProcess.Start(database, CrashAccounts.Settings)];
        services.AddRange(await Task.WhenAll(
            Enumerable.Range(1, count - 1).Select(_ => ServiceProcess.Start(database, CrashAccounts.Settings))));
        List<ConversationClient> clients = [.. services.Select(Client)];
        var id = await clients[0].New();
        List<EventSource> readers =
        [
            .. clients.Index().SelectMany(client => Enumerable.Range(0, ReadersOfEach).Select(reader =>
                new EventSource(id, [client.Item, clients[(client.Index + reader) % (count - 1)]], _sinceKill))),
        ];
        var reading = Task.WhenAll(readers.Select(reader => reader.ReadTo(Last)));
        await Task.WhenAll(readers.Select(reader => reader.Opened));

        var writing = Task.WhenAll(clients.Index().SelectMany(client =>
            Enumerable.Repeat(client, WritersOfEach).Select(_ => Write(id, client.Item, clients[0]))));
        await _beforeKill.Over.WaitAsync(_patience);
        _sinceKill.Start();
        services[^1].Kill();
        await writing.WaitAsync(_patience);
        await Publish(id, clients[0], Last);
        await reading.WaitAsync(_patience);

        var told = readers[0].Told;
        Assert.Equal(Enumerable.Range(1, told.Count), told.Select(one => one.Sequence));
        Assert.All(readers, reader => Assert.Equal(told, reader.Told));
        Assert.Equal(told.Count, told.DistinctBy(one => one.Text).Count());
        Assert.All(_acknowledged, one => Assert.Equal((one.Key, one.Value), told[one.Key - 1]));

        var resumed = readers.Select(reader => reader.Resumed).OfType<TimeSpan>().Order().ToList();
        output.WriteLine($"{told.Count} events; resumed within {resumed[^1].TotalSeconds} s");
        Assert.Equal(ReadersOfEach, resumed.Count);
        Assert.All(resumed, after => Assert.InRange(after, TimeSpan.Zero, _resumed));
        Assert.Equal(await Calls(clients[..^1], _rest), await Calls(clients[..^1], 2 * _rest));
        readers.ForEach(reader => reader.Dispose());
        foreach (var service in services)
        {
            await service.DisposeAsync();
        }
    }

    private static ConversationClient Client(ServiceProcess service) =>
        new(service.NewClient().WithBearer(TestAccounts.AcmeToken));

    // Whoever loses its process goes on at another, and what was not acknowledged may have happened or not.
    private async Task Write(string session, ConversationClient at, ConversationClient then)
    {
        while (!_all.Over.IsCompleted)
        {
            try
            {
                await Publish(session, at, $"text {Interlocked.Increment(ref _texts)}");
                _beforeKill.Signal();
                _all.Signal();
            }
            catch (HttpRequestException)
            {
                at = then;
            }
        }
    }

    private async Task Publish(string session, ConversationClient at, string text)
    {
        var reply = (await at.Publish(session, "alice", $"\"{text}\"")).Is(HttpStatusCode.OK);
        Assert.True(_acknowledged.TryAdd((int)reply.Body!["acknowledgment"]!["sequence"]!, text));
    }

    /// <summary>What the store was asked for because of conversations, as each process counts it.</summary>
    private static async Task<int> Calls(List<ConversationClient> clients, TimeSpan rest)
    {
        await Task.Delay(rest);
        var calls = 0;
        foreach (var client in clients)
        {
            var activity = (await client.Get("/operator/activity")).Is(HttpStatusCode.OK).Body!;
            calls += activity["minutes"]!.AsArray().Sum(
                minute => (int?)minute!["costs"]?["conversation"]?["calls"] ?? 0);
        }

        return calls;
    }

    /// <summary>Reads as a page's EventSource does: when a stream breaks, on from its last event.</summary>
    private sealed class EventSource(string session, IReadOnlyList<ConversationClient> places, Stopwatch sinceLoss)
        : IDisposable
    {
        private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private EventReading? _reading;
        private string _lastId = "0";

        public List<(int Sequence, string Text)> Told { get; } = [];

        /// <summary>The first stream has begun.</summary>
        public Task Opened => _opened.Task;

        /// <summary>How long after the loss the next stream had begun; null without a loss.</summary>
        public TimeSpan? Resumed { get; private set; }

        public async Task ReadTo(string last)
        {
            foreach (var place in places)
            {
                try
                {
                    await Read(place, last);
                    return;
                }
                catch (Exception lost) when (lost is IOException or HttpRequestException)
                {
                    // Killed: there is another.
                }
            }

            Assert.Fail("Both processes are gone.");
        }

        public void Dispose() => _reading?.Dispose();

        private async Task Read(ConversationClient place, string last)
        {
            _reading?.Dispose();
            (string, string)[] headers = [("Accept", "text/event-stream"), ("Last-Event-ID", _lastId)];
            _reading = await EventReading.Open(place.Http, session, "", headers);
            var id = "";
            while (await _reading.Line() is { } line)
            {
                Resumed ??= _opened.Task.IsCompleted && place != places[0] ? sinceLoss.Elapsed : null;
                _opened.TrySetResult();
                if (line.StartsWith("id: ", StringComparison.Ordinal))
                {
                    id = line["id: ".Length..];
                }
                else if (line.StartsWith("data: ", StringComparison.Ordinal))
                {
                    var item = JsonNode.Parse(line["data: ".Length..])!;
                    Told.Add(((int)item["event"]!["sequence"]!, (string)item["message"]!));
                    _lastId = id;
                    if (Told[^1].Text == last)
                    {
                        return;
                    }
                }
            }

            throw new IOException("The stream is over.");
        }
    }
}
