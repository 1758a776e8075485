namespace Sessions.Simulation.Streams;

/// <summary>How requests are sent whose answers are read piece by piece.</summary>
internal static class Connections
{
    /// <summary>Sends a request, over a connection that may break.</summary>
    /// <param name="world">The world.</param>
    /// <param name="client">The process that asks.</param>
    /// <param name="asked">The request.</param>
    public static Connection Open(this World world, Process client, Asked asked)
    {
        var scheduler = world.Scheduler;
        var connection = new Connection(world, client, scheduler.Random.Next(100, 4000));
        if (asked.Authorization is { } authorization)
        {
            asked.Headers["Authorization"] = authorization(world.Secret);
        }

        if (!scheduler.Happens(world.Faults.RequestLost))
        {
            scheduler.After(world.WayThere(), owner: null, () => Arrive(world, asked, connection));
        }

        scheduler.After(World.Patience, client, connection.GiveUp);
        MayBreak(world, connection);
        return connection;
    }

    private static void Arrive(World world, Asked asked, Connection connection)
    {
        if (world.AnyInstance() is { } instance)
        {
            instance.Ask(asked, connection);
        }
        else
        {
            connection.Begin(new(503, ""));
            connection.Complete();
        }
    }

    // A side that is not told goes on as if nothing had been.
    private static void MayBreak(World world, Connection connection) => world.Scheduler.After(
        world.Scheduler.Between(TimeSpan.Zero, TimeSpan.FromSeconds(2)), owner: null, () =>
        {
            if (world.Scheduler.Happens(world.Faults.StreamBreaks))
            {
                connection.Break(world.Scheduler.Happens(0.8), world.Scheduler.Happens(0.5));
            }

            if (!connection.IsBroken && !connection.IsOver)
            {
                MayBreak(world, connection);
            }
        });
}
