using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Sessions.Tests.LiveStream;

/// <summary>LiveKit's rules for calls of its API, as livekit-server and its protocol have them.</summary>
internal static class LiveKitRules
{
    private static readonly Dictionary<string, Rule> _rules = new()
    {
        ["RoomService/CreateRoom"] = new("roomCreate", ["name"], ["emptyTimeout", "departureTimeout"]),
        ["RoomService/DeleteRoom"] = new("roomCreate", ["room"], []),
        ["RoomService/SendData"] = new("roomAdmin", ["room", "data"], ["kind", "topic"]) { InRoom = true },
        ["Ingress/CreateIngress"] =
            new("ingressAdmin", ["inputType", "roomName", "participantIdentity"], ["name", "participantName"]),
        ["Ingress/ListIngress"] = new("ingressAdmin", [], ["roomName", "ingressId"]),
        ["Ingress/DeleteIngress"] = new("ingressAdmin", ["ingressId"], []),
        ["Egress/ListEgress"] = new("roomRecord", [], ["roomName", "active"]),
        ["Egress/StartRoomCompositeEgress"] = new("roomRecord", ["roomName", "segmentOutputs"], ["layout"]),
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

    private sealed record Rule(string Grant, string[] Required, string[] Optional)
    {
        public bool InRoom { get; init; }

        public string? Refusal(JsonObject body) =>
            Required.FirstOrDefault(name => body[name] is not { } value || value.ToString().Length == 0) is { } missing
                ? $"{missing} is missing"
            : body.Select(field => field.Key).Except([.. Required, .. Optional]).FirstOrDefault() is { } more
                ? $"{more} is unknown"
            : body["inputType"] is { } input && (string?)input is not ("RTMP_INPUT" or "WHIP_INPUT")
                ? "no such inputType"
            : null;
    }
}
