using Sessions.Lifecycle;
using Sessions.Storage;

namespace Sessions.LiveStream;

/// <summary>
/// Sessions as the operator sees and closes them: a live one ends as by its host, and one that has not begun never
/// will. The timer takes back from LiveKit what it held there.
/// </summary>
public sealed class SessionKindInfo(SessionDocuments documents, IDocumentStore store) : ISessionKindInfo
{
    /// <inheritdoc/>
    public string Kind => SessionDocuments.KindName;

    /// <inheritdoc/>
    public string Surface => "LiveStream";

    /// <inheritdoc/>
    public ValueTask<Lifetime> At(Document document, DateTimeOffset now, CancellationToken cancellation) =>
        ValueTask.FromResult(documents.Open(document, now)!.Document.Lifetime);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<Write>> Close(
        Document document, DateTimeOffset now, CancellationToken cancellation)
    {
        var session = documents.Open(document, now)!;
        if (!session.Document.Lifetime.Open)
        {
            return [];
        }

        var read = await store.Read(document.Partition, session.Body.RoomId.Text(), cancellation);
        var room = RoomDocuments.Kind.Open(read.OrNull());
        return
        [
            .. documents.Change(session.End(CloseReasons.Api, now), now),
            .. RoomDocuments.Release(room, document.Id, now),
        ];
    }
}
