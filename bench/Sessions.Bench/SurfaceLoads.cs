using System.Text;
using System.Text.Json;
using Sessions.Hosting;

namespace Sessions.Bench;

/// <summary>The five surfaces, each with the requests that its clients send most.</summary>
internal static class SurfaceLoads
{
    private const string Form = "application/x-www-form-urlencoded";
    private const string Number = "############";
    private const string Id = "####";
    private const string Bearer = $"Bearer {DevelopmentAccount.Token}";

    /// <summary>The credentials of the development account.</summary>
    public static readonly string Basic = "Basic " + Convert.ToBase64String(
        Encoding.ASCII.GetBytes($"{DevelopmentAccount.Sid}:{DevelopmentAccount.Secret}"));

    /// <summary>Makes what the sessions of a surface need before the first is created.</summary>
    public static IReadOnlyDictionary<string, Func<ApiCaller, Task<SurfaceLoad>>> All { get; } =
        new Dictionary<string, Func<ApiCaller, Task<SurfaceLoad>>>
        {
            ["twilio-proxy"] = TwilioProxy,
            ["bandwidth-webrtc"] = BandwidthWebRtc,
            ["camara-webrtc"] = CamaraWebRtc,
            ["conversation"] = Conversation,
            ["live-stream"] = LiveStream,
        };

    private static async Task<SurfaceLoad> TwilioProxy(ApiCaller caller)
    {
        var service = await caller.Send(
            new("POST", "/v1/Services", Basic, 201) { MediaType = Form, Body = "UniqueName=bench" });
        var sessions = $"/v1/Services/{Text(service, "sid")}/Sessions";
        return new("twilio-proxy/session", new("POST", sessions, Basic, 201)
        {
            MediaType = Form,
            Body = $"Ttl=3600&Mode=voice-and-message&UniqueName=bench-{Number}",
        })
        {
            Id = static answer => Text(answer, "sid"),
            Fetch = new("GET", $"{sessions}/{Id}", Basic),
            List = new("GET", $"{sessions}?PageSize=10", Basic),
            Update = new("POST", $"{sessions}/{Id}", Basic) { MediaType = Form, Body = "Ttl=1####" },
        };
    }

    private static async Task<SurfaceLoad> BandwidthWebRtc(ApiCaller caller)
    {
        const string Account = "/v1/accounts/dev";
        const string Sessions = $"{Account}/sessions";
        var create = new ApiRequest("POST", Sessions, Basic) { Body = $$"""{"tag":"bench-{{Number}}"}""" };
        var full = Text(await caller.Send(create), "id");
        for (var count = 0; count < 10; count++)
        {
            await NewMember(full);
        }

        // Of a session only its members change: each of these sessions has one.
        var members = new List<string>();
        for (var count = 0; count < 200; count++)
        {
            var session = Text(await caller.Send(create), "id");
            members.Add($"{session}/participants/{await NewMember(session)}");
        }

        return new("bandwidth-webrtc/session", create)
        {
            Id = static answer => Text(answer, "id"),
            Fetch = new("GET", $"{Sessions}/{Id}", Basic),
            List = new("GET", $"{Sessions}/{full}/participants", Basic),
            Update = new("PUT", $"{Sessions}/{Id}/subscriptions", Basic, 204)
            {
                Body = "",
            },
            Updated = members,
        };

        async Task<string> NewMember(string session)
        {
            var created = await caller.Send(new("POST", $"{Account}/participants", Basic) { Body = "{}" });
            var id = Text(created.GetProperty("participant"), "id");
            await caller.Send(new("PUT", $"{Sessions}/{session}/participants/{id}", Basic, 204) { Body = "" });
            return id;
        }
    }

    private static Task<SurfaceLoad> CamaraWebRtc(ApiCaller caller)
    {
        const string Calls = "/webrtc/sessions";
        const string Media = $$"""{"status":"Initial","offer":{"sdp":"v=0 {{Number}}" } }""";
        return Task.FromResult(new SurfaceLoad("camara-webrtc/call", new("POST", Calls, Bearer, 201)
        {
            Body = $$"""
                {"offer":{"sdp":"v=0"},
                "originatorAddress":"tel:+17085852753","receiverAddress":"tel:+1708{{Number[..7]}}"}
                """,
        })
        {
            Id = static answer => Text(answer, "mediaSessionId"),
            Fetch = new("GET", $"{Calls}/{Id}", Bearer),
            Update = new("PUT", $"{Calls}/{Id}/status", Bearer) { Body = Media },
        });
    }

    private static Task<SurfaceLoad> Conversation(ApiCaller caller)
    {
        const string Sessions = "/v1/conversation/sessions";
        return Task.FromResult(new SurfaceLoad(
            "conversation/session", new("POST", $"{Sessions}?sessionId=bench-{Number}", Bearer)
            {
                Body = """
                    {"profile":"default","displayName":"Bench","sessionType":1,"owners":["dev-user"],
                    "defaultChannels":[1]}
                    """,
            })
        {
            Id = static answer => Text(answer, "sessionId"),
            Fetch = new("GET", $"{Sessions}/{Id}", Bearer),
            List = new("GET", $"{Sessions}?pageSize=10", Bearer),
            Update = new("PATCH", $"{Sessions}/{Id}?updateMask=displayName", Bearer)
            {
                Body = $$"""{"displayName":"Bench {{Number}}"}""",
            },
        });
    }

    private static async Task<SurfaceLoad> LiveStream(ApiCaller caller)
    {
        var room = await caller.Send(new("POST", "/rooms", Bearer, 201) { Body = """{"title":"Bench"}""" });
        var preset = await caller.Send(new("POST", "/presets", Bearer, 201)
        {
            Body = """{"name":"Bench","type":"rtmp","primary_color":"#1a2b3c"}""",
        });
        var sessions = $"/rooms/{Text(room.GetProperty("data").GetProperty("room"), "id")}/sessions";
        return new("live-stream/session", new("POST", sessions, Bearer, 201)
        {
            Body = $$"""{"title":"Bench {{Number}}","preset_id":"{{Text(preset.GetProperty("data"), "id")}}"}""",
        })
        {
            Id = static answer => Text(answer.GetProperty("data").GetProperty("session"), "id"),
            Fetch = new("GET", $"/sessions/{Id}", Bearer),
            List = new("GET", $"{sessions}?limit=10", Bearer),
            Update = new("PATCH", $"/sessions/{Id}/reschedule", Bearer)
            {
                Body = """{"scheduled_start_time":"2035-01-01T00:00:00.####Z"}""",
            },
        };
    }

    private static string Text(JsonElement of, string name) => of.GetProperty(name).GetString()!;
}
