using System.Text.Json.Nodes;
using Sessions.Tests.Support;

namespace Sessions.Tests.LiveStream;

/// <summary>
/// What the stand-in keeps, and what happens there: as livekit-server, ingress and egress have it in their sources
/// (pkg/service/roommanager.go, roomservice.go, ioservice.go, redisstore.go; egress pkg/pipeline/controller.go).
/// </summary>
internal sealed class LiveKitWorld
{
    private readonly Lock _gate = new();
    private int _number;

    /// <summary>Tells the time.</summary>
    public FakeClock Clock { get; set; } = null!;

    public LiveKitPost Post { get; } = new();

    public Dictionary<string, StandInRoom> Rooms { get; } = [];

    public Dictionary<string, StandInIngress> Ingresses { get; } = [];

    public Dictionary<string, StandInEgress> Egresses { get; } = [];

    /// <summary>How many a page of a list has.</summary>
    public int PageSize { get; set; } = int.MaxValue;

    /// <summary>Runs as one, whoever else is at it.</summary>
    public T Do<T>(Func<LiveKitWorld, T> deed)
    {
        lock (_gate)
        {
            return deed(this);
        }
    }

    public StandInRoom Open(string name, int emptyTimeout = 0, int departureTimeout = 0)
    {
        if (!Rooms.TryGetValue(name, out var room))
        {
            room = new(Id("RM_"), name, Clock.Now);
            Rooms[name] = room;
            Set(room, emptyTimeout, departureTimeout);
            Post.Tell("room_started", ("room", LiveKitWire.Room(room)));
        }

        Set(room, emptyTimeout, departureTimeout);
        return room;
    }

    public bool Close(string name)
    {
        if (!Rooms.Remove(name, out var room))
        {
            return false;
        }

        foreach (var who in room.Inside.Values.ToList())
        {
            Leave(room, who);
        }

        Post.Tell("room_finished", ("room", LiveKitWire.Room(room)));
        foreach (var egress in Egresses.Values.Where(egress => egress.Room == name && !egress.IsOver).ToList())
        {
            EndEgress(egress, "EGRESS_COMPLETE");
        }

        return true;
    }

    /// <summary>
    /// Somebody comes with a token. LiveKit makes the room when there is none, puts out another one of the same
    /// identity, and says that they joined when media can flow.
    /// </summary>
    public StandInParticipant Join(string token, string kind = "STANDARD")
    {
        var claims = JwtParts.Claims(token, LiveStreamHouse.ApiSecret) ?? throw new InvalidOperationException("token");
        var video = claims["video"]!;
        if ((long)claims["exp"]! <= Clock.Now.ToUnixTimeSeconds() || !(bool)video["roomJoin"]!)
        {
            throw new InvalidOperationException("The token has run out, or is for something else.");
        }

        var who = new StandInParticipant(
            Id("PA_"), (string)claims["sub"]!, (string?)claims["name"] ?? "", Clock.Now)
        {
            Metadata = (string?)claims["metadata"] ?? "",
            Kind = kind,
            Permission = PermissionOf(video),
        };
        return Enter((string)video["room"]!, who);
    }

    public void Leave(string room, string identity)
    {
        if (Rooms.TryGetValue(room, out var open) && open.Inside.TryGetValue(identity, out var who))
        {
            Leave(open, who);
        }
    }

    /// <summary>An encoder begins to send; tells whether it was let in.</summary>
    public bool Publish(string ingressId)
    {
        if (!Ingresses.TryGetValue(ingressId, out var ingress) || !ingress.Enabled)
        {
            return false;
        }

        Enter(ingress.Room, new(Id("PA_"), ingress.Identity, ingress.Name, Clock.Now) { Kind = "INGRESS" });
        ingress.Status = "ENDPOINT_PUBLISHING";
        TellIngress("ingress_started", ingress);
        return true;
    }

    public void Unpublish(string ingressId)
    {
        if (Ingresses.TryGetValue(ingressId, out var ingress))
        {
            ingress.Status = "ENDPOINT_INACTIVE";
            Leave(ingress.Room, ingress.Identity);
            TellIngress("ingress_ended", ingress);
        }
    }

    public StandInIngress AddIngress(string room, bool isRtmp, string identity, string name, bool enabled)
    {
        var ingress = new StandInIngress(Id("IN_"), room, isRtmp, identity, name) { Enabled = enabled };
        Ingresses[ingress.Id] = ingress;
        return ingress;
    }

    public StandInEgress AddEgress(StandInRoom room, JsonObject request)
    {
        var egress = new StandInEgress(Id("EG_"), room.Name, room.Sid, request.DeepClone().AsObject(), Clock.Now);
        Egresses[egress.Id] = egress;
        TellEgress("egress_started", egress);
        return egress;
    }

    /// <summary>The recorder is in the room, and writes.</summary>
    public void Activate(StandInEgress egress)
    {
        if (egress.Status == "EGRESS_STARTING")
        {
            egress.Status = "EGRESS_ACTIVE";
            TellEgress("egress_updated", egress);
        }
    }

    public void EndEgress(StandInEgress egress, string status, string error = "")
    {
        if (egress.IsOver)
        {
            return;
        }

        if (status == "EGRESS_COMPLETE" && egress.Status == "EGRESS_ACTIVE")
        {
            egress.Status = "EGRESS_ENDING";
            TellEgress("egress_updated", egress);
        }

        (egress.Status, egress.Error, egress.EndedAt) = (status, error, Clock.Now);
        TellEgress("egress_ended", egress);
    }

    /// <summary>Rooms that nobody is in are closed, as LiveKit does each second; an ingress is somebody.</summary>
    public void CloseIdleRooms()
    {
        foreach (var room in Rooms.Values.Where(room => room.Inside.Count == 0).ToList())
        {
            var (since, patience) = room.LastLeftAt is { } left
                ? (left, room.DepartureTimeout)
                : (room.MadeAt, room.EmptyTimeout);
            if (Clock.Now - since >= TimeSpan.FromSeconds(patience))
            {
                Close(room.Name);
            }
        }
    }

    /// <summary>
    /// The server dies and comes back. Its rooms and webhooks are gone without a word; ingresses and egresses are kept
    /// in Redis, and recorders find their room closed.
    /// </summary>
    public void Restart()
    {
        Post.Lose();
        Rooms.Clear();
        foreach (var ingress in Ingresses.Values)
        {
            ingress.Status = "ENDPOINT_INACTIVE";
        }

        foreach (var egress in Egresses.Values.Where(egress => !egress.IsOver).ToList())
        {
            EndEgress(egress, "EGRESS_FAILED", "Source closed");
        }
    }

    public StandInParticipant Enter(string name, StandInParticipant who)
    {
        var room = Open(name);
        if (room.Inside.TryGetValue(who.Identity, out var before))
        {
            Leave(room, before);
        }

        room.Inside[who.Identity] = who;
        Post.Tell(
            "participant_joined", ("room", LiveKitWire.Room(room)), ("participant", LiveKitWire.Participant(who)));
        return who;
    }

    private void Leave(StandInRoom room, StandInParticipant who)
    {
        room.Inside.Remove(who.Identity);
        room.LastLeftAt = Clock.Now;
        who.State = "DISCONNECTED";
        Post.Tell(
            "participant_left", ("room", LiveKitWire.Room(room)), ("participant", LiveKitWire.Participant(who)));
    }

    private static JsonObject PermissionOf(JsonNode video) => new()
    {
        ["can_subscribe"] = (bool?)video["canSubscribe"] ?? true,
        ["can_publish"] = (bool?)video["canPublish"] ?? true,
        ["can_publish_data"] = (bool?)video["canPublishData"] ?? true,
        ["can_publish_sources"] = new JsonArray(
            [.. (video["canPublishSources"]?.AsArray() ?? []).Select(source =>
                (JsonNode)((string)source!).ToUpperInvariant())]),
        ["hidden"] = (bool?)video["hidden"] ?? false,
        ["recorder"] = false,
        ["can_update_metadata"] = (bool?)video["canUpdateOwnMetadata"] ?? false,
    };

    private void TellIngress(string name, StandInIngress ingress) => Post.Tell(
        name, ("room", new() { ["name"] = ingress.Room }), ("ingress_info", LiveKitWire.Ingress(ingress)));

    private void TellEgress(string name, StandInEgress egress) =>
        Post.Tell(name, ("egress_info", LiveKitWire.Egress(egress)));

    private static void Set(StandInRoom room, int emptyTimeout, int departureTimeout)
    {
        room.EmptyTimeout = emptyTimeout > 0 ? emptyTimeout : room.EmptyTimeout;
        room.DepartureTimeout = departureTimeout > 0 ? departureTimeout : room.DepartureTimeout;
    }

    private string Id(string prefix) => $"{prefix}{Interlocked.Increment(ref _number)}";
}
