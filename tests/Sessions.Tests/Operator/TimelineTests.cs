using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Sessions.Tests.LiveStream;
using Sessions.Tests.Support;

namespace Sessions.Tests.Operator;

/// <summary>Who takes part shows in a timeline, also where that lies elsewhere than in the session.</summary>
public sealed class TimelineTests : LiveTest
{
    [Fact]
    public async Task A_conversations_members_are_shown_with_when_they_came()
    {
        using var client = House.App.Anonymous().WithBearer(TestAccounts.AcmeToken);
        var api = new ApiClient(client);
        const string Sessions = "/v1/conversation/sessions";
        await Post(api, $"{Sessions}?sessionId=lobby", """
            {"profile": "default", "displayName": "Lobby", "sessionType": "PUBLIC", "owners": ["dev-user"],
             "defaultChannels": [1]}
            """);
        House.App.Clock.Advance(TimeSpan.FromSeconds(1));
        var came = House.App.Clock.Now;
        await Post(api, $"{Sessions}/lobby/join", """{"name": "carol"}""");

        var timeline = await Timeline(api, "lobby");

        var member = Assert.Single(timeline["participants"]!.AsArray())!;
        Assert.Equal(("carol", "member", "present"), (
            (string?)member["id"], (string?)member["role"], (string?)member["state"]));
        Assert.Equal(came, (DateTimeOffset)member["joinedAt"]!);
        var joined = Assert.Single(timeline["entries"]!.AsArray(), entry => (string?)entry!["what"] == "joined");
        Assert.Equal("carol", (string?)joined!["who"]);
    }

    [Fact]
    public async Task A_live_streams_viewers_are_shown_while_they_are_in()
    {
        var path = await House.Alice.NewLiveSession();
        var viewer = await Enter(House.Viewer(1), path);
        await House.Told();
        using var client = House.App.Anonymous().WithBearer(TestAccounts.AcmeToken);
        var api = new ApiClient(client);

        var seen = Assert.Single((await Timeline(api, path[10..]))["participants"]!.AsArray())!;
        Assert.Equal((viewer.Identity, "viewer", "present"), (
            (string?)seen["id"], (string?)seen["role"], (string?)seen["state"]));

        World.Leave(path[10..], viewer.Identity);
        await House.Told();
        Assert.Empty((await Timeline(api, path[10..]))["participants"]!.AsArray());
    }

    private static async Task<JsonNode> Timeline(ApiClient api, string text)
    {
        var found = await Post(api, "/operator/sessions/find", $$"""{"text": "{{text}}"}""");
        var id = Assert.Single(found["sessions"]!.AsArray())!["id"];
        return (await api.Send(HttpMethod.Get, $"/operator/sessions/{id}/timeline")).Is(HttpStatusCode.OK).Body!;
    }

    private static async Task<JsonNode> Post(ApiClient api, string path, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        return (await api.Send(HttpMethod.Post, path, content)).Is(HttpStatusCode.OK).Body!;
    }
}
