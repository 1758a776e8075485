using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Sessions.Conversation;

/// <summary>The query parameters of a call, in either spelling; an absent or empty one is null.</summary>
internal sealed class ProtoQuery(IQueryCollection query)
{
    /// <summary>The value of a parameter.</summary>
    public string? Text(string camel)
    {
        var values = query[camel];
        var snake = ProtoNames.Snake(camel);
        if (snake != camel)
        {
            values = Microsoft.Extensions.Primitives.StringValues.Concat(values, query[snake]);
        }

        return values.Count <= 1
            ? values.ToString() is { Length: > 0 } value ? value : null
            : throw ConversationErrors.Invalid(camel, "is there twice. Send it once, in one spelling.");
    }

    /// <summary>A whole number of 32 bits.</summary>
    public int? Number(string camel) =>
        Text(camel) is not { } text ? null
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
        : throw ConversationErrors.Invalid(camel, "must be a whole number of 32 bits.");

    /// <summary>true or false.</summary>
    public bool Flag(string camel) => Text(camel) switch
    {
        null or "false" => false,
        "true" => true,
        _ => throw ConversationErrors.Invalid(camel, "must be true or false."),
    };
}
