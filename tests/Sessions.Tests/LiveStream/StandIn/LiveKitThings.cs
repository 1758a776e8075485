using System.Text.Json.Nodes;

namespace Sessions.Tests.LiveStream;

/// <summary>A room of the stand-in.</summary>
internal sealed class StandInRoom(string sid, string name, DateTimeOffset madeAt)
{
    public string Sid { get; } = sid;

    public string Name { get; } = name;

    public DateTimeOffset MadeAt { get; } = madeAt;

    /// <summary>LiveKit's own defaults, for rooms that nobody asked for.</summary>
    public int EmptyTimeout { get; set; } = 300;

    public int DepartureTimeout { get; set; } = 20;

    public DateTimeOffset? LastLeftAt { get; set; }

    /// <summary>Who is in, by identity.</summary>
    public Dictionary<string, StandInParticipant> Inside { get; } = [];
}

/// <summary>Somebody in a room of the stand-in.</summary>
internal sealed class StandInParticipant(string sid, string identity, string name, DateTimeOffset joinedAt)
{
    public string Sid { get; } = sid;

    public string Identity { get; } = identity;

    public string Name { get; } = name;

    public DateTimeOffset JoinedAt { get; } = joinedAt;

    public string Metadata { get; set; } = "";

    public string State { get; set; } = "ACTIVE";

    public string Kind { get; init; } = "STANDARD";

    public JsonObject Permission { get; set; } = [];
}

/// <summary>An ingress of the stand-in.</summary>
internal sealed class StandInIngress(string id, string room, bool isRtmp, string identity, string name)
{
    public string Id { get; } = id;

    public string Room { get; } = room;

    public bool IsRtmp { get; } = isRtmp;

    public string Identity { get; } = identity;

    public string Name { get; } = name;

    public string StreamKey => $"key-{Id}";

    public bool Enabled { get; set; } = true;

    public string Status { get; set; } = "ENDPOINT_INACTIVE";
}

/// <summary>An egress of the stand-in.</summary>
internal sealed class StandInEgress(
    string id, string room, string roomSid, JsonObject request, DateTimeOffset startedAt)
{
    private static readonly string[] _course = ["EGRESS_STARTING", "EGRESS_ACTIVE", "EGRESS_ENDING"];

    public string Id { get; } = id;

    public string Room { get; } = room;

    public string RoomSid { get; } = roomSid;

    public JsonObject Request { get; } = request;

    public DateTimeOffset StartedAt { get; } = startedAt;

    public DateTimeOffset? EndedAt { get; set; }

    public string Status { get; set; } = "EGRESS_STARTING";

    public string Error { get; set; } = "";

    public bool IsHls => Request["segmentOutputs"] is not null;

    public string File => (string)(IsHls
        ? Request["segmentOutputs"]![0]!["playlistName"]!
        : Request["fileOutputs"]![0]!["filepath"]!)!;

    public bool IsOver => !_course.Contains(Status);

    public bool IsGood => Status is "EGRESS_COMPLETE" or "EGRESS_LIMIT_REACHED";
}
