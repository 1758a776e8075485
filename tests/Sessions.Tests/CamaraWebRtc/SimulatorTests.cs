using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Sessions.CamaraWebRtc.Simulator;
using Sessions.Storage;
using Sessions.Tests.Support;

namespace Sessions.Tests.CamaraWebRtc;

/// <summary>The network simulator: numbers that take calls, each in its own way, as any client would.</summary>
public sealed class SimulatorTests : IAsyncLifetime
{
    private readonly CancellationTokenSource _stop = new();
    private SessionsApp _app = null!;
    private CamaraClient _alice = null!;
    private HttpClient _http = null!;
    private Task _simulation = Task.CompletedTask;

    public async Task InitializeAsync()
    {
        NetworkSimulator simulator = null!;
        _app = await CamaraUsers.Start(more: settings => simulator = NetworkSimulator.AddTo(settings));
        _alice = new(_app, CamaraUsers.Alice);
        _http = _app.Anonymous();
        _simulation = simulator.Run(_http, _app.Clock, NullLogger.Instance, _stop.Token);

        // What waits for its turn must not find its time over, so the clock stands still.
        for (var i = 0; i < 2_000 && await Subscribed() < 10; i++)
        {
            await Task.Delay(5);
        }

        Assert.Equal(10, await Subscribed());
    }

    public async Task DisposeAsync()
    {
        await _stop.CancelAsync();
        await _simulation.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _app.DisposeAsync();
        _http.Dispose();
        _stop.Dispose();
    }

    /// <summary>What docs/camara-webrtc.md says of the numbers.</summary>
    [Fact]
    public async Task Each_number_takes_a_call_in_its_own_way()
    {
        (string Number, int Seconds, string States)[] expected =
        [
            ("+12025550100", 0, "Connected"),
            ("+12025550103", 3, "Ringing Connected"),
            ("+12025550110", 10, "Ringing Connected"),
            ("+12025550120", 0, "Busy"),
            ("+12025550121", 2, "Ringing Declined"),
            ("+12025550122", 180, "Ringing NoAnswer"),
            ("+12025550130", 5, "InProgress Connected"),
            ("+12025550140", 2, "Ringing Connected"),
            ("+12025550150", 5, "Connected Terminated"),
        ];
        List<Seen> calls = [];
        foreach (var (number, _, states) in expected)
        {
            calls.Add(new(await _alice.Call(("receiverAddress", $"tel:{number}")), _app.Clock.Now, states));
        }

        await Until(async () =>
        {
            foreach (var call in calls.Where(one => !one.IsDone))
            {
                call.See((await _alice.StatusOf(call.Path))!, _app.Clock.Now);
            }

            return calls.TrueForAll(one => one.IsDone);
        });

        Assert.All(calls.Zip(expected), each =>
        {
            Assert.Equal(each.Second.States, each.First.States);
            Assert.InRange(each.First.Seconds, each.Second.Seconds, each.Second.Seconds + 5);
        });
    }

    [Fact]
    public async Task Its_answer_has_each_medium_of_the_offer_in_the_offers_first_format()
    {
        const string Offer = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\n"
            + "m=audio 9 UDP/TLS/RTP/SAVPF 111 0\r\na=mid:0\r\na=rtpmap:111 opus/48000/2\r\na=rtpmap:0 PCMU/8000\r\n"
            + "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:1\r\na=sctp-port:5000\r\n";
        var call = await _alice.Call(
            ("receiverAddress", "tel:+12025550100"), ("offer", new JsonObject { ["sdp"] = Offer }));

        await Until(async () => await _alice.StatusOf(call) is "Connected");

        var answer = $"{(await _alice.Get(call)).Body!["answer"]!["sdp"]}";
        string[] media = [.. answer.Split("\r\n").Where(line => line.StartsWith("m=", StringComparison.Ordinal))];
        Assert.Equal(
            ["m=audio 9 UDP/TLS/RTP/SAVPF 111", "m=application 9 UDP/DTLS/SCTP webrtc-datachannel"], media);
        Assert.Contains("a=rtpmap:111 opus/48000/2", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("PCMU", answer, StringComparison.Ordinal);
    }

    private async Task<int> Subscribed()
    {
        var all = new AcrossQuery("acme", ["camara-webrtc/subscription"], 100);
        return (await _app.Store.ListAcross(all, CancellationToken.None)).Value!.Count;
    }

    /// <summary>Moves time on, a little at a time, until it is so.</summary>
    private async Task Until(Func<Task<bool>> isSo)
    {
        for (var i = 0; i < 2_000 && !await isSo(); i++)
        {
            await Task.Delay(2);
            _app.Clock.Advance(TimeSpan.FromSeconds(0.25));
        }

        Assert.True(await isSo());
    }

    private sealed class Seen(string path, DateTimeOffset called, string last)
    {
        private readonly List<string> _states = [];

        public string Path => path;

        public double Seconds { get; private set; }

        public string States => string.Join(' ', _states);

        public bool IsDone => States == last;

        public void See(string status, DateTimeOffset now)
        {
            if (status is not "Initial" && !_states.Contains(status))
            {
                _states.Add(status);
                Seconds = (now - called).TotalSeconds;
            }
        }
    }
}
