using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Sessions.LiveStream;

/// <summary>A real LiveKit server.</summary>
public sealed class LiveKitServer(TwirpClient twirp, EgressSettings egress) : ILiveKit
{
    // Seconds. A host may set up the encoder for this long before LiveKit gives the room up; after the last one has
    // left, the room stays a while for those whose network is back soon.
    private const int EmptyTimeout = 3600;
    private const int DepartureTimeout = 120;
    private const int SegmentSeconds = 4;

    private static readonly LiveKitJson _json = LiveKitJson.Default;
    private static readonly VideoGrant _makeRooms = new() { RoomCreate = true };
    private static readonly VideoGrant _listRooms = new() { RoomList = true };
    private static readonly VideoGrant _ingresses = new() { IngressAdmin = true };
    private static readonly VideoGrant _egresses = new() { RoomRecord = true };

    /// <inheritdoc/>
    public async ValueTask<RoomSeen> CreateRoom(string room, CancellationToken cancellation)
    {
        var request = new CreateRoomRequest(room, EmptyTimeout, DepartureTimeout);
        return RoomSeen.Read(await twirp.Call(
            "RoomService/CreateRoom", request, _json.CreateRoomRequest, _makeRooms, cancellation));
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<RoomSeen>> Rooms(string? name, CancellationToken cancellation)
    {
        var request = new ListRoomsRequest(name is null ? null : [name]);
        var reply = await twirp.Call(
            "RoomService/ListRooms", request, _json.ListRoomsRequest, _listRooms, cancellation);
        return [.. reply.Messages("rooms").Select(RoomSeen.Read)];
    }

    /// <inheritdoc/>
    public async ValueTask DeleteRoom(string room, CancellationToken cancellation) =>
        await IfThere("RoomService/DeleteRoom", new(room), _json.DeleteRoomRequest, _makeRooms, cancellation);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<ParticipantSeen>> Participants(string room, CancellationToken cancellation)
    {
        var reply = await IfThere(
            "RoomService/ListParticipants", new(room), _json.ListParticipantsRequest, Admin(room), cancellation);
        return [.. reply.Messages("participants").Select(ParticipantSeen.Read)];
    }

    /// <inheritdoc/>
    public async ValueTask Admit(
        string room, string identity, Admission admission, CancellationToken cancellation) =>
        await IfThere(
            "RoomService/UpdateParticipant",
            new(room, identity, admission.Metadata, admission.Rights),
            _json.UpdateParticipantRequest, Admin(room), cancellation);

    /// <inheritdoc/>
    public async ValueTask Broadcast(
        string room, string topic, ReadOnlyMemory<byte> message, CancellationToken cancellation) =>
        await twirp.Call(
            "RoomService/SendData", new(room, message.ToArray(), "RELIABLE", topic), _json.SendDataRequest,
            Admin(room), cancellation);

    /// <inheritdoc/>
    public async ValueTask<Ingress> CreateIngress(IngressPlan plan, CancellationToken cancellation)
    {
        var input = plan.Rtmp ? "RTMP_INPUT" : "WHIP_INPUT";
        var request = new CreateIngressRequest(
            input, plan.Room, plan.Room, LiveStream.Participants.IngressIdentity(plan.Room), plan.HostName,
            plan.Open ? null : false);
        var made = await twirp.Call(
            "Ingress/CreateIngress", request, _json.CreateIngressRequest, _ingresses, cancellation);
        return made.Text("ingress_id") is { Length: > 0 } id
            ? new(id, made.Text("url"), made.Text("stream_key"))
            : throw new LiveKitException(LiveKitFailure.Unavailable, "no_ingress_id");
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<IngressSeen>> Ingresses(string? room, CancellationToken cancellation)
    {
        var items = await Pages(page => twirp.Call(
            "Ingress/ListIngress", new(room, page), _json.ListIngressRequest, _ingresses, cancellation));
        return [.. items.Select(IngressSeen.Read)];
    }

    /// <inheritdoc/>
    public async ValueTask<bool> OpenIngress(string ingressId, bool open, CancellationToken cancellation) =>
        (await IfThere(
            "Ingress/UpdateIngress", new(ingressId, open), _json.UpdateIngressRequest, _ingresses, cancellation))
        .Text("ingress_id").Length > 0;

    /// <inheritdoc/>
    public async ValueTask DeleteIngress(string ingressId, CancellationToken cancellation) =>
        await IfThere(
            "Ingress/DeleteIngress", new(ingressId), _json.DeleteIngressRequest, _ingresses, cancellation);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<EgressSeen>> Egresses(string? room, CancellationToken cancellation) =>
        List(new(room, null, true, null), cancellation);

    /// <inheritdoc/>
    public async ValueTask<EgressSeen?> FindEgress(string egressId, CancellationToken cancellation) =>
        (await List(new(null, egressId, null, null), cancellation)).FirstOrDefault(found => found.Id == egressId);

    /// <inheritdoc/>
    public async ValueTask<EgressSeen> StartEgress(EgressPlan plan, CancellationToken cancellation)
    {
        var (s3, azure) = (egress.Storage?.S3, egress.Storage?.Azure);
        var isHls = plan.Output == EgressOutput.Hls;
        var folder = plan.File[..(plan.File.LastIndexOf('/') + 1)];
        var request = new RoomCompositeEgressRequest(
            plan.Room,
            "speaker",
            isHls
                ? [new("HLS_PROTOCOL", $"{folder}segment", plan.File, SegmentSeconds, s3, azure)]
                : null,
            isHls ? null : [new("MP4", plan.File, s3, azure)]);
        return EgressSeen.Read(await twirp.Call(
            "Egress/StartRoomCompositeEgress", request, _json.RoomCompositeEgressRequest, _egresses, cancellation));
    }

    /// <inheritdoc/>
    public async ValueTask StopEgress(string egressId, CancellationToken cancellation) =>
        await IfThere(
            "Egress/StopEgress", new(egressId), _json.StopEgressRequest, _egresses, cancellation,
            "failed_precondition");

    private static VideoGrant Admin(string room) => new() { RoomAdmin = true, Room = room };

    private async ValueTask<IReadOnlyList<EgressSeen>> List(ListEgressRequest request, CancellationToken cancellation)
    {
        var items = await Pages(page => IfThere(
            "Egress/ListEgress", request with { PageToken = page }, _json.ListEgressRequest, _egresses, cancellation));
        return [.. items.Select(EgressSeen.Read)];
    }

    // A server of one's own answers all at once; LiveKit Cloud may not.
    private static async ValueTask<IReadOnlyList<ProtoMessage>> Pages(
        Func<TokenPagination?, ValueTask<ProtoMessage>> ask)
    {
        List<ProtoMessage> items = [];
        TokenPagination? page = null;
        do
        {
            var reply = await ask(page);
            items.AddRange(reply.Messages("items"));
            page = reply.Message("next_page_token").Text("token") is { Length: > 0 } next ? new(next) : null;
        }
        while (page is not null);

        return items;
    }

    // What is not there answers as an empty message: mostly, somebody else was here first.
    private async ValueTask<ProtoMessage> IfThere<T>(
        string method, T request, JsonTypeInfo<T> json, VideoGrant grant, CancellationToken cancellation,
        string? alsoFine = null)
    {
        try
        {
            return await twirp.Call(method, request, json, grant, cancellation);
        }
        catch (LiveKitException gone) when (gone.Code == LiveKitException.NotFound || gone.Code == alsoFine)
        {
            return default;
        }
    }
}

internal sealed record CreateRoomRequest(string Name, int EmptyTimeout, int DepartureTimeout);

internal sealed record ListRoomsRequest(IReadOnlyList<string>? Names);

internal sealed record DeleteRoomRequest(string Room);

internal sealed record ListParticipantsRequest(string Room);

internal sealed record UpdateParticipantRequest(string Room, string Identity, string Metadata, Rights Permission);

internal sealed record SendDataRequest(string Room, byte[] Data, string Kind, string Topic);

internal sealed record CreateIngressRequest(
    string InputType, string Name, string RoomName, string ParticipantIdentity, string ParticipantName, bool? Enabled);

internal sealed record ListIngressRequest(string? RoomName, TokenPagination? PageToken);

internal sealed record UpdateIngressRequest(string IngressId, bool Enabled);

internal sealed record DeleteIngressRequest(string IngressId);

internal sealed record ListEgressRequest(string? RoomName, string? EgressId, bool? Active, TokenPagination? PageToken);

internal sealed record TokenPagination(string Token);

internal sealed record RoomCompositeEgressRequest(
    string RoomName,
    string Layout,
    IReadOnlyList<SegmentedFileOutput>? SegmentOutputs,
    IReadOnlyList<EncodedFileOutput>? FileOutputs);

internal sealed record SegmentedFileOutput(
    string Protocol, string FilenamePrefix, string PlaylistName, int SegmentDuration, S3Storage? S3,
    AzureStorage? Azure);

internal sealed record EncodedFileOutput(string FileType, string Filepath, S3Storage? S3, AzureStorage? Azure);

internal sealed record StopEgressRequest(string EgressId);

/// <summary>What is sent to LiveKit, and the claims of its tokens: lowerCamelCase, without what is null.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LiveKitClaims))]
[JsonSerializable(typeof(CreateRoomRequest))]
[JsonSerializable(typeof(ListRoomsRequest))]
[JsonSerializable(typeof(DeleteRoomRequest))]
[JsonSerializable(typeof(ListParticipantsRequest))]
[JsonSerializable(typeof(UpdateParticipantRequest))]
[JsonSerializable(typeof(SendDataRequest))]
[JsonSerializable(typeof(CreateIngressRequest))]
[JsonSerializable(typeof(ListIngressRequest))]
[JsonSerializable(typeof(UpdateIngressRequest))]
[JsonSerializable(typeof(DeleteIngressRequest))]
[JsonSerializable(typeof(ListEgressRequest))]
[JsonSerializable(typeof(RoomCompositeEgressRequest))]
[JsonSerializable(typeof(StopEgressRequest))]
internal sealed partial class LiveKitJson : JsonSerializerContext;
