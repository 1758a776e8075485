using System.Security.Cryptography;
using System.Text;

namespace Sessions.LiveStream;

/// <summary>
/// Stands in where no LiveKit server is configured. What it gives says so: its ids begin with SIMULATED behind
/// LiveKit's own prefix, and its addresses lie in <c>livekit.invalid</c>, which reaches nothing (RFC 2606).
/// </summary>
public sealed class SimulatedLiveKit : ILiveKit
{
    private const string Mark = "SIMULATED_";

    /// <summary>Whether an ingress came from here.</summary>
    public static bool Made(Ingress ingress) => ingress.Id.StartsWith($"IN_{Mark}", StringComparison.Ordinal);

    /// <inheritdoc/>
    public ValueTask<string> CreateRoom(string room, CancellationToken cancellation) =>
        ValueTask.FromResult($"RM_{Mark}{Name(room)}");

    /// <inheritdoc/>
    public ValueTask<Ingress> CreateIngress(IngressPlan plan, CancellationToken cancellation) => ValueTask.FromResult(
        new Ingress(
            $"IN_{Mark}{Name(plan.Room)}",
            plan.Rtmp ? "rtmp://livekit.invalid/live" : "https://livekit.invalid/w",
            $"simulated-{Name(plan.Room)}"));

    /// <inheritdoc/>
    public ValueTask<string?> IngressStatus(string ingressId, CancellationToken cancellation) =>
        ValueTask.FromResult<string?>("ENDPOINT_INACTIVE");

    /// <inheritdoc/>
    public ValueTask Tidy(string room, string? keep, CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask<Egress> EnsureHls(string room, CancellationToken cancellation) => ValueTask.FromResult(
        new Egress($"EG_{Mark}{Name(room)}", "EGRESS_ACTIVE", $"https://livekit.invalid/{room}/live.m3u8"));

    /// <inheritdoc/>
    public ValueTask Broadcast(
        string room, string topic, ReadOnlyMemory<byte> message, CancellationToken cancellation) =>
        ValueTask.CompletedTask;

    private static string Name(string room) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(room)).AsSpan(0, 6));
}
