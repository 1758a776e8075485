using System.Web;
using Sessions.Tests.CamaraWebRtc;
using static Sessions.Tests.TwilioProxy.CarrierScene;

namespace Sessions.Tests.TwilioProxy;

/// <summary>
/// A carrier that loses callbacks, sends them twice, in any order and at once: whatever comes, an Interaction only goes
/// forward, ends where the carrier said that it ended, and each of its steps is told once.
/// </summary>
public sealed class UnreliableCarrierTests : IAsyncLifetime
{
    private const int Contacts = 24;
    private static readonly string[] _call = ["initiated", "ringing", "in-progress", "completed", "busy", "no-answer"];
    private static readonly string[] _message = ["queued", "sending", "sent", "delivered", "undelivered"];
    private CarrierScene _scene = null!;

    public async Task InitializeAsync() => _scene = await CarrierScene.Start();

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Interactions_only_go_forward_and_end_where_the_carrier_says(int seed)
    {
        var random = new Random(seed);
        var sent = new Dictionary<string, List<string>>();
        foreach (var i in Enumerable.Range(0, Contacts))
        {
            var callbacks = i % 2 == 0 ? await Message(random) : await Call(random);
            var arriving = callbacks.Where(_ => random.Next(4) > 0).ToList();
            CarrierCallback[] delivered = [.. arriving, .. arriving.Where(_ => random.Next(3) == 0)];
            random.Shuffle(delivered);
            await (i % 4 < 2
                ? _scene.Carrier.Tell(delivered)
                : Task.WhenAll(delivered.Select(callback => _scene.Carrier.Tell([callback]))));
            sent[callbacks[0].Url.Split('/')[^2]] = [.. delivered.Select(StatusOf)];
        }

        var seen = await _scene.Proxy.List($"{_scene.Session}/Interactions?PageSize=100", "interactions");
        Assert.Equal(Contacts, seen.Count);
        var told = await Told();
        foreach (var interaction in seen)
        {
            var (sid, status) = (interaction!["sid"]!.ToString(), interaction["outbound_resource_status"]!.ToString());
            var ranks = interaction["type"]!.ToString() == "voice" ? _call : _message;
            var first = ranks == _call ? "initiated" : "queued";
            var expected = sent[sid].Prepend(first).MaxBy(each => RankOf(ranks, each));

            Assert.Equal(RankOf(ranks, expected!), RankOf(ranks, status));
            Assert.Equal(first, told[sid][0]);
            Assert.Equal(status, told[sid][^1]);
            Assert.Equal(told[sid].Select(each => RankOf(ranks, each)).Order().Distinct(), RanksOf(told[sid]));
            Assert.True(
                (status == "completed") == interaction["data"]!.ToString().Contains("42", StringComparison.Ordinal));

            IEnumerable<int> RanksOf(IEnumerable<string> statuses) => statuses.Select(each => RankOf(ranks, each));
        }
    }

    // All final ones are one rank: the first of them to come is the end.
    private static int RankOf(string[] ranks, string status) => Math.Min(Array.IndexOf(ranks, status), 3);

    private async Task<CarrierCallback[]> Message(Random random)
    {
        var answer = await _scene.Carrier.Message(_scene.Service, Ann, AnnsNumber, "hi");
        var end = random.Next(2) == 0 ? "delivered" : "undelivered";
        return TwiMlExecutor.Message(answer, "queued", "sending", "sent", end);
    }

    private async Task<CarrierCallback[]> Call(Random random)
    {
        var answer = await _scene.Carrier.Voice(_scene.Service, Bob, BobsNumber);
        return random.Next(3) switch
        {
            0 => TwiMlExecutor.Call(answer, "busy"),
            1 => TwiMlExecutor.Call(answer, "no-answer"),
            _ => TwiMlExecutor.Call(answer, 42),
        };
    }

    private static string StatusOf(CarrierCallback callback)
    {
        var fields = callback.Form.ToDictionary(field => field.Name, field => field.Value);
        return fields.GetValueOrDefault("DialCallStatus")
            ?? fields.GetValueOrDefault("MessageStatus")
            ?? fields["CallStatus"];
    }

    // Everything that is told, by Interaction, once nothing more comes.
    private async Task<Dictionary<string, List<string>>> Told()
    {
        var told = new Dictionary<string, List<string>>();
        await _scene.App.EventsLeft(0);
        foreach (var received in _scene.Sink.TakeAll())
        {
            var fields = HttpUtility.ParseQueryString(received.Body);
            var sid = fields["interactionSid"]!;
            told[sid] = [.. told.GetValueOrDefault(sid) ?? [], fields["outboundResourceStatus"]!];
        }

        return told;
    }
}
