using System.Text;

namespace Sessions.Conversation;

/// <summary>The two spellings of a proto field in JSON, masks and queries.</summary>
internal static class ProtoNames
{
    /// <summary>The lowerCamelCase spelling of either.</summary>
    public static string Camel(string name)
    {
        if (!name.Contains('_', StringComparison.Ordinal))
        {
            return name;
        }

        var camel = new StringBuilder(name.Length);
        var raise = false;
        foreach (var letter in name)
        {
            if (letter == '_')
            {
                raise = camel.Length > 0;
                continue;
            }

            camel.Append(raise ? char.ToUpperInvariant(letter) : letter);
            raise = false;
        }

        return camel.ToString();
    }

    /// <summary>The lower_snake_case spelling of a lowerCamelCase name.</summary>
    public static string Snake(string camel) =>
        string.Concat(camel.Select(letter => char.IsAsciiLetterUpper(letter)
            ? $"_{char.ToLowerInvariant(letter)}"
            : letter.ToString()));
}
