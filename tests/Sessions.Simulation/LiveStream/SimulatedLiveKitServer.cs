using Sessions.LiveStream;

namespace Sessions.Simulation.LiveStream;

/// <summary>
/// The LiveKit server as one instance sees it: a call has a way there and a way back, may be refused with what it asks
/// for done or not, and may never be answered.
/// </summary>
internal sealed class SimulatedLiveKitServer(World world, Process process) : ILiveKit
{
    private static readonly TimeSpan _least = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan _most = TimeSpan.FromMilliseconds(80);

    private LiveKitContents Contents => world.LiveKit;

    /// <inheritdoc/>
    public ValueTask<RoomSeen> CreateRoom(string room, CancellationToken cancellation) => Call(
        () => Contents.Open(room), cancellation);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<RoomSeen>> Rooms(string? name, CancellationToken cancellation) =>
        Call<IReadOnlyList<RoomSeen>>(
            () => [.. Contents.Rooms.Values.Where(room => name is null || room.Name == name)], cancellation);

    /// <inheritdoc/>
    public async ValueTask DeleteRoom(string room, CancellationToken cancellation) =>
        await Call(() => Contents.Delete(room), cancellation);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ParticipantSeen>> Participants(string room, CancellationToken cancellation) =>
        Call(() => Contents.Inside(room), cancellation);

    /// <inheritdoc/>
    public async ValueTask Admit(
        string room, string identity, Admission admission, CancellationToken cancellation) =>
        await Call(() => true, cancellation);

    /// <inheritdoc/>
    public async ValueTask Broadcast(
        string room, string topic, ReadOnlyMemory<byte> message, CancellationToken cancellation) =>
        await Call(() => true, cancellation);

    /// <inheritdoc/>
    public ValueTask<Ingress> CreateIngress(IngressPlan plan, CancellationToken cancellation) => Call(
        () =>
        {
            var id = Contents.NextId("IN");
            Contents.Ingresses[id] = new(id, plan.Room, "ENDPOINT_INACTIVE");
            return new Ingress(id, "https://livekit.example.com/w", $"key-of-{id}");
        },
        cancellation);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<IngressSeen>> Ingresses(string? room, CancellationToken cancellation) =>
        Call<IReadOnlyList<IngressSeen>>(
            () => [.. Contents.Ingresses.Values.Where(ingress => room is null || ingress.Room == room)], cancellation);

    /// <inheritdoc/>
    public ValueTask<bool> OpenIngress(string ingressId, bool open, CancellationToken cancellation) =>
        Call(() => Contents.Ingresses.ContainsKey(ingressId), cancellation);

    /// <inheritdoc/>
    public async ValueTask DeleteIngress(string ingressId, CancellationToken cancellation) =>
        await Call(() => Contents.Ingresses.Remove(ingressId), cancellation);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<EgressSeen>> Egresses(string? room, CancellationToken cancellation) =>
        Call<IReadOnlyList<EgressSeen>>(() => [], cancellation);

    /// <inheritdoc/>
    public ValueTask<EgressSeen?> FindEgress(string egressId, CancellationToken cancellation) =>
        Call<EgressSeen?>(() => null, cancellation);

    /// <inheritdoc/>
    public ValueTask<EgressSeen> StartEgress(EgressPlan plan, CancellationToken cancellation) =>
        throw new SimulationException("Nobody in the simulation asks for an egress.");

    /// <inheritdoc/>
    public async ValueTask StopEgress(string egressId, CancellationToken cancellation) =>
        await Call(() => true, cancellation);

    private async ValueTask<T> Call<T>(Func<T> done, CancellationToken cancellation)
    {
        var scheduler = world.Scheduler;
        scheduler.RequireInside();
        var answer = new TaskCompletionSource<T>();
        await using var gone = cancellation.UnsafeRegister(_ => answer.TrySetCanceled(cancellation), null);
        scheduler.After(scheduler.Between(_least, _most), owner: null, () =>
        {
            if (scheduler.Happens(world.Faults.TargetHangs))
            {
                return;
            }

            var fails = scheduler.Happens(world.Faults.TargetFails);
            if (fails && scheduler.Happens(0.5))
            {
                Give(() => answer.TrySetException(new LiveKitException(LiveKitFailure.Unavailable, "unavailable")));
                return;
            }

            var result = done();
            Give(() => _ = fails
                ? answer.TrySetException(new LiveKitException(LiveKitFailure.Unavailable, "unavailable"))
                : answer.TrySetResult(result));
        });
        return await answer.Task;

        void Give(Action given) => scheduler.After(scheduler.Between(_least, _most), process, given);
    }
}
