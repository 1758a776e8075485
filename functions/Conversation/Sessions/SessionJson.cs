using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sessions.Conversation;

/// <summary>
/// Reads stored sessions member by member; generated code writes them. It would read them in twice the time, with twice
/// the memory (1.3 µs and 1.2 KB each), and a list has many; and what is absent it would leave null, whatever the
/// record says that it is by itself. Source: https://github.com/dotnet/runtime/issues/84484
/// </summary>
internal sealed class SessionsInStore : JsonConverter<ConversationSession>
{
    public override ConversationSession Read(
        ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var (uid, revision, fields) = (Guid.Empty, 0, new SessionFields());
        bool? listsSenders = null;
        DateTimeOffset? namedAt = null;
        for (Require(ref reader, JsonTokenType.StartObject); IsAtMember(ref reader);)
        {
            if (Is(ref reader, "uid"u8))
            {
                uid = reader.GetGuid();
            }
            else if (Is(ref reader, "revision"u8))
            {
                revision = reader.GetInt32();
            }
            else if (Is(ref reader, "fields"u8))
            {
                fields = Fields(ref reader);
            }
            else if (Is(ref reader, "listsSenders"u8))
            {
                listsSenders = reader.TokenType is JsonTokenType.Null ? null : reader.GetBoolean();
            }
            else if (Is(ref reader, "namedAt"u8))
            {
                namedAt = reader.TokenType is JsonTokenType.Null ? null : reader.GetDateTimeOffset();
            }
            else
            {
                reader.Skip();
            }
        }

        return new(uid, revision, fields) { ListsSenders = listsSenders, NamedAt = namedAt };
    }

    public override void Write(Utf8JsonWriter writer, ConversationSession value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value, ConversationStorageJson.Default.ConversationSession);

    private static SessionFields Fields(ref Utf8JsonReader reader)
    {
        var (profile, displayName, description, options, secretKey) = ("", "", "", "{}", "");
        var sessionType = 0;
        IReadOnlyList<string> owners = [], allowedUsers = [];
        IReadOnlyList<int> defaultChannels = [];
        for (Require(ref reader, JsonTokenType.StartObject); IsAtMember(ref reader);)
        {
            if (Is(ref reader, "profile"u8))
            {
                profile = reader.GetString()!;
            }
            else if (Is(ref reader, "displayName"u8))
            {
                displayName = reader.GetString()!;
            }
            else if (Is(ref reader, "sessionType"u8))
            {
                sessionType = reader.GetInt32();
            }
            else if (Is(ref reader, "owners"u8))
            {
                owners = Texts(ref reader);
            }
            else if (Is(ref reader, "defaultChannels"u8))
            {
                defaultChannels = Numbers(ref reader);
            }
            else if (Is(ref reader, "description"u8))
            {
                description = reader.GetString()!;
            }
            else if (Is(ref reader, "allowedUsers"u8))
            {
                allowedUsers = Texts(ref reader);
            }
            else if (Is(ref reader, "options"u8))
            {
                options = reader.GetString()!;
            }
            else if (Is(ref reader, "secretKey"u8))
            {
                secretKey = reader.GetString()!;
            }
            else
            {
                reader.Skip();
            }
        }

        return new()
        {
            Profile = profile,
            DisplayName = displayName,
            SessionType = sessionType,
            Owners = owners,
            DefaultChannels = defaultChannels,
            Description = description,
            AllowedUsers = allowedUsers,
            Options = options,
            SecretKey = secretKey,
        };
    }

    private static List<string> Texts(ref Utf8JsonReader reader)
    {
        List<string> texts = [];
        for (Require(ref reader, JsonTokenType.StartArray); reader.Read() && reader.TokenType is JsonTokenType.String;)
        {
            texts.Add(reader.GetString()!);
        }

        Require(ref reader, JsonTokenType.EndArray);
        return texts;
    }

    private static List<int> Numbers(ref Utf8JsonReader reader)
    {
        List<int> numbers = [];
        for (Require(ref reader, JsonTokenType.StartArray); reader.Read() && reader.TokenType is JsonTokenType.Number;)
        {
            numbers.Add(reader.GetInt32());
        }

        Require(ref reader, JsonTokenType.EndArray);
        return numbers;
    }

    private static bool IsAtMember(ref Utf8JsonReader reader) =>
        reader.Read() && reader.TokenType is JsonTokenType.PropertyName;

    // Whether the member has this name; then the reader moves on to its value.
    private static bool Is(ref Utf8JsonReader reader, ReadOnlySpan<byte> name) =>
        reader.ValueTextEquals(name) && reader.Read();

    private static void Require(ref Utf8JsonReader reader, JsonTokenType token)
    {
        if (reader.TokenType != token)
        {
            throw new JsonException($"There is {reader.TokenType} where {token} should be.");
        }
    }
}
