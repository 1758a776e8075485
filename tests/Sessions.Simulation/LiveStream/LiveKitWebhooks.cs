using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Sessions.LiveStream;

namespace Sessions.Simulation.LiveStream;

/// <summary>What LiveKit tells the application: a while later, in any order, often twice, sometimes never.</summary>
internal sealed class LiveKitWebhooks(World world)
{
    /// <summary>The key that it signs with.</summary>
    public const string ApiKey = "key";

    /// <summary>The secret of that key.</summary>
    public const string ApiSecret = "livekit-secret-of-32-letters-or-more";

    private const int MostTries = 3;
    private const double Repeats = 0.3;

    // It drops what is older.
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(0.5);

    private int _number;

    /// <summary>Whether there is an application that it was told the address of.</summary>
    public bool IsOn { get; set; }

    /// <summary>Tells of a room.</summary>
    /// <param name="name">What has happened.</param>
    /// <param name="room">The room.</param>
    /// <param name="who">Whom it is about, or null.</param>
    public void Tell(string name, RoomSeen room, ParticipantSeen? who = null)
    {
        var about = new JsonObject
        {
            ["room"] = new JsonObject
            {
                ["sid"] = room.Sid,
                ["name"] = room.Name,
                ["creationTime"] = $"{room.MadeAt / 1000}",
                ["creationTimeMs"] = $"{room.MadeAt}",
            },
        };
        if (who is not null)
        {
            about["participant"] = new JsonObject
            {
                ["sid"] = who.Sid, ["identity"] = who.Identity, ["state"] = "ACTIVE",
            };
        }

        Tell(name, about);
    }

    /// <summary>Tells of an ingress.</summary>
    public void Tell(string name, IngressSeen ingress) => Tell(name, new JsonObject
    {
        ["ingressInfo"] = new JsonObject { ["ingressId"] = ingress.Id, ["roomName"] = ingress.Room },
    });

    private void Tell(string name, JsonObject told)
    {
        var scheduler = world.Scheduler;
        if (!IsOn || scheduler.Happens(world.Faults.WebhookLost))
        {
            return;
        }

        told["event"] = name;
        told["id"] = string.Create(CultureInfo.InvariantCulture, $"EV_{++_number:D6}");
        told["createdAt"] = $"{world.Now.ToUnixTimeSeconds()}";
        var body = Encoding.UTF8.GetBytes(told.ToJsonString());
        for (var left = scheduler.Happens(Repeats) ? 2 : 1; left > 0; left--)
        {
            var late = scheduler.Happens(world.Faults.WebhookLate);
            scheduler.After(
                scheduler.Between(TimeSpan.Zero, late ? _longest : _soon), owner: null, () => Send(body, MostTries));
        }
    }

    private void Send(byte[] body, int tries)
    {
        var asked = new Asked("POST", "/livekit/webhook")
        {
            Headers = { ["Content-Type"] = "application/webhook+json", ["Authorization"] = Token(body) }, Body = body,
        };
        if (world.AnyInstance() is { } instance)
        {
            instance.Ask(asked, answered =>
            {
                if (answered.Status is not (200 or 429 or 503))
                {
                    world.Wrong.Add($"A webhook was answered {answered.Status} {answered.Body}");
                }

                if (answered.Status is not 200)
                {
                    Again();
                }
            });
        }
        else
        {
            Again();
        }

        void Again()
        {
            if (tries > 1)
            {
                world.Scheduler.After(_soon, owner: null, () => Send(body, tries - 1));
            }
        }
    }

    private string Token(byte[] body)
    {
        var claims = new JsonObject
        {
            ["iss"] = ApiKey,
            ["nbf"] = world.Now.ToUnixTimeSeconds(),
            ["exp"] = world.Now.AddMinutes(5).ToUnixTimeSeconds(),
            ["sha256"] = Convert.ToBase64String(SHA256.HashData(body)),
        };
        var signed = $"{Part("""{"alg":"HS256","typ":"JWT"}""")}.{Part(claims.ToJsonString())}";
        var key = Encoding.UTF8.GetBytes(ApiSecret);
        return $"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(signed)))}";
    }

    private static string Part(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
