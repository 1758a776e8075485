using System.Text.Json;
using Sessions.Http;

namespace Sessions.TwilioProxy;

/// <summary>
/// The Participants parameter of a session create: one JSON object per value. Clients pass its keys on as their callers
/// wrote them, so they are read in any case.
/// </summary>
internal static class ParticipantParameters
{
    private const int MaxParticipants = 2;
    private static readonly JsonDocumentOptions _options = new() { MaxDepth = 8 };

    public static IReadOnlyList<NewParticipant> Parse(IReadOnlyList<string> values)
    {
        if (values.Count > MaxParticipants)
        {
            throw ProxyErrors.TooManyParticipants();
        }

        List<NewParticipant> participants = [.. values.Select(Parse)];
        return participants.DistinctBy(participant => participant.Identifier).Count() == participants.Count
            ? participants
            : throw ProxyErrors.ParticipantPresent();
    }

    private static NewParticipant Parse(string value)
    {
        using var json = Json(value);
        if (json.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw Invalid();
        }

        return new(
            Text(json.RootElement, "Identifier", 191) ?? throw Invalid(),
            Text(json.RootElement, "FriendlyName", 255),
            Text(json.RootElement, "ProxyIdentifier", 191),
            Text(json.RootElement, "ProxyIdentifierSid", 34) switch
            {
                null => null,
                var sid when Sids.Is(Sids.PhoneNumber, sid) => sid,
                _ => throw ProxyErrors.Invalid("Invalid Participants: ProxyIdentifierSid is PN and 32 digits."),
            });
    }

    private static JsonDocument Json(string value)
    {
        try
        {
            return JsonDocument.Parse(value, _options);
        }
        catch (JsonException)
        {
            throw Invalid();
        }
    }

    private static string? Text(JsonElement participant, string name, int max)
    {
        var member = participant.EnumerateObject()
            .LastOrDefault(member => member.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        return member.Value.ValueKind switch
        {
            JsonValueKind.Undefined or JsonValueKind.Null => null,
            JsonValueKind.String when TextOf(member.Value) is { Length: > 0 } text && text.Length <= max => text,
            JsonValueKind.String when TextOf(member.Value) is "" => null,
            _ => throw ProxyErrors.Invalid($"Invalid Participants: {name} is text of at most {max} characters."),
        };
    }

    // JSON can spell half a surrogate pair, which is no text.
    private static string? TextOf(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            throw Invalid();
        }
    }

    private static RefusedException Invalid() => ProxyErrors.Invalid(
        "Invalid Participants: send each as one JSON object such as {\"Identifier\": \"+15551234567\"}.");
}
