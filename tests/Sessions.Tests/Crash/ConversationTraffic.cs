using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Sessions.Tests.Conversation;
using Sessions.Tests.Support;

namespace Sessions.Tests.Crash;

/// <summary>Publishers who write to a session as fast as they can; a session is of one round and its restart.</summary>
internal sealed class ConversationTraffic : ITraffic
{
    private readonly Creates _creates = new();
    private readonly ConcurrentDictionary<string, bool> _sent = new();
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<int, string>> _acknowledged = new();
    private ConversationClient _client = null!;
    private string _session = "";
    private int _texts;

    public int Acknowledged => _acknowledged.Values.Sum(session => session.Count);

    public void GoTo(ServiceProcess service) => _client = new(service.NewClient().WithBearer(TestAccounts.AcmeToken));

    public async Task Prepare()
    {
        _session = await _client.New();
        _acknowledged[_session] = new();
    }

    public Task Step(int user, Random random) => Publish();

    public Task Repeat() => _creates.Repeat();

    public async Task<IReadOnlyList<string>> Faults(bool ever)
    {
        var sessions = ever ? _acknowledged.Keys.AsEnumerable() : _session.Length > 0 ? [_session] : [];
        return [.. (await Task.WhenAll(sessions.Select(FaultsOf))).SelectMany(each => each)];
    }

    private async Task<IEnumerable<string>> FaultsOf(string session)
    {
        var acknowledged = _acknowledged[session];
        await Publish(session);
        var read = await Read(session, acknowledged.Keys.Max());
        var texts = read.Select(message => message.Text).ToList();
        return
        [
            .. from one in acknowledged
               let found = texts.ElementAtOrDefault(one.Key - 1)
               where found != one.Value
               select $"{session}: {one.Value} was acknowledged as {one.Key}, and there is {found ?? "nothing"}",
            .. read.Where((message, index) => message.Sequence != index + 1).Take(1).Select(message =>
                $"{session}: the sequence breaks at {message.Sequence}"),
            .. texts.CountBy(text => text).Where(text => text.Value > 1 || !_sent.ContainsKey(text.Key)).Select(text =>
                $"{session}: {text.Key} is there {text.Value} times"),
        ];
    }

    private async Task<List<(int Sequence, string Text)>> Read(string session, int last)
    {
        List<(int, string)> read = [];
        using var reading = await EventReading.Open(_client.Http, session);
        while (await reading.Next() is { } item)
        {
            var sequence = (int)item["event"]!["sequence"]!;
            if (item["message"] is { } message)
            {
                read.Add((sequence, (string)message!));
            }

            if (sequence >= last)
            {
                break;
            }
        }

        return read;
    }

    private Task Publish(string? to = null)
    {
        var session = to ?? _session;
        var text = $"text {Interlocked.Increment(ref _texts).ToString(CultureInfo.InvariantCulture)}";
        _sent[text] = true;
        return _creates.Do(
            key => _client.Post($"{session}/messages", $$"""{"name": "alice", "message": "{{text}}"}""", key),
            reply => _acknowledged[session].TryAdd(
                (int)reply.Is(HttpStatusCode.OK).Body!["acknowledgment"]!["sequence"]!, text));
    }
}
