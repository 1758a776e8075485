using System.Text.Json.Serialization;

namespace Sessions.LiveStream;

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
