using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Sessions.Http.Limits;
using Sessions.Tests.BandwidthWebRtc;
using Sessions.Tests.CamaraWebRtc;
using Sessions.Tests.LiveStream;
using Sessions.Tests.Support;

namespace Sessions.Tests.Limits;

/// <summary>
/// How large whole arrays and numbered pages can be, which end nowhere early: the largest entry that is taken, as often
/// as there may be one. An account may hold several of the largest until they are read.
/// </summary>
public sealed class LargestAnswerTests
{
    private const int PageLimit = 100;

    // JSON writes each as six bytes.
    private static readonly string _widest = new('\u0001', 10_000);

    [Fact]
    public async Task A_page_of_live_streams_lists_is_bounded_by_its_fields()
    {
        await using var house = await LiveStreamHouse.Build();
        var (title, description, address) = (Json(255), Json(5000), Json(2048));
        var room = (await house.Alice.Post("/rooms", $$"""{"title":{{title}},"description":{{description}}}"""))
            .Is(HttpStatusCode.Created).Data["room"]!;
        var preset = (await house.Alice.Post("/presets", $$"""
            {"name":{{title}},"type":"whip","primary_color":"#1a2B3c",
            "logo":{{address}},"logo_destination_url":{{address}}}
            """)).Is(HttpStatusCode.Created).Data;
        (await house.Alice.Post($"/rooms/{room["id"]}/sessions", $$"""
            {"title":{{title}},"description":{{description}},"preset_id":"{{preset["id"]}}"}
            """)).Is(HttpStatusCode.Created);

        foreach (var list in (string[])["/rooms", "/presets", "/sessions"])
        {
            var page = (await house.Alice.Get($"{list}?limit={PageLimit}")).Is(HttpStatusCode.OK);
            IsBounded(page.Body!, PageLimit);
        }
    }

    [Fact]
    public async Task All_participants_of_a_session_are_bounded_by_its_twenty()
    {
        await using var app = await SessionsApp.Start();
        var api = BandwidthClient.Acme(app);
        var session = await api.NewSession();
        var first = await api.NewMember(session);
        var alias = Json(5000);
        await api.NewMember(
            session,
            $$"""{"tag":{{Json(50)}},"callbackUrl":"https://a.example/{{new string('ä', 2028)}}"}""",
            $$"""{"participants":[{"participantId":"{{first}}","streamAliases":[{{alias}}]}]}""");
        for (var more = 2; more < 20; more++)
        {
            await api.NewMember(session);
        }

        var one = await api.NewParticipant();
        (await api.Put($"/sessions/{session}/participants/{one}")).Is(HttpStatusCode.Conflict);
        IsBounded((await api.Get($"/sessions/{session}/participants")).Is(HttpStatusCode.OK).Body!, 20);
    }

    [Fact]
    public async Task All_subscriptions_and_registrations_of_a_number_are_bounded_by_how_many_it_may_have()
    {
        await using var app = await CamaraUsers.Start();
        var alice = new CamaraClient(app, CamaraUsers.Alice);
        var registration = await alice.Register();
        for (var count = 0; count < 32; count++)
        {
            var sink = $"https://sink.example.com/{new string('a', 2023)}";
            await alice.Subscribe(registration, "session-status", sink, ("initialEvent", true));
        }

        var another = CamaraClient.NewSubscription(registration, "session-status", "https://sink.example.com/");
        (await alice.Post(CamaraClient.Subscriptions, another)).Is(HttpStatusCode.TooManyRequests);
        IsBounded((await alice.Get(CamaraClient.Subscriptions)).Is(HttpStatusCode.OK).Body!, 1);
    }

    // The largest of these comes to about nine megabytes. An account's share of what is held must take several.
    private static void IsBounded(JsonNode answer, int times)
    {
        var most = (long)times * Encoding.UTF8.GetByteCount(answer.ToJsonString());
        Assert.InRange(most, 0, new LimitSettings().AnswerBytes / 2 / 4);
    }

    private static string Json(int characters) => JsonValue.Create(_widest[..characters]).ToJsonString();
}
