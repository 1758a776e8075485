using System.Text.RegularExpressions;

namespace Sessions.TwilioProxy;

/// <summary>
/// Where somebody is reached: a telephone number, a channel and its address, such as <c>messenger:123456</c>, or a chat
/// channel, which is a SID alone.
/// </summary>
/// <param name="Text">All of it.</param>
/// <param name="Channel">The channel, or null for a telephone number.</param>
/// <param name="Place">What the number in it tells, or null when there is none.</param>
internal sealed partial record Address(string Text, string? Channel, E164? Place)
{
    private const string Chat = "chat";

    /// <summary>Whether it is a chat channel, as Flex applications have it.</summary>
    public bool IsChatChannel => IsChat(Text);

    /// <summary>Whether the text is a chat channel's SID.</summary>
    public static bool IsChat(string? text) => text is not null && Sids.Is(Sids.ChatChannel, text);

    /// <summary>The address, or null when the text is none.</summary>
    public static Address? Parse(string text)
    {
        if (E164.Parse(text) is { } number)
        {
            return new(text, null, number);
        }

        if (IsChat(text))
        {
            return new(text, Chat, null);
        }

        return Form().Match(text) is { Success: true, Groups: [_, { Value: var channel }, { Value: var rest }] }
            ? new(text, channel, E164.Parse(rest))
            : null;
    }

    /// <summary>A proxy number as this address meets it: under the same channel; a chat has none of its own.</summary>
    public string Meets(string proxyNumber) =>
        Channel is null || IsChatChannel ? proxyNumber : $"{Channel}:{proxyNumber}";

    [GeneratedRegex(@"^([a-z][a-z0-9_-]{1,31}):(\S.*)\z", RegexOptions.NonBacktracking | RegexOptions.Singleline)]
    private static partial Regex Form();
}
