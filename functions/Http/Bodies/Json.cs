using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Sessions.Http.Bodies;

/// <summary>Reads a JSON body into a record.</summary>
internal static class Json
{
    /// <exception cref="RefusedException">It is no JSON, or a value has another type than the record wants.</exception>
    public static T Parse<T>(ReadOnlySpan<byte> body, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(body, type)
                ?? throw RefusedException.For(RefusalKind.Invalid, "The body is null. Send a JSON object.");
        }
        catch (JsonException wrong)
        {
            throw RefusedException.For(RefusalKind.Invalid, Explain(wrong));
        }
    }

    // The exception's own message can quote the body, which may be personal; its path only names a field.
    private static string Explain(JsonException wrong) =>
        wrong.InnerException is JsonException
            ? "The body is not well-formed JSON."
            : $"The body has a value of the wrong type at {wrong.Path ?? "$"}.";
}
