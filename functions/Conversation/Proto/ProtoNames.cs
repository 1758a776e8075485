using System.Text;

namespace Sessions.Conversation;

/// <summary>The two spellings of a proto field in JSON, masks and queries.</summary>
internal static class ProtoNames
{
    /// <summary>The lowerCamelCase spelling of either; what is neither stays as it is.</summary>
    public static string Camel(string name)
    {
        var camel = new StringBuilder(name.Length);
        for (var at = 0; at < name.Length; at++)
        {
            if (name[at] != '_')
            {
                camel.Append(name[at]);
            }
            else if (at > 0 && ++at < name.Length && (char.IsAsciiLetterLower(name[at]) || char.IsAsciiDigit(name[at])))
            {
                camel.Append(char.ToUpperInvariant(name[at]));
            }
            else
            {
                return name;
            }
        }

        return camel.ToString();
    }

    /// <summary>The lower_snake_case spelling of a lowerCamelCase name.</summary>
    public static string Snake(string camel) =>
        string.Concat(camel.Select(letter => char.IsAsciiLetterUpper(letter)
            ? $"_{char.ToLowerInvariant(letter)}"
            : letter.ToString()));
}
