using System.Text.RegularExpressions;
using Sessions.Http.Bodies;

namespace Sessions.TwilioProxy;

/// <summary>The parameters that add a number to a pool.</summary>
/// <param name="Sid">Its SID, or null.</param>
/// <param name="Number">The number, or null.</param>
/// <param name="IsReserved">Whether it is added as reserved.</param>
internal sealed partial record NewNumber(string? Sid, string? Number, bool IsReserved)
{
    /// <summary>The parameters of a phone number: its SID, its number, or both.</summary>
    public static NewNumber PhoneNumber(Form form)
    {
        var parameters = new ProxyParameters(form);
        var sid = Given(parameters.Sid("Sid", Sids.PhoneNumber));
        var number = Given(form.One("PhoneNumber"));
        if (sid is null && number is null)
        {
            throw ProxyErrors.Invalid("Missing required parameter: send PhoneNumber or Sid.");
        }

        return number is null || E164.Parse(number) is not null
            ? new(sid, number, parameters.Flag("IsReserved") ?? false)
            : throw ProxyErrors.Invalid("Invalid PhoneNumber: send a number in E.164 such as +14155551234.");
    }

    /// <summary>
    /// The parameters of a short code. Twilio knows its digits from the SID; we are told by ShortCode, or make them up.
    /// </summary>
    public static NewNumber ShortCode(Form form)
    {
        var parameters = new ProxyParameters(form);
        var sid = parameters.RequiredSid("Sid", Sids.ShortCode);
        var digits = Given(form.One("ShortCode"));
        return digits is null || ShortCodeForm().IsMatch(digits)
            ? new(sid, digits, parameters.Flag("IsReserved") ?? false)
            : throw ProxyErrors.Invalid("Invalid ShortCode: send its 3 to 8 digits.");
    }

    /// <summary>What an update says of IsReserved; null when it does not name it.</summary>
    public static bool? Reservation(Form form) => new ProxyParameters(form).Flag("IsReserved");

    private static string? Given(string? text) => text is "" ? null : text;

    [GeneratedRegex(@"^[0-9]{3,8}\z", RegexOptions.NonBacktracking)]
    private static partial Regex ShortCodeForm();
}
