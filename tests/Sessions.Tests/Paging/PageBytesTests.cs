using System.Net;
using System.Text.Json.Nodes;
using Sessions.Tests.Conversation;
using Sessions.Tests.Support;
using Sessions.Tests.Surfaces;

namespace Sessions.Tests.Paging;

/// <summary>What a page of a list comes to in bytes, whatever is in it.</summary>
public sealed class PageBytesTests : IAsyncLifetime
{
    private const int PageBytes = 1_000_000;

    // One document, and what the answer adds to what is stored.
    private const int Slack = 200_000;

    private const string Filtered = "/v1/conversation/sessions?pageSize=1000&filter=description%20%3D%20none";

    private SessionsApp _app = null!;

    public async Task InitializeAsync() => _app = await QuietApp.Start();

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Theory]
    [InlineData("/v1/conversation/sessions?pageSize=1000", "pageToken", "nextPageToken", "sessions")]
    [InlineData(Filtered, "pageToken", "nextPageToken", "sessions")]
    [InlineData("/operator/sessions?pageSize=200", "cursor", "next", "sessions")]
    public async Task A_page_with_a_token_ends_at_a_megabyte_and_names_the_next(
        string path, string parameter, string next, string member)
    {
        var alice = _app.Alice();
        for (var i = 0; i < 40; i++)
        {
            await alice.New($"big-{i}", ("options", new JsonObject { ["x"] = new string('x', 60_000) }));
        }

        var (seen, pages, token) = (0, 0, "");
        do
        {
            var reply = (await alice.Get(token.Length == 0 ? path : $"{path}&{parameter}={token}"))
                .Is(HttpStatusCode.OK);
            Assert.InRange(reply.Body!.ToJsonString().Length, 0, PageBytes + Slack);
            seen += reply.Body[member]!.AsArray().Count;
            token = reply[next] ?? "";
            pages++;
        }
        while (token.Length > 0);

        Assert.Equal(path.Contains("filter", StringComparison.Ordinal) ? 0 : 40, seen);
        Assert.InRange(pages, path.Contains("filter", StringComparison.Ordinal) ? 1 : 3, 5);
    }

    /// <summary>
    /// Pages by number and lists without pages cannot end early: what bounds them is how long each field of a thing may
    /// be, and how many things there may be.
    /// </summary>
    [Fact]
    public async Task A_list_without_a_token_is_bounded_by_what_its_fields_may_hold()
    {
        const int atMost = 100;
        var api = new ApiClient(_app.Anonymous().WithBearer(TestAccounts.AcmeToken));
        var text = new JsonObject
        {
            ["title"] = Long(255),
            ["description"] = Long(5000),
            ["analytics"] = new JsonObject { ["google_tag_manager"] = new JsonObject { ["container_id"] = Long(64) } },
        };
        var room = await Post(api, "/rooms", text);
        var preset = await Post(api, "/presets", new JsonObject
        {
            ["name"] = Long(255), ["type"] = "rtmp", ["primary_color"] = "#1a2B3c",
            ["logo"] = Long(2048), ["logo_destination_url"] = Long(2048),
        });
        await Post(api, $"/rooms/{room["room"]!["id"]}/sessions", new JsonObject
        {
            ["title"] = Long(255), ["description"] = Long(5000), ["preset_id"] = (string?)preset["id"],
        });

        var ofRoom = $"/rooms/{room["room"]!["id"]}/sessions";
        foreach (var path in new[] { "/rooms", "/rooms/my", "/presets", "/sessions", ofRoom })
        {
            using var client = _app.Anonymous().WithBearer(TestAccounts.AcmeToken);
            var one = await client.GetStringAsync(new Uri($"{path}?limit=1", UriKind.Relative));

            Assert.InRange(one.Length * (long)atMost, 1, 10_000_000);
        }

        using var over = new StringContent(new JsonObject { ["title"] = Long(256) }.ToJsonString());
        (await api.Send(HttpMethod.Post, "/rooms", over)).Is(HttpStatusCode.UnprocessableEntity);
    }

    // Six bytes a character where it is written as an escape.
    private static string Long(int length) => new('\u20ac', length);

    private static async Task<JsonNode> Post(ApiClient api, string path, JsonObject body)
    {
        using var content = new StringContent(body.ToJsonString());
        return (await api.Send(HttpMethod.Post, path, content)).Is(HttpStatusCode.Created).Body!["data"]!;
    }
}
