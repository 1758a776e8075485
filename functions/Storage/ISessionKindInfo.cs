using Sessions.Lifecycle;

namespace Sessions.Storage;

/// <summary>
/// What those who look after sessions of all kinds must know of one. A surface registers one for each kind of document
/// that is a session.
/// </summary>
public interface ISessionKindInfo
{
    /// <summary>The kind of document.</summary>
    string Kind { get; }

    /// <summary>The name of the surface that it belongs to, as its functions' names begin.</summary>
    string Surface { get; }

    /// <summary>The session's lifetime as readers see it at <paramref name="now"/>.</summary>
    ValueTask<Lifetime> At(Document document, DateTimeOffset now, CancellationToken cancellation);

    /// <summary>
    /// The writes that end the session as its own API ends one, with the claims that it frees and the events that tell
    /// of it; all in its partition, and conditional on the version given. Empty when it has ended already.
    /// </summary>
    ValueTask<IReadOnlyList<Write>> Close(Document document, DateTimeOffset now, CancellationToken cancellation);
}
