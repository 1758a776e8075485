using Sessions.LiveStream;

namespace Sessions.Simulation.LiveStream;

/// <summary>What the one LiveKit server of a simulated world holds, of which it tells the application.</summary>
internal sealed class LiveKitContents(World world)
{
    private readonly Dictionary<string, Dictionary<string, ParticipantSeen>> _inside = [];
    private int _made;

    /// <summary>Its rooms, by their names.</summary>
    public SortedDictionary<string, RoomSeen> Rooms { get; } = new(StringComparer.Ordinal);

    /// <summary>Its ingresses, by their ids.</summary>
    public SortedDictionary<string, IngressSeen> Ingresses { get; } = new(StringComparer.Ordinal);

    /// <summary>What it tells.</summary>
    public LiveKitWebhooks Webhooks { get; } = new(world);

    /// <summary>Told of a room that it has ended by itself.</summary>
    public Action<RoomSeen> Closed { get; set; } = _ => { };

    /// <summary>Who has ever come into which room, and when.</summary>
    public List<(string Room, TimeSpan At)> Visits { get; } = [];

    /// <summary>Who is in a room, by the ids of connections.</summary>
    public IReadOnlyList<ParticipantSeen> Inside(string room) =>
        [.. _inside.GetValueOrDefault(room, []).Values.OrderBy(who => who.Sid, StringComparer.Ordinal)];

    /// <summary>An id that it gives.</summary>
    public string NextId(string prefix) => $"{prefix}_{++_made:D6}";

    /// <summary>The room of this name, made if there is none.</summary>
    public RoomSeen Open(string name)
    {
        if (!Rooms.TryGetValue(name, out var room))
        {
            room = Rooms[name] = new(NextId("RM"), name, world.Now.ToUnixTimeMilliseconds());
            Webhooks.Tell("room_started", room);
        }

        return room;
    }

    /// <summary>Ends a room by itself, if there is one.</summary>
    public void Close(string name)
    {
        if (Delete(name) is { } room)
        {
            Closed(room);
        }
    }

    /// <summary>Ends a room, if there is one: all leave. Gives it.</summary>
    public RoomSeen? Delete(string name)
    {
        if (!Rooms.TryGetValue(name, out var room))
        {
            return null;
        }

        foreach (var who in Inside(name))
        {
            Leave(name, who.Sid);
        }

        Rooms.Remove(name);
        Webhooks.Tell("room_finished", room);
        return room;
    }

    /// <summary>Somebody comes with a token, for whom a room is made if there is none; gives the connection.</summary>
    public string Enter(string name, string identity)
    {
        var room = Open(name);
        var who = new ParticipantSeen(
            NextId("PA"), identity, IsPerson: true, IsIn: true, new(new(true, false, false, [], false, false), ""));
        _inside.TryAdd(name, []);
        _inside[name][who.Sid] = who;
        Visits.Add((name, world.Scheduler.Now));
        Webhooks.Tell("participant_joined", room, who);
        return who.Sid;
    }

    /// <summary>Somebody leaves, if still there.</summary>
    public void Leave(string name, string sid)
    {
        if (_inside.GetValueOrDefault(name, []).Remove(sid, out var who))
        {
            Webhooks.Tell("participant_left", Rooms[name], who);
        }
    }

    /// <summary>An ingress is fed, or no more.</summary>
    public void Feed(string id, bool isFed)
    {
        var ingress = Ingresses[id];
        Ingresses[id] = ingress with { Status = isFed ? "ENDPOINT_PUBLISHING" : "ENDPOINT_INACTIVE" };
        Webhooks.Tell(isFed ? "ingress_started" : "ingress_ended", ingress);
    }
}
