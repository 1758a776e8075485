using System.Text;
using System.Text.Json.Nodes;
using Sessions.Tests.CamaraWebRtc;
using Sessions.Tests.Support;

namespace Sessions.Tests.Storage.Before;

/// <summary>All that can be read of a database over HTTP: lists, and from them each thing in them.</summary>
internal static class DatabaseReading
{
    private const string Acme = $"Bearer {TestAccounts.AcmeToken}";

    public static string Basic(string pair) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(pair));

    public static async Task<IReadOnlyList<Question>> All(SessionsApp app) =>
    [
        .. await Proxy(app, $"{TestAccounts.AcmeSid}:{TestAccounts.AcmeSecret}"),
        .. await Proxy(app, $"{TestAccounts.OtherSid}:{TestAccounts.OtherSecret}"),
        .. await Operator(app),
        .. await Camara(app, Acme),
        .. await Camara(app, $"Bearer {CamaraUsers.Bob}"),
        .. await Conversation(app),
        .. await LiveStream(app),
    ];

    // Every item has its url, and the links to what lies under it.
    private static async Task<IEnumerable<Question>> Proxy(SessionsApp app, string pair)
    {
        Queue<string> paths = new(["/v1/Services"]);
        HashSet<string> seen = [];
        List<Question> questions = [];
        while (paths.TryDequeue(out var path))
        {
            if (!seen.Add(path))
            {
                continue;
            }

            var question = Get(path, Basic(pair));
            questions.Add(question);
            var answer = (await Answer(app, question))!.AsObject();
            var items = answer["meta"] is { } meta ? answer[meta["key"]!.ToString()]!.AsArray() : [];
            var links = answer["links"]?.AsObject().Select(link => link.Value) ?? [];
            foreach (var url in items.Select(item => item!["url"]).Concat(links).OfType<JsonNode>())
            {
                paths.Enqueue(new Uri(url.ToString()).AbsolutePath);
            }
        }

        return questions;
    }

    // It lists the sessions of Bandwidth and CAMARA, too, which have no lists of their own.
    private static async Task<IEnumerable<Question>> Operator(SessionsApp app)
    {
        var list = Get("/operator/sessions?pageSize=100", Acme);
        List<Question> questions = [list];
        foreach (var session in (await Answer(app, list))!["sessions"]!.AsArray())
        {
            var (kind, id) = ($"{session!["kind"]}", $"{session["sessionId"]}");
            questions.Add(Get($"/operator/sessions/{session["id"]}", Acme));
            questions.AddRange(kind switch
            {
                "bandwidth-webrtc/session" => await Bandwidth(app, id),
                "camara-webrtc/call" => [Get($"{CamaraClient.Calls}/{id}", Acme)],
                _ => [],
            });
        }

        return questions;
    }

    private static async Task<IEnumerable<Question>> Bandwidth(SessionsApp app, string id)
    {
        const string account = "/v1/accounts/acme";
        var authorization = Basic($"acme:{TestAccounts.AcmeSecret}");
        var session = Get($"{account}/sessions/{id}", authorization);
        var members = Get($"{account}/sessions/{id}/participants", authorization);
        return
        [
            session,
            members,
            .. from member in await Answer(app, session) is { } found ? found["participants"]!.AsArray() : []
               from path in (string[])
               [
                   $"{account}/participants/{member}",
                   $"{account}/sessions/{id}/participants/{member}/subscriptions",
               ]
               select Get(path, authorization),
        ];
    }

    private static async Task<IEnumerable<Question>> Camara(SessionsApp app, string authorization)
    {
        var subscriptions = Get(CamaraClient.Subscriptions, authorization);
        Question[] devices =
        [
            Get($"{CamaraClient.Registrations}?deviceId={CamaraClient.Device}", authorization),
            Get($"{CamaraClient.Registrations}?deviceId={CamaraClient.OtherDevice}", authorization),
        ];
        return
        [
            subscriptions,
            .. from one in (await Answer(app, subscriptions))!.AsArray()
               select Get($"{CamaraClient.Subscriptions}/{one!["id"]}", authorization),
            .. devices,
            .. from one in (await Answer(app, devices[0]))!.AsArray()
               select Get($"{CamaraClient.Registrations}/{one!["registrationId"]}", authorization),
        ];
    }

    private static async Task<IEnumerable<Question>> Conversation(SessionsApp app)
    {
        const string collection = "/v1/conversation/sessions";
        var list = Get(collection, Acme);
        var first = Get($"{collection}?pageSize=2", Acme);
        var cursor = (await Answer(app, first))!["nextPageToken"];
        return
        [
            list,
            Get($"{collection}?pageSize=100&pageToken={cursor}", Acme),
            Get($"{collection}/deleted", Acme),
            .. from session in (await Answer(app, list))!["sessions"]!.AsArray()
               let path = $"{collection}/{session!["sessionId"]}"
               from question in (Question[])[Get(path, Acme), Get($"{path}/members", Acme)]
               select question,
            // The stream of one that has ended ends.
            Get($"{collection}/ended/events", Acme),
        ];
    }

    private static async Task<IEnumerable<Question>> LiveStream(SessionsApp app)
    {
        string[] lists = ["/rooms", "/rooms/my", "/sessions", "/sessions/live", "/sessions/stats", "/presets"];
        var sessions = await Items(app, "/sessions?limit=100", "sessions");
        var rooms = await Items(app, "/rooms?limit=100", "rooms");
        return
        [
            .. from list in lists select Get(list, Acme),
            .. from room in rooms
               from path in (string[])[$"/rooms/{room}", $"/rooms/{room}/sessions"]
               select Get(path, Acme),
            .. from session in sessions
               from path in (string[])[$"/sessions/{session}", $"/sessions/{session}/stream_health"]
               select Get(path, Acme),
        ];
    }

    private static async Task<IEnumerable<string>> Items(SessionsApp app, string path, string name) =>
        from item in (await Answer(app, Get(path, Acme)))!["data"]![name]!.AsArray() select $"{item!["id"]}";

    private static Question Get(string path, string authorization) =>
        new("GET", path, new() { ["Authorization"] = authorization });

    private static async Task<JsonNode?> Answer(SessionsApp app, Question question) => (await question.Ask(app)).Answer;
}
