using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Sessions.LiveStream;

/// <summary>A real LiveKit server.</summary>
public sealed class LiveKitServer(TwirpClient twirp) : ILiveKit
{
    // Seconds. A host may set up the encoder for this long before LiveKit gives the room up; after the last one has
    // left, the room stays a while for those whose network is back soon.
    private const int EmptyTimeout = 3600;
    private const int DepartureTimeout = 120;

    private static readonly LiveKitJson _json = LiveKitJson.Default;
    private static readonly VideoGrant _rooms = new() { RoomCreate = true };
    private static readonly VideoGrant _ingresses = new() { IngressAdmin = true };
    private static readonly VideoGrant _egresses = new() { RoomRecord = true };

    /// <inheritdoc/>
    public async ValueTask<string> CreateRoom(string room, CancellationToken cancellation)
    {
        var request = new CreateRoomRequest(room, EmptyTimeout, DepartureTimeout);
        var made = await twirp.Call(
            "RoomService/CreateRoom", request, _json.CreateRoomRequest, _rooms, cancellation);
        return made.Text("sid");
    }

    /// <inheritdoc/>
    public async ValueTask<Ingress> CreateIngress(IngressPlan plan, CancellationToken cancellation)
    {
        var input = plan.Rtmp ? "RTMP_INPUT" : "WHIP_INPUT";
        var request = new CreateIngressRequest(
            input, plan.Room, plan.Room, Participants.IngressIdentity(plan.Room), plan.HostName);
        var made = await twirp.Call(
            "Ingress/CreateIngress", request, _json.CreateIngressRequest, _ingresses, cancellation);
        return made.Text("ingress_id") is { Length: > 0 } id
            ? new(id, made.Text("url"), made.Text("stream_key"))
            : throw new LiveKitException(LiveKitFailure.Unavailable, "no_ingress_id");
    }

    /// <inheritdoc/>
    public async ValueTask<string?> IngressStatus(string ingressId, CancellationToken cancellation)
    {
        var found = await Ingresses(new(null, ingressId), cancellation);
        return found is [var ingress, ..]
            ? ingress.Message("state").Text("status") is { Length: > 0 } status ? status : "ENDPOINT_INACTIVE"
            : null;
    }

    /// <inheritdoc/>
    public async ValueTask Tidy(string room, string? keep, CancellationToken cancellation)
    {
        var ids = (await Ingresses(new(room, null), cancellation)).Select(ingress => ingress.Text("ingress_id"));
        foreach (var id in ids.Where(id => id != keep))
        {
            await Away(
                "Ingress/DeleteIngress", new(id), _json.DeleteIngressRequest, _ingresses, cancellation);
        }

        if (keep is null)
        {
            await Away("RoomService/DeleteRoom", new(room), _json.DeleteRoomRequest, _rooms, cancellation);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<Egress> EnsureHls(string room, CancellationToken cancellation)
    {
        var running = await twirp.Call(
            "Egress/ListEgress", new(room, Active: true), _json.ListEgressRequest, _egresses, cancellation);
        var found = running.Messages("items").Select(Egress.Read).FirstOrDefault(egress => !egress.IsOver);
        if (found is not null)
        {
            return found;
        }

        var hls = new SegmentedFileOutput(
            "HLS_PROTOCOL", $"{room}/segment", $"{room}/index.m3u8", $"{room}/live.m3u8", SegmentDuration: 4);
        return Egress.Read(await twirp.Call(
            "Egress/StartRoomCompositeEgress", new(room, "speaker", [hls]), _json.StartRoomCompositeEgressRequest,
            _egresses, cancellation));
    }

    /// <inheritdoc/>
    public async ValueTask Broadcast(
        string room, string topic, ReadOnlyMemory<byte> message, CancellationToken cancellation) =>
        await twirp.Call(
            "RoomService/SendData", new(room, message.ToArray(), "RELIABLE", topic), _json.SendDataRequest,
            new() { RoomAdmin = true, Room = room }, cancellation);

    private async ValueTask<IReadOnlyList<ProtoMessage>> Ingresses(
        ListIngressRequest request, CancellationToken cancellation)
    {
        var reply = await twirp.Call(
            "Ingress/ListIngress", request, _json.ListIngressRequest, _ingresses, cancellation);
        return [.. reply.Messages("items")];
    }

    private async ValueTask Away<T>(
        string method, T request, JsonTypeInfo<T> json, VideoGrant grant, CancellationToken cancellation)
    {
        try
        {
            await twirp.Call(method, request, json, grant, cancellation);
        }
        catch (LiveKitException gone) when (gone.Code == "not_found")
        {
            // Somebody else was here first.
        }
    }
}

internal sealed record CreateRoomRequest(string Name, int EmptyTimeout, int DepartureTimeout);

internal sealed record DeleteRoomRequest(string Room);

internal sealed record SendDataRequest(string Room, byte[] Data, string Kind, string Topic);

internal sealed record CreateIngressRequest(
    string InputType, string Name, string RoomName, string ParticipantIdentity, string ParticipantName);

internal sealed record ListIngressRequest(string? RoomName, string? IngressId);

internal sealed record DeleteIngressRequest(string IngressId);

internal sealed record ListEgressRequest(string RoomName, bool Active);

internal sealed record StartRoomCompositeEgressRequest(
    string RoomName, string Layout, IReadOnlyList<SegmentedFileOutput> SegmentOutputs);

internal sealed record SegmentedFileOutput(
    string Protocol, string FilenamePrefix, string PlaylistName, string LivePlaylistName, int SegmentDuration);

/// <summary>What is sent to LiveKit, and the claims of its tokens: lowerCamelCase, without what is null.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LiveKitClaims))]
[JsonSerializable(typeof(CreateRoomRequest))]
[JsonSerializable(typeof(DeleteRoomRequest))]
[JsonSerializable(typeof(SendDataRequest))]
[JsonSerializable(typeof(CreateIngressRequest))]
[JsonSerializable(typeof(ListIngressRequest))]
[JsonSerializable(typeof(DeleteIngressRequest))]
[JsonSerializable(typeof(ListEgressRequest))]
[JsonSerializable(typeof(StartRoomCompositeEgressRequest))]
internal sealed partial class LiveKitJson : JsonSerializerContext;
