using System.Text.Json.Serialization;

namespace Sessions.LiveStream;

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
