using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Sessions.Conversation;

/// <summary>
/// A proto3 JSON message as it was sent: each member's bytes under its lowerCamelCase name. Both spellings of a name
/// are taken, null counts as absent, and unknown members are left alone, as the JSON gateways of gRPC do.
/// </summary>
internal sealed class ProtoMessage
{
    private const int MaxListed = 1000;
    private const int MaxNamed = 64;
    private static readonly JsonDocumentOptions _strict = new() { AllowDuplicateProperties = false };
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

    /// <summary>A text of at most so many characters (UTF-16 code units).</summary>
    public string? Text(string name, int max) =>
        Raw(name) is not { } raw ? null
        : TextOf(raw, name) is { } text && text.Length <= max ? text
        : throw ConversationErrors.Invalid(name, $"must have at most {max} characters.", FieldReasons.TooLong);

    /// <summary>A list of at most 1000 texts.</summary>
    public IReadOnlyList<string> Texts(string name, int max) =>
        [.. Items(name).Select(item => TextOf(item, name) is var text && text.Length <= max
            ? text
            : throw ConversationErrors.Invalid(
                name, $"must list texts of at most {max} characters.", FieldReasons.TooLong))];

    /// <summary>A whole number; proto3 JSON writes it as a number or as text.</summary>
    public int? Number(string name) => Raw(name) is { } raw ? NumberOf(raw, name) : null;

    /// <summary>A list of at most 1000 whole numbers.</summary>
    public IReadOnlyList<int> Numbers(string name) => [.. Items(name).Select(item => NumberOf(item, name))];

    /// <summary>true or false.</summary>
    public bool? Flag(string name) => Raw(name) is not { } raw ? null : raw.Span switch
    {
        [(byte)'t', ..] => true,
        [(byte)'f', ..] => false,
        _ => throw ConversationErrors.Invalid(name, "must be true or false.", FieldReasons.WrongType),
    };

    /// <summary>An enum's number, sent as number or name.</summary>
    public int? Enum(string name, Func<string, int?> numberOf) =>
        Raw(name) is not { } raw ? null
        : raw.Span[0] != '"' ? NumberOf(raw, name)
        : numberOf(TextOf(raw, name))
            ?? throw ConversationErrors.Invalid(
                name, "must be a number of the enum, not as text, or one of its names.");

    /// <summary>A moment; proto3 JSON writes it as RFC 3339 does.</summary>
    public DateTimeOffset? Moment(string name) => Raw(name) is not { } raw
        ? null
        : Timestamps.Read(TextOf(raw, name)) ?? throw ConversationErrors.Invalid(
            name, "must be a time such as \"2026-11-26T09:00:00Z\" (RFC 3339).", FieldReasons.WrongType);

    /// <summary>A JSON object (google.protobuf.Struct) as its text, on one line.</summary>
    public string? Struct(string name)
    {
        if (Raw(name) is not { } raw)
        {
            return null;
        }

        return raw.Span[0] == '{' && IsText(raw) && HasDistinctNames(raw)
            ? OneLine(raw)
            : throw ConversationErrors.Invalid(
                name, "must be a JSON object that has no member twice.", FieldReasons.WrongType);
    }

    /// <summary>
    /// JSON as it was sent, but on one line: a line break stands only between tokens and a space says the same there.
    /// </summary>
    public static string OneLine(ReadOnlyMemory<byte> json) =>
        Encoding.UTF8.GetString(json.Span).Replace('\n', ' ').Replace('\r', ' ');

    /// <summary>Whether all texts in it are texts: JSON can spell half a surrogate pair, which is none.</summary>
    public static bool IsText(ReadOnlyMemory<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json.Span);
            while (reader.Read())
            {
                _ = reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName ? reader.GetString() : null;
            }

            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
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
            var name = NameOf(reader.GetString()!);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            var isNull = reader.TokenType == JsonTokenType.Null;
            reader.Skip();
            Add(name, isNull, body[start..(int)reader.BytesConsumed]);
        }

        // Throws when something follows the object.
        reader.Read();
    }

    private static string NameOf(string name) => !name.Contains("__", StringComparison.Ordinal)
        ? ProtoNames.Camel(name)
        : throw ConversationErrors.Invalid(
            name.Length > MaxNamed ? name[..MaxNamed] : name,
            "is no name of a field: those have single underscores, or capitals in their place.");

    private void Add(string name, bool isNull, ReadOnlyMemory<byte> raw)
    {
        if (!isNull && !_members.TryAdd(name, raw))
        {
            throw ConversationErrors.Invalid(
                name, "is there twice. Send it once, in one spelling.", FieldReasons.Twice);
        }
    }

    private static bool HasDistinctNames(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var parsed = JsonDocument.Parse(json, _strict);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string TextOf(ReadOnlyMemory<byte> json, string name)
    {
        var reader = new Utf8JsonReader(json.Span);
        reader.Read();
        return reader.TokenType == JsonTokenType.String && IsText(json)
            ? reader.GetString()!
            : throw ConversationErrors.Invalid(name, "must be text.", FieldReasons.WrongType);
    }

    private static int NumberOf(ReadOnlyMemory<byte> json, string name)
    {
        var text = json.Span[0] == '"' ? TextOf(json, name) : Encoding.UTF8.GetString(json.Span);
        return ProtoNumbers.Read(text)
            ?? throw ConversationErrors.Invalid(name, "must be a whole number of 32 bits.", FieldReasons.WrongType);
    }

    private List<ReadOnlyMemory<byte>> Items(string name)
    {
        if (Raw(name) is not { } raw)
        {
            return [];
        }

        var reader = new Utf8JsonReader(raw.Span);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw ConversationErrors.Invalid(name, "must be a list.", FieldReasons.WrongType);
        }

        List<ReadOnlyMemory<byte>> items = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            items.Add(raw[start..(int)reader.BytesConsumed]);
        }

        return items.Count <= MaxListed
            ? items
            : throw ConversationErrors.Invalid(name, $"must have at most {MaxListed} entries.", FieldReasons.TooLong);
    }
}
