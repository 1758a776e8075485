using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Sessions.Tests.LiveStream;

/// <summary>LiveKit's rules for calls of its API, as livekit-server and its protocol have them.</summary>
internal static class LiveKitRules
{
    private static readonly string[] _storages = ["s3", "azure"];

    private static readonly Dictionary<string, Rule> _rules = new()
    {
        ["RoomService/CreateRoom"] = new("roomCreate", ["name"], ["emptyTimeout", "departureTimeout"]),
        ["RoomService/ListRooms"] = new("roomList", [], ["names"]),
        ["RoomService/DeleteRoom"] = new("roomCreate", ["room"], []),
        ["RoomService/ListParticipants"] = new("roomAdmin", ["room"], []) { InRoom = true },
        ["RoomService/UpdateParticipant"] =
            new("roomAdmin", ["room", "identity"], ["metadata", "permission"]) { InRoom = true },
        ["RoomService/SendData"] = new("roomAdmin", ["room", "data"], ["kind", "topic"]) { InRoom = true },
        ["Ingress/CreateIngress"] = new(
            "ingressAdmin", ["inputType", "roomName", "participantIdentity"], ["name", "participantName", "enabled"]),
        ["Ingress/ListIngress"] = new("ingressAdmin", [], ["roomName", "pageToken"]),
        ["Ingress/UpdateIngress"] = new("ingressAdmin", ["ingressId", "enabled"], []),
        ["Ingress/DeleteIngress"] = new("ingressAdmin", ["ingressId"], []),
        ["Egress/ListEgress"] = new("roomRecord", [], ["roomName", "egressId", "active", "pageToken"]),
        ["Egress/StopEgress"] = new("roomRecord", ["egressId"], []),
        ["Egress/StartRoomCompositeEgress"] =
            new("roomRecord", ["roomName"], ["layout", "segmentOutputs", "fileOutputs"]) { Also = Outputs },
    };

    /// <summary>All the methods that are called.</summary>
    public static IEnumerable<string> Methods => _rules.Keys;

    /// <summary>A permission as it is kept, of one as it is sent: what is left out is not allowed.</summary>
    public static JsonObject Permission(JsonObject sent) => new()
    {
        ["can_subscribe"] = (bool?)sent["canSubscribe"] ?? false,
        ["can_publish"] = (bool?)sent["canPublish"] ?? false,
        ["can_publish_data"] = (bool?)sent["canPublishData"] ?? false,
        ["can_publish_sources"] = sent["canPublishSources"]?.DeepClone() ?? new JsonArray(),
        ["hidden"] = (bool?)sent["hidden"] ?? false,
        ["recorder"] = false,
        ["can_update_metadata"] = (bool?)sent["canUpdateMetadata"] ?? false,
    };

    /// <summary>The request's body, or why LiveKit would not take it.</summary>
    public static async Task<(JsonObject? Body, string? Refusal)> Check(
        HttpRequest request, string method, DateTimeOffset now)
    {
        var isJson = request.ContentType?.StartsWith("application/json", StringComparison.Ordinal) is true;
        if (request.Method != "POST" || !isJson)
        {
            return (null, "POST application/json");
        }

        if (!_rules.TryGetValue(method, out var rule))
        {
            return (null, "no such method");
        }

        using var reader = new StreamReader(request.Body);
        var body = JsonNode.Parse(await reader.ReadToEndAsync())!.AsObject();
        return (body, rule.Refusal(body) ?? TokenRefusal(request, rule, body, now));
    }

    private static string? TokenRefusal(HttpRequest request, Rule rule, JsonObject body, DateTimeOffset now)
    {
        var header = request.Headers.Authorization.ToString();
        if (!header.StartsWith("Bearer ", StringComparison.Ordinal)
            || JwtParts.Claims(header["Bearer ".Length..], LiveStreamHouse.ApiSecret) is not { } claims)
        {
            return "no token, or one of another secret";
        }

        var moment = now.ToUnixTimeSeconds();
        var video = claims["video"]!;
        return (string?)claims["iss"] != LiveStreamHouse.ApiKey ? "another issuer"
            : claims["exp"] is not { } exp || (long)exp <= moment ? "no exp, or run out"
            : (long)claims["nbf"]! > moment ? "not valid yet"
            : video[rule.Grant]?.GetValueKind() != JsonValueKind.True ? $"no grant {rule.Grant}"
            : rule.InRoom && (string?)video["room"] != (string?)body["room"] ? "a grant for another room"
            : null;
    }

    // One output at least; a playlist or a file with a name, and one storage at most.
    private static string? Outputs(JsonObject body)
    {
        List<JsonObject> outputs =
        [
            .. ((string[])["segmentOutputs", "fileOutputs"])
                .SelectMany(name => body[name]?.AsArray() ?? []).Select(output => output!.AsObject()),
        ];
        string[] known = ["protocol", "filenamePrefix", "playlistName", "segmentDuration", "fileType", "filepath"];
        return outputs.Count == 0 ? "an output is missing"
            : outputs.Any(output => ((string?)output["playlistName"] ?? (string?)output["filepath"]) is null or "")
                ? "an output has no name"
            : outputs.SelectMany(output => output.Select(field => field.Key)).Except([.. known, .. _storages])
                .FirstOrDefault() is { } more ? $"{more} is unknown"
            : outputs.Any(output => _storages.Count(storage => output[storage] is not null) > 1) ? "two storages"
            : null;
    }

    private sealed record Rule(string Grant, string[] Required, string[] Optional)
    {
        public bool InRoom { get; init; }

        public Func<JsonObject, string?> Also { get; init; } = _ => null;

        public string? Refusal(JsonObject body) =>
            Required.FirstOrDefault(name => body[name] is not { } value || value.ToString().Length == 0) is { } missing
                ? $"{missing} is missing"
            : body.Select(field => field.Key).Except([.. Required, .. Optional]).FirstOrDefault() is { } more
                ? $"{more} is unknown"
            : body["inputType"] is { } input && (string?)input is not ("RTMP_INPUT" or "WHIP_INPUT")
                ? "no such inputType"
            : Also(body);
    }
}
