using System.Globalization;
using System.Text.Json.Nodes;

namespace Sessions.Tests.LiveStream;

/// <summary>
/// LiveKit's messages in JSON. Its API answers in snake_case with every field; its webhooks are lowerCamelCase and
/// leave out what holds its default. Fields and their order are those of livekit_models, livekit_egress and
/// livekit_ingress.
/// </summary>
internal static class LiveKitWire
{
    // The first value of each enumeration, which protobuf takes for not set.
    private static readonly HashSet<string> _defaults =
        [
            "", "0", "STANDARD", "JOINING", "EGRESS_STARTING", "ENDPOINT_INACTIVE", "RTMP_INPUT", "UNKNOWN_REASON",
            "EGRESS_SOURCE_TYPE_WEB",
        ];

    public static JsonObject Room(StandInRoom room) => new()
    {
        ["sid"] = room.Sid,
        ["name"] = room.Name,
        ["empty_timeout"] = room.EmptyTimeout,
        ["departure_timeout"] = room.DepartureTimeout,
        ["max_participants"] = 0,
        ["creation_time"] = Seconds(room.MadeAt),
        ["creation_time_ms"] = Text(room.MadeAt.ToUnixTimeMilliseconds()),
        ["turn_password"] = "",
        ["enabled_codecs"] = new JsonArray(),
        ["metadata"] = "",
        ["num_participants"] = room.Inside.Count,
        ["num_publishers"] = 0,
        ["active_recording"] = false,
    };

    public static JsonObject Participant(StandInParticipant who) => new()
    {
        ["sid"] = who.Sid,
        ["identity"] = who.Identity,
        ["state"] = who.State,
        ["tracks"] = new JsonArray(),
        ["metadata"] = who.Metadata,
        ["joined_at"] = Seconds(who.JoinedAt),
        ["joined_at_ms"] = Text(who.JoinedAt.ToUnixTimeMilliseconds()),
        ["name"] = who.Name,
        ["version"] = 1,
        ["permission"] = who.Permission.DeepClone(),
        ["region"] = "",
        ["is_publisher"] = false,
        ["kind"] = who.Kind,
        ["attributes"] = new JsonObject(),
        ["disconnect_reason"] = "UNKNOWN_REASON",
    };

    public static JsonObject Ingress(StandInIngress ingress) => new()
    {
        ["ingress_id"] = ingress.Id,
        ["name"] = ingress.Room,
        ["stream_key"] = ingress.StreamKey,
        ["url"] = ingress.IsRtmp ? "rtmp://lk.test/x" : "https://lk.test/w",
        ["input_type"] = ingress.IsRtmp ? "RTMP_INPUT" : "WHIP_INPUT",
        ["enable_transcoding"] = ingress.IsRtmp,
        ["room_name"] = ingress.Room,
        ["participant_identity"] = ingress.Identity,
        ["participant_name"] = ingress.Name,
        ["participant_metadata"] = "",
        ["reusable"] = true,
        ["state"] = new JsonObject
        {
            ["status"] = ingress.Status, ["error"] = "", ["started_at"] = "0", ["ended_at"] = "0",
        },
        ["enabled"] = ingress.Enabled,
    };

    public static JsonObject Egress(StandInEgress egress)
    {
        var results = new JsonArray(egress.IsHls ? Playlist(egress) : File(egress));
        return new()
        {
            ["egress_id"] = egress.Id,
            ["room_id"] = egress.RoomSid,
            ["room_name"] = egress.Room,
            ["source_type"] = "EGRESS_SOURCE_TYPE_WEB",
            ["status"] = egress.Status,
            ["started_at"] = Nanoseconds(egress.StartedAt),
            ["ended_at"] = Nanoseconds(egress.EndedAt),
            ["updated_at"] = Nanoseconds(egress.EndedAt ?? egress.StartedAt),
            ["room_composite"] = egress.Request.DeepClone(),
            ["stream_results"] = new JsonArray(),
            ["file_results"] = egress.IsHls ? new JsonArray() : results,
            ["segment_results"] = egress.IsHls ? results : new JsonArray(),
            ["error"] = egress.Error,
            ["error_code"] = egress.Error.Length > 0 ? 500 : 0,
            ["details"] = "",
        };
    }

    /// <summary>An event, as LiveKit posts it.</summary>
    public static JsonObject Event(string name, int number, DateTimeOffset at, params (string, JsonObject)[] about)
    {
        var told = new JsonObject { ["event"] = name };
        foreach (var (field, message) in about)
        {
            told[field] = message;
        }

        told["id"] = string.Create(CultureInfo.InvariantCulture, $"EV_{number:D12}");
        told["created_at"] = Seconds(at);
        return Sparse(told);
    }

    // A playlist's address is known only when it is whole; then it may be a path on the egress server's disk.
    private static JsonObject Playlist(StandInEgress egress) => new()
    {
        ["playlist_name"] = egress.File,
        ["live_playlist_name"] = "",
        ["duration"] = egress.IsOver ? "60000000000" : "0",
        ["size"] = egress.IsOver ? "4096" : "0",
        ["playlist_location"] = egress.IsGood ? $"/out/{egress.File}" : "",
        ["live_playlist_location"] = "",
        ["segment_count"] = egress.IsOver ? "15" : "0",
        ["started_at"] = Nanoseconds(egress.StartedAt),
        ["ended_at"] = Nanoseconds(egress.EndedAt),
    };

    private static JsonObject File(StandInEgress egress) => new()
    {
        ["filename"] = egress.File,
        ["started_at"] = Nanoseconds(egress.StartedAt),
        ["ended_at"] = Nanoseconds(egress.EndedAt),
        ["duration"] = egress.IsGood ? "60000000000" : "0",
        ["size"] = egress.IsGood ? "4096" : "0",
        ["location"] = egress.IsGood ? $"/out/{egress.File}" : "",
    };

    private static JsonObject Sparse(JsonObject message)
    {
        var sparse = new JsonObject();
        foreach (var (name, value) in message.Where(field => !IsDefault(field.Key, field.Value)))
        {
            sparse[Camel(name)] = value switch
            {
                JsonObject inner => Sparse(inner),
                JsonArray list => new JsonArray(
                    [.. list.Select(item => item is JsonObject inner ? Sparse(inner) : item?.DeepClone())]),
                _ => value!.DeepClone(),
            };
        }

        return sparse;
    }

    // A message that is empty is there all the same; a map is not.
    private static bool IsDefault(string name, JsonNode? value) => value switch
    {
        null => true,
        JsonArray list => list.Count == 0,
        JsonObject map => name == "attributes" && map.Count == 0,
        _ => value.GetValueKind() switch
        {
            System.Text.Json.JsonValueKind.String => _defaults.Contains((string)value!),
            System.Text.Json.JsonValueKind.Number => value.ToJsonString() == "0",
            System.Text.Json.JsonValueKind.False => true,
            _ => false,
        },
    };

    private static string Camel(string name)
    {
        var words = name.Split('_');
        return words[0] + string.Concat(words.Skip(1).Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
    }

    private static string Seconds(DateTimeOffset moment) => Text(moment.ToUnixTimeSeconds());

    private static string Nanoseconds(DateTimeOffset? moment) =>
        Text((moment?.ToUnixTimeMilliseconds() ?? 0) * 1_000_000);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
