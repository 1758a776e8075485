using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sessions.Conversation;

/// <summary>
/// Writes sessions as generated code would, member by member: a list has many, and what serves any record takes three
/// times as long.
/// </summary>
internal sealed class SessionsOnTheWire : JsonConverter<SessionResource>
{
    public override SessionResource Read(
        ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Sessions on the wire are written only.");

    public override void Write(Utf8JsonWriter writer, SessionResource value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("profile"u8, value.Profile);
        writer.WriteString("displayName"u8, value.DisplayName);
        writer.WriteNumber("sessionType"u8, value.SessionType);
        Write(writer, "owners"u8, value.Owners);
        writer.WriteStartArray("defaultChannels"u8);
        for (var i = 0; i < value.DefaultChannels.Count; i++)
        {
            writer.WriteNumberValue(value.DefaultChannels[i]);
        }

        writer.WriteEndArray();
        writer.WriteString("name"u8, value.Name);
        writer.WriteString("description"u8, value.Description);
        writer.WriteString("sessionId"u8, value.SessionId);
        Write(writer, "allowedUsers"u8, value.AllowedUsers);
        writer.WritePropertyName("options"u8);
        writer.WriteRawValue(value.Options, skipInputValidation: true);
        Write(writer, "secretKey"u8, value.SecretKey);
        Timestamps.Write(writer, "createTime"u8, value.CreateTime);
        Timestamps.Write(writer, "updateTime"u8, value.UpdateTime);
        writer.WriteString("uid"u8, value.Uid);
        writer.WriteString("etag"u8, value.Etag);
        writer.WriteString("state"u8, value.State);
        Write(writer, "expireTime"u8, value.ExpireTime);
        Write(writer, "endTime"u8, value.EndTime);
        Write(writer, "endReason"u8, value.EndReason);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> name, IReadOnlyList<string> values)
    {
        writer.WriteStartArray(name);
        for (var i = 0; i < values.Count; i++)
        {
            writer.WriteStringValue(values[i]);
        }

        writer.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }

    private static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> name, DateTimeOffset? value)
    {
        if (value is { } moment)
        {
            Timestamps.Write(writer, name, moment);
        }
    }
}

/// <summary>Reads stored sessions in the same way, for the same reason. Generated code writes them.</summary>
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
