using Sessions.LiveStream;

namespace Sessions.Simulation.LiveStream;

/// <summary>
/// What goes on at LiveKit by itself: viewers come with their tokens, also into rooms that are gone, and leave; what is
/// sent begins and stops; and LiveKit ends rooms.
/// </summary>
/// <param name="world">The world.</param>
/// <param name="sessions">The sessions whose rooms viewers know.</param>
/// <param name="ended">Told of a room that is gone though its session may live.</param>
internal sealed class LiveKitLife(World world, IReadOnlyList<string> sessions, Action<string> ended)
{
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _longestVisit = TimeSpan.FromSeconds(20);

    // LiveKit's own departure_timeout.
    private static readonly TimeSpan _departure = TimeSpan.FromSeconds(20);

    private readonly HashSet<string> _casual = [];
    private int _viewers;

    /// <summary>Lets it go on, as long as things go wrong.</summary>
    public void Go()
    {
        world.LiveKit.Closed = room =>
        {
            if (!IsOver(room.Name))
            {
                ended(room.Name);
            }
        };
        GoOn();
    }

    private void GoOn() => world.Scheduler.After(
        world.Scheduler.Between(TimeSpan.Zero, _longestPause), owner: null, () =>
        {
            if (world.Scheduler.Happens(world.Faults.LiveKitLives))
            {
                Happen();
            }

            GoOn();
        });

    private bool IsOver(string session) => world.Documents.Now.Documents.Values.FirstOrDefault(document =>
        document.Kind is "live-stream/session" && document.Id == session) is not { Lifetime.Open: true };

    private void Happen()
    {
        var (random, liveKit) = (world.Scheduler.Random, world.LiveKit);
        switch (random.Next(6))
        {
            case 0 when liveKit.Rooms.Count > 0:
                var room = liveKit.Rooms.Keys.ElementAt(random.Next(liveKit.Rooms.Count));
                liveKit.Close(room);
                break;
            case 1 when liveKit.Ingresses.Count > 0:
                liveKit.Feed(
                    liveKit.Ingresses.Keys.ElementAt(random.Next(liveKit.Ingresses.Count)), random.Next(2) == 0);
                break;
            case > 1 when sessions.Count > 0:
                var session = sessions[random.Next(sessions.Count)];
                var isNew = !liveKit.Rooms.ContainsKey(session);
                var viewer = liveKit.Enter(session, $"viewer_{_viewers++}");
                var entered = liveKit.Rooms[session];
                _casual.UnionWith(isNew ? [entered.Sid] : []);
                world.Scheduler.After(world.Scheduler.Between(TimeSpan.Zero, _longestVisit), owner: null, () =>
                {
                    liveKit.Leave(session, viewer);
                    WhenLeft(entered);
                });
                break;
            default:
                break;
        }
    }

    // A room that was made for whoever came is ended when all have left, after a while.
    private void WhenLeft(RoomSeen room) => world.Scheduler.After(_departure, owner: null, () =>
    {
        var (name, liveKit) = (room.Name, world.LiveKit);
        if (_casual.Contains(room.Sid) && liveKit.Rooms.GetValueOrDefault(name)?.Sid == room.Sid
            && liveKit.Inside(name).Count == 0)
        {
            liveKit.Close(name);
        }
    });
}
