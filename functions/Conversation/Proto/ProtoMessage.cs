using System.Text.Json;
using System.Text.Unicode;

namespace Sessions.Conversation;

/// <summary>
/// A proto3 JSON message as it was sent: each member's bytes under its lowerCamelCase name. Both spellings of a name
/// are taken, null counts as absent, and unknown members are left alone, as the JSON gateways of gRPC do.
/// </summary>
internal sealed partial class ProtoMessage
{
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _members = new(StringComparer.Ordinal);

    private ProtoMessage()
    {
    }

    /// <exception cref="Http.RefusedException">The body is no JSON object, or has a member twice.</exception>
    public static ProtoMessage Parse(ReadOnlyMemory<byte> body)
    {
        if (!Utf8.IsValid(body.Span))
        {
            throw ConversationErrors.Malformed("The body is not valid UTF-8.");
        }

        try
        {
            var message = new ProtoMessage();
            message.Read(body);
            return message;
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            throw ConversationErrors.Malformed("The body is not a well-formed JSON object.");
        }
    }

    /// <summary>The bytes of a member, or null when it is absent.</summary>
    public ReadOnlyMemory<byte>? Raw(string name)
    {
        // Without the type, null would be taken for an empty array.
        ReadOnlyMemory<byte>? absent = null;
        return _members.TryGetValue(name, out var raw) ? raw : absent;
    }

    /// <summary>Whether a member has a value that is not its type's default (AIP-134).</summary>
    public bool IsPopulated(string name)
    {
        if (Raw(name) is not { } raw)
        {
            return false;
        }

        var reader = new Utf8JsonReader(raw.Span);
        reader.Read();
        return reader.TokenType switch
        {
            JsonTokenType.String => reader.ValueSpan.Length > 0,
            JsonTokenType.Number => !reader.TryGetInt32(out var number) || number != 0,
            JsonTokenType.StartArray or JsonTokenType.StartObject => HasContent(ref reader),
            _ => true,
        };
    }

    private static bool HasContent(ref Utf8JsonReader reader) =>
        reader.Read() && reader.TokenType is not (JsonTokenType.EndArray or JsonTokenType.EndObject);

    private void Read(ReadOnlyMemory<byte> body)
    {
        var reader = new Utf8JsonReader(body.Span);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException();
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = ProtoNames.Camel(reader.GetString()!);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            var isNull = reader.TokenType == JsonTokenType.Null;
            reader.Skip();
            Add(name, isNull, body[start..(int)reader.BytesConsumed]);
        }

        // Throws when something follows the object.
        reader.Read();
    }

    private void Add(string name, bool isNull, ReadOnlyMemory<byte> raw)
    {
        if (!isNull && !_members.TryAdd(name, raw))
        {
            throw ConversationErrors.Invalid(name, "is there twice. Send it once, in one spelling.");
        }
    }
}
