using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Sessions.Tests.Support;

namespace Sessions.Tests.LiveStream;

/// <summary>
/// The webhooks of the stand-in. Like LiveKit's they wait in a queue for each thing that they are about, are dropped
/// when they are older than half a minute or when 200 wait, and are gone when the server is.
/// </summary>
internal sealed class LiveKitPost
{
    private const int MaxDepth = 200;
    private static readonly TimeSpan _maxAge = TimeSpan.FromSeconds(30);
    private readonly Lock _gate = new();
    private readonly List<Letter> _waiting = [];
    private int _number;

    /// <summary>Tells the time.</summary>
    public FakeClock Clock { get; set; } = null!;

    /// <summary>What becomes of each event; it arrives at once unless said otherwise.</summary>
    public Func<JsonObject, Fate> Decide { get; set; } = _ => Fate.Arrives;

    /// <summary>All that was told, whether or not it arrived.</summary>
    public List<JsonObject> Told { get; } = [];

    /// <summary>Tells an event.</summary>
    public void Tell(string name, params (string, JsonObject)[] about)
    {
        lock (_gate)
        {
            var told = LiveKitWire.Event(name, ++_number, Clock.Now, about);
            Told.Add(told);
            var key = KeyOf(told);
            var fate = Decide(told);
            if (!fate.IsLost && _waiting.Count(waits => waits.Key == key) < MaxDepth)
            {
                var letter = new Letter(key, told, Clock.Now, Clock.Now + fate.Delay);
                _waiting.AddRange(Enumerable.Repeat(letter, fate.Times));
            }
        }
    }

    /// <summary>Forgets what waits, as a server that dies does.</summary>
    public void Lose()
    {
        lock (_gate)
        {
            _waiting.Clear();
        }
    }

    /// <summary>Posts what is due, in its order.</summary>
    public async Task Deliver(LiveStreamClient to)
    {
        while (Next() is { } letter)
        {
            await Send(to, letter.Told.ToJsonString());
        }
    }

    /// <summary>Posts a body, signed as LiveKit does.</summary>
    public async Task<ApiReply> Send(LiveStreamClient to, string body) =>
        (await to.Post("/livekit/webhook", body, ("Authorization", Token(body)))).Is(System.Net.HttpStatusCode.OK);

    private string Token(string body) => JwtParts.Sign(
        new()
        {
            ["iss"] = LiveStreamHouse.ApiKey,
            ["nbf"] = Clock.Now.ToUnixTimeSeconds(),
            ["exp"] = Clock.Now.AddMinutes(5).ToUnixTimeSeconds(),
            ["sha256"] = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(body))),
        },
        LiveStreamHouse.ApiSecret);

    private Letter? Next()
    {
        lock (_gate)
        {
            var now = Clock.Now;
            var next = _waiting.Where(letter => letter.DueAt <= now).MinBy(letter => letter.DueAt);
            if (next is null)
            {
                return null;
            }

            _waiting.Remove(next);

            // What is delayed on purpose has left the server; only what waits there grows too old.
            return next.DueAt == next.ToldAt && now - next.ToldAt > _maxAge ? Next() : next;
        }
    }

    private static string KeyOf(JsonObject told) =>
        (string?)told["egressInfo"]?["egressId"] ?? (string?)told["ingressInfo"]?["ingressId"]
        ?? (string?)told["room"]?["name"] ?? "default";

    private sealed record Letter(string Key, JsonObject Told, DateTimeOffset ToldAt, DateTimeOffset DueAt);
}

/// <summary>What becomes of a webhook.</summary>
/// <param name="IsLost">Whether it never arrives.</param>
/// <param name="Delay">How much later it arrives, so that others overtake it.</param>
/// <param name="Times">How often it arrives.</param>
internal sealed record Fate(bool IsLost, TimeSpan Delay, int Times)
{
    public static Fate Arrives { get; } = new(false, TimeSpan.Zero, 1);

    public static Fate Lost { get; } = new(true, TimeSpan.Zero, 0);

    public static Fate Twice { get; } = new(false, TimeSpan.Zero, 2);

    public static Fate Later(TimeSpan by) => new(false, by, 1);
}
