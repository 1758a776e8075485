using System.Text.RegularExpressions;

namespace Sessions.TwilioProxy;

/// <summary>
/// Where somebody is reached: a telephone number, or a channel and its address, such as <c>messenger:123456</c>.
/// </summary>
/// <param name="Text">All of it.</param>
/// <param name="Channel">The channel, or null for a telephone number.</param>
/// <param name="Place">What the number in it tells, or null when there is none.</param>
internal sealed partial record Address(string Text, string? Channel, E164? Place)
{
    /// <summary>The address, or null when the text is none.</summary>
    public static Address? Parse(string text)
    {
        if (E164.Parse(text) is { } number)
        {
            return new(text, null, number);
        }

        return Form().Match(text) is { Success: true, Groups: [_, { Value: var channel }, { Value: var rest }] }
            ? new(text, channel, E164.Parse(rest))
            : null;
    }

    /// <summary>A proxy number as this address meets it: under the same channel.</summary>
    public string Meets(string proxyNumber) => Channel is null ? proxyNumber : $"{Channel}:{proxyNumber}";

    [GeneratedRegex(@"^([a-z][a-z0-9_-]{1,31}):(\S.*)\z", RegexOptions.NonBacktracking | RegexOptions.Singleline)]
    private static partial Regex Form();
}
