using System.Net;
using System.Text.Json.Nodes;

namespace Sessions.Tests.LiveStream;

/// <summary>recording_enabled records: a file in the storage, known afterwards.</summary>
public sealed class RecordingTests : LiveTest
{
    private const string Recorded = ", \"recording_enabled\": true";

    [Fact]
    public async Task A_session_is_recorded_from_its_start_and_the_file_is_known_afterwards()
    {
        var path = await House.Alice.NewLiveSession(presetMore: Recorded);
        var egress = LiveKit.Egresses.Values.Single();
        Assert.Equal("MP4", (string?)egress.Request["fileOutputs"]![0]!["fileType"]);
        Assert.Matches($"^{path[10..]}/[0-9a-f-]{{36}}/recording.mp4$", egress.File);
        World.Activate(egress);
        await House.Told();
        Assert.Equal(("recording", null), Shown(await Only(path)));

        await House.Alice.Post($"{path}/end");
        await House.Told();

        var recording = await Only(path);
        Assert.Equal(("completed", $"{LiveStreamHouse.HlsBaseUrl}/{egress.File}"), Shown(recording));
        Assert.Equal((60, 4096), ((int)recording["duration"]!, (int)recording["file_size"]!));
    }

    [Fact]
    public async Task Who_is_nobody_does_not_see_recordings_and_who_wants_none_gets_none()
    {
        var path = await House.Alice.NewLiveSession(presetMore: Recorded);
        await House.Alice.NewLiveSession();

        Assert.Null((await House.Anyone.Get(path)).Data["recordings"]);
        Assert.Single(LiveKit.Egresses);
    }

    [Fact]
    public async Task A_recording_that_fails_is_shown_as_such_and_another_takes_over()
    {
        var path = await House.Alice.NewLiveSession(presetMore: Recorded);
        World.EndEgress(LiveKit.Egresses.Values.Single(), "EGRESS_FAILED", "disk full");
        await House.Told();
        await House.Reconcile();
        World.Activate(LiveKit.Egresses.Values.Last());
        await House.Alice.Post($"{path}/end");
        await House.Told();

        var recordings = (await Session(path))["recordings"]!.AsArray();

        Assert.Equal(["failed", "completed"], recordings.Select(recording => (string?)recording!["status"]));
        Assert.Equal("disk full", (string?)recordings[0]!["error_message"]);
        Assert.Equal(2, recordings.Select(recording => (string?)recording!["file_path"]).Distinct().Count());
    }

    [Fact]
    public async Task A_session_whose_recording_cannot_start_is_live_all_the_same_and_it_is_tried_again()
    {
        LiveKit.Misbehave("Egress/StartRoomCompositeEgress", (context, _) =>
            LiveKitStandIn.Fail(context, 503, "unavailable"));
        var path = await House.Alice.NewLiveSession(presetMore: Recorded);
        Assert.Equal("failed", Shown(await Only(path)).Status);
        LiveKit.Behave();

        await Minute();

        Assert.Single(LiveKit.Egresses);
        Assert.Equal("recording", Shown(await Only(path)).Status);
    }

    private async Task<JsonNode> Only(string path) =>
        Assert.Single((await House.Alice.Get(path)).Is(HttpStatusCode.OK).Data["recordings"]!.AsArray())!;

    private static (string? Status, string? Url) Shown(JsonNode recording) =>
        ((string?)recording["status"], (string?)recording["file_url"]);
}
