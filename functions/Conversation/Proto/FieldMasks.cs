using System.Text;

namespace Sessions.Conversation;

/// <summary>
/// Update masks (AIP-134, 161): paths between commas, of names between dots. A name in backticks may have any of these
/// in it, and a backtick doubled.
/// </summary>
internal static class FieldMasks
{
    private const string Field = "updateMask";
    private static readonly char[] _signs = [',', '.', '`'];

    /// <summary>The paths of a mask, each of at least one name.</summary>
    /// <exception cref="Http.RefusedException">It cannot be read.</exception>
    public static IReadOnlyList<IReadOnlyList<string>> Parse(string mask)
    {
        List<IReadOnlyList<string>> paths = [];
        List<string> names = [];
        for (var at = 0; ;)
        {
            names.Add(NameAt(mask, ref at));
            if (at == mask.Length || mask[at] == ',')
            {
                paths.Add(names);
                names = [];
            }

            if (at == mask.Length)
            {
                return paths;
            }

            at = mask[at] is ',' or '.' ? at + 1 : throw Unreadable(mask, at);
        }
    }

    private static string NameAt(string mask, ref int at)
    {
        Space(mask, ref at);
        var name = at < mask.Length && mask[at] == '`' ? Quoted(mask, ref at) : Plain(mask, ref at);
        Space(mask, ref at);
        return name;
    }

    private static string Plain(string mask, ref int at)
    {
        var start = at;
        var end = mask.IndexOfAny(_signs, start);
        at = end < 0 ? mask.Length : end;
        return mask[start..at].Trim() switch
        {
            "" => throw Unreadable(mask, start),
            "*" => throw ConversationErrors.Invalid(Field, "may have * alone, for everything, and not within a path."),
            var name => name,
        };
    }

    private static string Quoted(string mask, ref int at)
    {
        var (name, start) = (new StringBuilder(), at++);
        for (; at < mask.Length; at++)
        {
            if (mask[at] != '`')
            {
                name.Append(mask[at]);
            }
            else if (at + 1 < mask.Length && mask[at + 1] == '`')
            {
                name.Append(mask[at++]);
            }
            else
            {
                at++;
                return name.Length > 0 ? name.ToString() : throw Unreadable(mask, start);
            }
        }

        throw Unreadable(mask, start);
    }

    private static void Space(string mask, ref int at)
    {
        while (at < mask.Length && mask[at] == ' ')
        {
            at++;
        }
    }

    private static Http.RefusedException Unreadable(string mask, int at) => ConversationErrors.Invalid(
        Field,
        $"cannot be read at character {Math.Min(at, mask.Length) + 1}. Send names between commas, such as "
        + "displayName,options.colour, with a name that has a dot in it between backticks.");
}
