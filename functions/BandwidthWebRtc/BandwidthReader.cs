using Sessions.Http;
using Sessions.Storage;

namespace Sessions.BandwidthWebRtc;

/// <summary>Reads what the path names, as it counts at the moment of the call.</summary>
public sealed class BandwidthReader(IDocumentStore store, BandwidthDocuments documents)
{
    /// <summary>The session of the path.</summary>
    /// <exception cref="RefusedException">404: there is none, or it has ended.</exception>
    public async ValueTask<Stored<WebRtcSession>> Session(Call call)
    {
        var id = call.SessionId();
        return await Session(call, id) ?? throw BandwidthErrors.NoSession(id);
    }

    /// <summary>The participant of the path.</summary>
    /// <exception cref="RefusedException">404: there is none.</exception>
    public async ValueTask<Stored<WebRtcParticipant>> Participant(Call call)
    {
        var id = call.ParticipantId();
        return documents.Participants.Open(await Read(call, id)) ?? throw BandwidthErrors.NoParticipant(id);
    }

    /// <summary>Both, read at once.</summary>
    /// <exception cref="RefusedException">404: one of them is not there; of two, the session is named.</exception>
    public async ValueTask<(Stored<WebRtcSession> Session, Stored<WebRtcParticipant> Participant)> Both(Call call)
    {
        var (session, participant) = (Session(call).AsTask(), Participant(call).AsTask());
        // WhenAll alone would throw what came back first.
        await Task.WhenAll((Task)session, participant).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return (await session, await participant);
    }

    /// <summary>The session that a participant points to, when it lives and knows the participant; else null.</summary>
    public async ValueTask<Stored<WebRtcSession>?> SessionOf(Call call, Stored<WebRtcParticipant> participant) =>
        participant.Body.Session is { } link && call.Now < link.EndsAt
        && await Session(call, link.Id) is { } session && session.Body.Find(participant.Document.Id) is not null
            ? session
            : null;

    /// <summary>Whether the participant is in another session than this one.</summary>
    public async ValueTask<bool> IsElsewhere(
        Call call, Stored<WebRtcParticipant> participant, Stored<WebRtcSession> session) =>
        participant.Body.Session?.Id != session.Document.Id
        && (await SessionOf(call, participant))?.Body.Find(participant.Document.Id) is { Joined: true };

    private async ValueTask<Stored<WebRtcSession>?> Session(Call call, string id) =>
        documents.Live(await Read(call, id), call.Now);

    private async ValueTask<Document?> Read(Call call, string id) =>
        (await store.Read(BandwidthDocuments.PartitionOf(call.Account), id, call.Aborted)).OrNull();
}
