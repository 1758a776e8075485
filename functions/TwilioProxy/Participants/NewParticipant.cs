using System.Text.Json;
using System.Text.RegularExpressions;
using Sessions.Http;
using Sessions.Http.Bodies;

namespace Sessions.TwilioProxy;

/// <summary>
/// A participant as a create names it. On a Session's create each value of Participants is one JSON object. Clients
/// pass its keys on as their callers wrote them, so they are read in any case.
/// </summary>
/// <param name="Identifier">A telephone number or a channel's user.</param>
/// <param name="FriendlyName">A name for people, or null.</param>
/// <param name="ProxyIdentifier">The proxy number asked for, or null.</param>
/// <param name="ProxyIdentifierSid">The same by its SID, or null.</param>
internal sealed record NewParticipant(
    Address Identifier, string? FriendlyName, string? ProxyIdentifier, string? ProxyIdentifierSid)
{
    private const int MaxIdentifier = 191;
    private const int MaxFriendlyName = 255;
    private const int MaxSid = 34;
    private static readonly JsonDocumentOptions _options = new() { MaxDepth = 8 };

    /// <summary>Whether it is somebody in a chat, or meets others in one.</summary>
    public bool IsInChat => Identifier.IsChatChannel || Address.IsChat(ProxyIdentifier);

    /// <summary>The parameters of a Participant's create.</summary>
    public static NewParticipant Read(Form form)
    {
        var parameters = new ProxyParameters(form);
        _ = parameters.Flag("FailOnParticipantConflict");
        return Of(
            parameters.RequiredText("Identifier", MaxIdentifier),
            parameters.Text("FriendlyName", MaxFriendlyName),
            parameters.Text("ProxyIdentifier", MaxIdentifier),
            parameters.Text("ProxyIdentifierSid", MaxSid));
    }

    /// <summary>The participants of a Session's create, or of an answer that makes one.</summary>
    public static NewParticipant Of(string identifier, string? friendlyName, string? proxy, string? proxySid) => new(
        Address.Parse(identifier) ?? throw ProxyErrors.IdentifierNotReachable(),
        friendlyName,
        proxy is "" ? null : proxy,
        proxySid switch
        {
            null or "" => null,
            _ when Sids.Is(Sids.PhoneNumber, proxySid) || Sids.Is(Sids.ShortCode, proxySid) => proxySid,
            _ => throw ProxyErrors.Invalid("Invalid ProxyIdentifierSid: send PN or SC and 32 hexadecimal digits."),
        });

    /// <summary>One value of Participants: one of them, or an array of them as Flex applications send it.</summary>
    public static IReadOnlyList<NewParticipant> Parse(string value)
    {
        using var json = Json(value);
        return json.RootElement is { ValueKind: JsonValueKind.Array } array && array.GetArrayLength() > 0
            ? [.. json.RootElement.EnumerateArray().Select(Parse)]
            : [Parse(json.RootElement)];
    }

    private static NewParticipant Parse(JsonElement participant) =>
        participant.ValueKind == JsonValueKind.Object
            ? Of(
                Text(participant, "Identifier", MaxIdentifier) ?? throw Invalid(),
                Text(participant, "FriendlyName", MaxFriendlyName),
                Text(participant, "ProxyIdentifier", MaxIdentifier),
                Text(participant, "ProxyIdentifierSid", MaxSid))
            : throw Invalid();

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
            .LastOrDefault(member => NameOf(member).Equals(name, StringComparison.OrdinalIgnoreCase));
        return member.Value.ValueKind switch
        {
            JsonValueKind.Undefined or JsonValueKind.Null => null,
            JsonValueKind.String when TextOf(member.Value) is { Length: > 0 } text && text.Length <= max => text,
            JsonValueKind.String when TextOf(member.Value) is "" => null,
            _ => throw ProxyErrors.Invalid($"Invalid Participants: {name} is text of at most {max} characters."),
        };
    }

    // JSON can spell half a surrogate pair, which is no text.
    private static string? TextOf(JsonElement value) => Read(value.GetString);

    private static string NameOf(JsonProperty member) => Read(() => member.Name);

    private static T Read<T>(Func<T> text)
    {
        try
        {
            return text();
        }
        catch (InvalidOperationException)
        {
            throw Invalid();
        }
    }

    private static RefusedException Invalid() => ProxyErrors.Invalid(
        "Invalid Participants: send each as one JSON object such as {\"Identifier\": \"+15551234567\"}.");
}

/// <summary>
/// Where somebody is reached: a telephone number, a channel and its address, such as <c>messenger:123456</c>, or a chat
/// channel, which is a SID alone.
/// </summary>
/// <param name="Text">All of it.</param>
/// <param name="Channel">The channel, or null for a telephone number.</param>
/// <param name="Place">What the number in it tells, or null when there is none.</param>
internal sealed partial record Address(string Text, string? Channel, E164? Place)
{
    private const string Chat = "chat";

    /// <summary>Whether it is a chat channel, as Flex applications have it.</summary>
    public bool IsChatChannel => IsChat(Text);

    /// <summary>Whether the text is a chat channel's SID.</summary>
    public static bool IsChat(string? text) => text is not null && Sids.Is(Sids.ChatChannel, text);

    /// <summary>The address, or null when the text is none.</summary>
    public static Address? Parse(string text)
    {
        if (E164.Parse(text) is { } number)
        {
            return new(text, null, number);
        }

        if (IsChat(text))
        {
            return new(text, Chat, null);
        }

        return Form().Match(text) is { Success: true, Groups: [_, { Value: var channel }, { Value: var rest }] }
            ? new(text, channel, E164.Parse(rest))
            : null;
    }

    /// <summary>A proxy number as this address meets it: under the same channel; a chat has none of its own.</summary>
    public string Meets(string proxyNumber) =>
        Channel is null || IsChatChannel ? proxyNumber : $"{Channel}:{proxyNumber}";

    [GeneratedRegex(@"^([a-z][a-z0-9_-]{1,31}):(\S.*)\z", RegexOptions.NonBacktracking | RegexOptions.Singleline)]
    private static partial Regex Form();
}
