using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Sessions.Tests.Support;

namespace Sessions.Tests.LiveStream;

/// <summary>
/// What each may do in a room, by role and preset, read from the tokens. The docs show the same table: with
/// SESSIONS_WRITE_DOCS in the environment it is written there.
/// </summary>
public sealed class RoleTests : LiveTest
{
    private const string Head = "| token's role | preset | `role` in the metadata | sends | messages | admin "
        + "| own name | asks for the stage |";

    private const string Docs = "docs/live-stream.md";

    private static readonly (string Who, string Preset)[] _cases =
    [
        ("host", ""),
        ("host", "host_camera_enabled, host_screen_share off"),
        ("another host, co_host", ""),
        ("another host, co_host", "host_add_co_host off"),
        ("moderator", ""),
        ("moderator", "moderator_manage_stage off"),
        ("moderator", "moderator_manage_chat, chat_enabled off"),
        ("speaker", ""),
        ("speaker", "onstage_camera_enabled, onstage_screen_share off"),
        ("speaker", "stage_enabled off"),
        ("viewer", ""),
        ("viewer", "chat_enabled off"),
        ("viewer", "audience_chat_send_text off"),
        ("viewer", "stage_enabled off"),
        ("viewer", "audience_stage_join_request off"),
        ("monitor", ""),
    ];

    [Fact]
    public async Task The_table_in_the_docs_is_what_the_tokens_say()
    {
        var table = new StringBuilder();
        table.AppendLine(Head).AppendLine("|---|---|---|---|---|---|---|---|");
        foreach (var (who, preset) in _cases)
        {
            table.AppendLine(CultureInfo.InvariantCulture, $"| {who} | {preset} | {await Row(who, preset)} |");
        }

        await new MadeDocs(Docs, nameof(RoleTests)).Hold(table.ToString());
    }

    [Theory]
    [InlineData("viewer")]
    [InlineData("co_host")]
    [InlineData("moderator")]
    [InlineData("speaker")]
    public async Task Nobody_but_the_host_changes_what_the_others_see_of_him(string role)
    {
        var path = await House.Alice.NewLiveSession();

        var who = role == "viewer" ? House.Viewer(1) : House.Of(role);

        Assert.False((bool)Claims(await TokenOf(who, path))["video"]!["canUpdateOwnMetadata"]!);
    }

    [Theory]
    [InlineData("co_host")]
    [InlineData("moderator")]
    [InlineData("speaker")]
    public async Task Who_only_takes_part_owns_nothing_and_takes_no_place(string role)
    {
        (await House.Of(role).Post("/rooms", """{"title": "Mine"}"""))
            .IsError(HttpStatusCode.Forbidden, "host_only");
        var path = await House.Alice.NewLiveSession(presetMore: ", \"max_join_limit\": 1");

        await TokenOf(House.Of(role), path);
        await TokenOf(House.Of(role), path);

        await TokenOf(House.Viewer(1), path);
    }

    private async Task<string> Row(string who, string preset)
    {
        var flags = preset.Length == 0 ? [] : preset[..^" off".Length].Split(", ");
        var path = await House.Alice.NewLiveSession(
            presetMore: string.Concat(flags.Select(flag => $", \"{flag}\": false")));
        var tokens = await Task.WhenAll(Callers(who).Select(async caller => who == "monitor"
            ? (string)(await caller.Get($"{path}/monitor")).Is(HttpStatusCode.OK).Data["livekit_token"]!
            : await TokenOf(caller, path)));
        return Assert.Single(tokens.Select(token => Show(Claims(token))).Distinct());
    }

    private LiveStreamClient[] Callers(string who) => who switch
    {
        "host" or "monitor" => [House.Alice, House.Ada],
        "viewer" => [House.Viewer(1)],
        "another host, co_host" => [House.Bob, House.Of("co_host")],
        _ => [House.Of(who)],
    };

    private static string Show(JsonNode claims)
    {
        var (video, metadata) = (claims["video"]!, JsonNode.Parse((string)claims["metadata"]!)!);
        var sources = (video["canPublishSources"]?.AsArray() ?? [])
            .Select(source => ((string)source!).Replace('_', ' '))
            .Where(source => source != "screen share audio");
        Assert.True((bool)video["canSubscribe"]!);
        return string.Join(
            " | ",
            $"`{metadata["role"]}`{(Is(video, "hidden") ? ", unseen" : "")}",
            Is(video, "canPublish") ? string.Join(", ", sources) : "",
            Mark(Is(video, "canPublishData")),
            Mark(Is(video, "roomAdmin")),
            Mark(Is(video, "canUpdateOwnMetadata")),
            Mark((bool)metadata["stage_requests"]!));
    }

    private static bool Is(JsonNode video, string grant) => (bool?)video[grant] is true;

    private static string Mark(bool may) => may ? "yes" : "";

    private static JsonNode Claims(string token) => JwtParts.Claims(token, LiveStreamHouse.ApiSecret)!;
}
