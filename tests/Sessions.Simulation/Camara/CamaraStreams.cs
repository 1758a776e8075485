using System.Globalization;
using System.Text.Json;
using Sessions.Simulation.Streams;
using Sessions.Storage;

namespace Sessions.Simulation.Camara;

/// <summary>
/// Two users who read what their sinks are told as streams, too: all of it, from the first on, in its order, each once.
/// </summary>
internal sealed class CamaraStreams
{
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(4);

    private readonly World _world;
    private readonly List<(string Subscription, StreamClient Client)> _clients;
    private readonly Dictionary<(string Subscription, int Number), (TimeSpan At, string Event)> _written = [];

    /// <summary>They begin to read.</summary>
    /// <param name="world">The world.</param>
    /// <param name="subscriptions">Whose subscription each reads.</param>
    /// <param name="request">How a user asks for a path.</param>
    public CamaraStreams(
        World world, IReadOnlyDictionary<string, string> subscriptions, Func<string, string, Asked> request)
    {
        _world = world;
        world.Documents.Written = Take;
        _clients =
        [
            .. subscriptions.Select(each => (each.Value, new StreamClient(
                world,
                $"reader of {each.Key}",
                () => request(each.Key, $"/webrtc-events/v0.2/subscriptions/{each.Value}/events")))),
        ];
        Readers = new(world, [.. _clients.Select(each => each.Client)]);
    }

    /// <summary>How they read.</summary>
    public StreamReaders Readers { get; }

    /// <summary>What is wrong; null when nothing is.</summary>
    public string? Explain() => _clients.Select(each => Explain(each.Subscription, each.Client))
        .FirstOrDefault(wrong => wrong is not null);

    private string? Explain(string subscription, StreamClient client)
    {
        foreach (var run in client.Runs.Where(run => run.Status is 200))
        {
            var after = run.After is null ? 0 : NumberOf(run.After);
            if (!run.Events.Select(one => NumberOf(one.Id)).SequenceEqual(
                Enumerable.Range(after + 1, run.Events.Count)))
            {
                return $"{run} leaves something out, or tells it twice.";
            }

            if (run.Events.Any(one => _written.GetValueOrDefault((subscription, NumberOf(one.Id))).Event != one.Data))
            {
                return $"{run} tells what did not happen.";
            }

            var untold = _written.Any(one => one.Key.Subscription == subscription
                && one.Key.Number > after + run.Events.Count && one.Value.At + _soon < run.Until);
            if (run.From > Readers.Rest && untold)
            {
                return $"{run} does not tell all that there is.";
            }
        }

        return Untold(client);
    }

    // As the sink, whoever reads knows in the end how each call ended or stands.
    private string? Untold(StreamClient client)
    {
        var last = client.Runs.SelectMany(run => run.Events)
            .Select(one => JsonDocument.Parse(one.Data).RootElement.GetProperty("data"))
            .GroupBy(data => data.GetProperty("mediaSessionId").GetString()!)
            .ToDictionary(call => call.Key, call => call.Last().GetProperty("status").GetString());
        var untold =
            from document in _world.Documents.Now.Documents.Values
            where document.Kind is "camara-webrtc/call" && document.Lifetime!.Status is not "Initial"
            where last.GetValueOrDefault(document.Id) != document.Lifetime!.Status
            select $"The {client.Name} has not read last that {document.Id} is {document.Lifetime!.Status}.";
        return untold.FirstOrDefault();
    }

    private void Take(Document document)
    {
        if (document.Kind is "camara-webrtc/event")
        {
            using var body = JsonDocument.Parse(document.Body);
            var place = document.Id.LastIndexOf('.');
            _written[(document.Id[..place], NumberOf(document.Id[(place + 1)..]))] =
                (_world.Scheduler.Now, body.RootElement.GetProperty("event").GetString()!);
        }
    }

    private static int NumberOf(string id) => int.Parse(id, CultureInfo.InvariantCulture);
}
