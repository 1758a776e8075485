using System.Text.Json;
using System.Text.Json.Serialization;
using Sessions.Http;

namespace Sessions.CamaraWebRtc;

/// <summary>What the yaml asks of single values. What does not hold is INVALID_ARGUMENT, and names the field.</summary>
internal static class Check
{
    /// <summary>The longest name, address, id or header.</summary>
    public const int MaxText = 256;

    /// <summary>The longest SDP.</summary>
    public const int MaxSdp = 65_536;

    private static ReadOnlySpan<byte> WhiteSpace => " \t\r\n"u8;

    /// <summary>Whether a body is an object without members.</summary>
    public static bool IsEmptyObject(ReadOnlySpan<byte> body) =>
        body.Trim(WhiteSpace) is [(byte)'{', .. var members, (byte)'}'] && members.Trim(WhiteSpace).IsEmpty;

    /// <summary>A text of at most 256 characters, or null.</summary>
    public static string? Text(string? text, string field) =>
        text is null || text.Length <= MaxText
            ? text
            : throw CamaraErrors.Invalid($"{field} is too long. Send at most {MaxText} characters.");

    /// <summary>A value that must be there.</summary>
    public static T Required<T>(T? value, string field)
        where T : class =>
        value ?? throw CamaraErrors.Invalid($"Expected property is missing: {field}.");

    /// <summary>One of a few words, or null.</summary>
    public static string? Word(string? word, string field, params IReadOnlyCollection<string> words) =>
        word is null || words.Contains(word)
            ? word
            : throw CamaraErrors.Invalid($"{field} is none of {string.Join(", ", words)}.");

    /// <summary>An address in one of the forms that the generation knows; required.</summary>
    public static string Address(string? address, string field, Generation generation) =>
        generation.Addresses().IsMatch(Text(Required(address, field), field)!)
            ? address!
            : throw CamaraErrors.Invalid($"{field} is no address. Send tel:+ and 5 to 15 digits, or a SIP address.");

    /// <summary>An SDP of 1 to 65,536 characters, or null.</summary>
    public static SessionDescription? Sdp(SessionDescription? description, string field) => description switch
    {
        null => null,
        { Sdp: null or "" } => throw CamaraErrors.Invalid($"Expected property is missing: {field}.sdp."),
        { Sdp.Length: > MaxSdp } => throw CamaraErrors.Invalid($"{field}.sdp is too long. Send at most {MaxSdp}."),
        _ => description,
    };

    /// <summary>A device's id, a UUID, in lower case; required.</summary>
    public static string DeviceId(string? id) =>
        Guid.TryParseExact(Required(id, "deviceId"), "D", out var guid)
            ? guid.ToString("D")
            : throw CamaraErrors.Invalid("deviceId is no UUID, such as 7d444840-9dc0-11d1-b245-5ffdce74fad2.");
}

/// <summary>Moments as CAMARA writes them: RFC 3339, milliseconds, UTC. Read, they must name a time zone.</summary>
internal sealed class Moments : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String
        && reader.TryGetDateTimeOffset(out var moment)
        && NamesTimeZone(reader.GetString()!)
            ? moment.ToUniversalTime()
            : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteMoment(value, WireMoments.Milliseconds);

    private static bool NamesTimeZone(string text) => text is [.., 'Z'] or [.., '+' or '-', _, _, ':', _, _];
}
