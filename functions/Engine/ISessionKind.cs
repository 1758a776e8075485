using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.Engine;

/// <summary>A kind whose documents the timer must look at when their moment has come.</summary>
public interface IDueKind
{
    /// <summary>The kind, as documents carry it.</summary>
    string Name { get; }

    /// <summary>
    /// What settles a document that is due: it moves its due moment on, or ends it. All in its partition, and
    /// conditional on the version given, so that two timers at once do no harm. <see cref="Decision.Nothing"/> leaves
    /// it
    /// for the next run.
    /// </summary>
    ValueTask<Decision> WhenDue(Document document, DateTimeOffset now, CancellationToken cancellation);
}

/// <summary>A kind whose documents are sessions, for those who look after sessions of all kinds.</summary>
public interface ISessionKind : IDueKind
{
    /// <summary>The name of the surface that it belongs to, as its functions' names begin.</summary>
    string Surface { get; }

    /// <summary>The session's life as readers see it at <paramref name="now"/>.</summary>
    ValueTask<Life> LifeOf(Document document, DateTimeOffset now, CancellationToken cancellation);

    /// <summary>Ends the session as its own API ends one; leaves one that has ended as it is.</summary>
    /// <exception cref="GoneException">There is no such session.</exception>
    ValueTask Close(Changes changes, Command command, string partition, string id);
}

/// <summary>What can be said of a session of any kind.</summary>
/// <param name="Lifetime">Its status, its moments and its end.</param>
/// <param name="Version">What readers know this state by.</param>
public sealed record Life(Lifetime Lifetime, string Version);
