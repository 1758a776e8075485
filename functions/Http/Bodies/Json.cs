using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Sessions.Http.Bodies;

/// <summary>Reads a JSON body into a record.</summary>
internal static class Json
{
    private const int MostOfPath = 200;

    /// <exception cref="RefusedException">It is no JSON, or a value has another type than the record wants.</exception>
    public static T Parse<T>(ReadOnlySpan<byte> body, JsonTypeInfo<T> type)
    {
        try
        {
            CheckNames(body);
            return JsonSerializer.Deserialize(body, type)
                ?? throw RefusedException.For(RefusalKind.Invalid, "The body is null. Send a JSON object.");
        }
        catch (JsonException wrong)
        {
            throw RefusedException.For(RefusalKind.Invalid, Explain(wrong));
        }
    }

    // JSON can spell half a surrogate pair. In a value whoever reads that sees it; a name is compared with those that
    // are looked for, wherever that may be.
    private static void CheckNames(ReadOnlySpan<byte> body)
    {
        if (body.IndexOf("\\u"u8) < 0)
        {
            return;
        }

        var reader = new Utf8JsonReader(body);
        while (reader.Read())
        {
            if (reader is { TokenType: JsonTokenType.PropertyName, ValueIsEscaped: true } && !IsText(reader))
            {
                throw RefusedException.For(
                    RefusalKind.Invalid, "The body has a name with half a surrogate pair, which is no text.");
            }
        }
    }

    private static bool IsText(in Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString() is not null;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    // The exception's own message can quote the body, which may be personal; its path only names a field.
    private static string Explain(JsonException wrong) =>
        wrong.InnerException is JsonException
            ? "The body is not well-formed JSON."
            : $"The body has a value of the wrong type at {Shortened(wrong.Path ?? "$")}.";

    // A caller's own names may be of any length, and an answer's may not.
    private static string Shortened(string path) =>
        path.Length <= MostOfPath ? path : $"{path[..MostOfPath]}…";
}

/// <summary>JSON that people read: camelCase, absent members left out, umlauts and signs as they are.</summary>
internal static class ReadableJson
{
    /// <summary>How its text is written, for a context that writes by generated code and so has no encoder.</summary>
    public static JavaScriptEncoder Encoder { get; } = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    /// <summary>The options of a context of its own, with these converters.</summary>
    public static JsonSerializerOptions With(params ReadOnlySpan<JsonConverter> converters)
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            Encoder = Encoder,
        };
        foreach (var converter in converters)
        {
            options.Converters.Add(converter);
        }

        return options;
    }
}
