using System.Net;
using System.Text.Json.Nodes;

namespace Sessions.Tests.LiveStream;

/// <summary>A test of live sessions over the stand-in for LiveKit, which must never have been asked wrongly.</summary>
public abstract class LiveTest : IAsyncLifetime
{
    private protected LiveStreamHouse House { get; private set; } = null!;

    private protected LiveKitStandIn LiveKit => House.LiveKit;

    private protected LiveKitWorld World => House.LiveKit.World;

    public async Task InitializeAsync() => House = await LiveStreamHouse.BuildWithLiveKit();

    public async Task DisposeAsync()
    {
        Assert.Empty(LiveKit.Broken);
        await House.DisposeAsync();
    }

    private protected async Task<JsonNode> Session(string path) =>
        (await House.Alice.Get(path)).Is(HttpStatusCode.OK).Data;

    private protected async Task<string?> StatusOf(string path) => (string?)(await Session(path))["status"];

    private protected async Task<int> ViewersOf(string path) => (int)(await Session(path))["viewer_count"]!;

    private protected async Task<string> TokenOf(LiveStreamClient who, string path) =>
        (string)(await who.Post($"{path}/join")).Is(HttpStatusCode.OK).Data["livekit_token"]!;

    private protected async Task<StandInParticipant> Enter(LiveStreamClient who, string path) =>
        World.Join(await TokenOf(who, path));

    private protected StandInRoom RoomOf(string path) => LiveKit.Rooms[path[10..]];

    /// <summary>Webhooks are lost from now on.</summary>
    private protected void LoseWebhooks() => LiveKit.Post.Decide = _ => Fate.Lost;

    /// <summary>Lets a minute pass, at the end of which the timers do their work.</summary>
    private protected Task Minute() => House.Pass(TimeSpan.FromMinutes(1));
}
