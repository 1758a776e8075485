using System.Security.Cryptography;
using System.Text;

namespace Sessions.LiveStream;

/// <summary>
/// Stands in where no LiveKit server is configured. What it gives says so: its ids begin with SIMULATED behind
/// LiveKit's own prefix, and its addresses lie in <c>livekit.invalid</c>, which reaches nothing (RFC 2606). It keeps
/// nothing: whatever it is asked for by its name is there.
/// </summary>
public sealed class SimulatedLiveKit : ILiveKit
{
    private const string Mark = "SIMULATED_";
    private const string EgressPrefix = $"EG_{Mark}";

    /// <summary>Where its files would be.</summary>
    public static Uri BaseUrl { get; } = new("https://livekit.invalid/");

    /// <summary>Whether an ingress came from here.</summary>
    public static bool Made(Ingress ingress) => ingress.Id.StartsWith($"IN_{Mark}", StringComparison.Ordinal);

    /// <inheritdoc/>
    public bool KeepsNothing => true;

    /// <inheritdoc/>
    public ValueTask<RoomSeen> CreateRoom(string room, CancellationToken cancellation) =>
        ValueTask.FromResult(new RoomSeen($"RM_{Mark}{Name(room)}", room, 0));

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<RoomSeen>> Rooms(string? name, CancellationToken cancellation) =>
        name is null ? [] : [await CreateRoom(name, cancellation)];

    /// <inheritdoc/>
    public ValueTask DeleteRoom(string room, CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<ParticipantSeen>> Participants(string room, CancellationToken cancellation) =>
        ValueTask.FromResult<IReadOnlyList<ParticipantSeen>>([]);

    /// <inheritdoc/>
    public ValueTask Admit(string room, string identity, Admission admission, CancellationToken cancellation) =>
        ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask Broadcast(
        string room, string topic, ReadOnlyMemory<byte> message, CancellationToken cancellation) =>
        ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask<Ingress> CreateIngress(IngressPlan plan, CancellationToken cancellation) => ValueTask.FromResult(
        new Ingress(
            $"IN_{Mark}{Name(plan.Room)}",
            plan.Rtmp ? "rtmp://livekit.invalid/live" : "https://livekit.invalid/w",
            $"simulated-{Name(plan.Room)}"));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<IngressSeen>> Ingresses(string? room, CancellationToken cancellation) =>
        ValueTask.FromResult<IReadOnlyList<IngressSeen>>(
            room is null ? [] : [new($"IN_{Mark}{Name(room)}", room, "ENDPOINT_INACTIVE")]);

    /// <inheritdoc/>
    public ValueTask<bool> OpenIngress(string ingressId, bool open, CancellationToken cancellation) =>
        ValueTask.FromResult(true);

    /// <inheritdoc/>
    public ValueTask DeleteIngress(string ingressId, CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<EgressSeen>> Egresses(string? room, CancellationToken cancellation) =>
        ValueTask.FromResult<IReadOnlyList<EgressSeen>>([]);

    /// <inheritdoc/>
    public ValueTask<EgressSeen?> FindEgress(string egressId, CancellationToken cancellation) =>
        ValueTask.FromResult<EgressSeen?>(new(egressId, "", EgressStatus.Complete, null, ""));

    /// <inheritdoc/>
    public ValueTask<EgressSeen> StartEgress(EgressPlan plan, CancellationToken cancellation) => ValueTask.FromResult(
        new EgressSeen($"{EgressPrefix}{Name(plan.File)}", plan.Room, EgressStatus.Active, plan.Output, plan.File));

    /// <inheritdoc/>
    public ValueTask StopEgress(string egressId, CancellationToken cancellation) => ValueTask.CompletedTask;

    private static string Name(string of) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(of)).AsSpan(0, 6));
}
