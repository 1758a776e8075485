using System.Net;
using System.Text.Json.Nodes;
using Sessions.Tests.Clients;

namespace Sessions.Tests.LiveStream;

/// <summary>
/// What we ask of LiveKit, and what the stand-in answers and tells, is held to LiveKit's own messages, as npm has them.
/// </summary>
public sealed class LiveKitWireTests : LiveTest
{
    [Fact]
    public async Task Every_request_reply_and_webhook_is_one_of_LiveKits()
    {
        await Live();
        var transcript = new JsonObject
        {
            ["calls"] = new JsonArray([.. LiveKit.Calls.Select(call => new JsonObject
            {
                ["method"] = call.Method, ["body"] = call.Body.DeepClone(), ["reply"] = call.Reply?.DeepClone(),
            })]),
            ["webhooks"] = new JsonArray([.. LiveKit.Post.Told.Select(told => told.DeepClone())]),
        };
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, transcript.ToJsonString());

            var report = await NodeScript.Run(
                Path.Combine("live-stream", "wire.mjs"),
                new Dictionary<string, string> { ["LIVEKIT_TRANSCRIPT"] = file });

            Assert.True(report is { Failed: 0, Passed: 23, ExitCode: 0 }, report.ToString());
        }
        finally
        {
            File.Delete(file);
        }
    }

    // A show with all that there can be.
    private async Task Live()
    {
        var path = await House.Alice.NewLiveSession(
            more: ", \"mode\": \"rtmp\"", presetMore: ", \"recording_enabled\": true");
        (await House.Alice.Post($"{path}/ensure_hls_egress")).Is(HttpStatusCode.OK);
        await Enter(House.Alice, path);
        var viewer = await Enter(House.Viewer(1), path);
        var ingress = LiveKit.Ingresses.Keys.Single();
        World.Publish(ingress);
        foreach (var egress in LiveKit.Egresses.Values)
        {
            World.Activate(egress);
        }

        await House.Alice.Post($"{path}/host_video_state", """{"enabled": true}""");
        await House.Alice.Patch($"{path}/settings", """{"chat_enabled": false}""");
        World.Leave(path[10..], viewer.Identity);
        World.Unpublish(ingress);
        World.EndEgress(LiveKit.Egresses.Values.First(), "EGRESS_FAILED", "upload failed");
        var own = LiveKit.Egresses.Values.Last();
        World.AddEgress(RoomOf(path), new()
        {
            ["roomName"] = path[10..],
            ["segmentOutputs"] = new JsonArray(new JsonObject { ["playlistName"] = $"{path[10..]}/x/index.m3u8" }),
        });
        await Minute();
        Assert.False(own.IsOver);
        await House.Alice.Post($"{path}/end");
        await Minute();
    }
}
