using System.Globalization;
using Sessions.Http.Bodies;

namespace Sessions.TwilioProxy;

/// <summary>What a carrier says of the message or the call that it makes for an Interaction.</summary>
/// <param name="Type">message or voice.</param>
/// <param name="Status">Twilio's word for how far it is.</param>
/// <param name="ResourceSid">The SID of the message or of the dialled call; null when the carrier does not say.</param>
internal sealed record Outcome(string Type, string Status, string? ResourceSid = null)
{
    private const int MaxText = 191;

    /// <summary>The carrier's code for what went wrong, or null.</summary>
    public int? ErrorCode { get; init; }

    /// <summary>How long the two spoke, in seconds; null while that is not known.</summary>
    public int? Seconds { get; init; }

    /// <summary>
    /// The status callback of a message. Source:
    /// https://www.twilio.com/docs/messaging/guides/track-outbound-message-status
    /// </summary>
    /// <exception cref="Http.RefusedException">20001: it is not well formed.</exception>
    public static Outcome Message(Form form)
    {
        var given = new ProxyParameters(form);
        return Of(given, InteractionType.Message, Given(form, "MessageStatus", "SmsStatus")) with
        {
            ResourceSid = ResourceSidOf(given, Given(form, "MessageSid", "SmsSid"), Sids.Message),
            ErrorCode = Whole(given, "ErrorCode"),
        };
    }

    /// <summary>
    /// The status callback of a number that is dialled. Source:
    /// https://www.twilio.com/docs/voice/twiml/number#statuscallbackevent
    /// </summary>
    /// <exception cref="Http.RefusedException">20001: it is not well formed.</exception>
    public static Outcome Call(Form form)
    {
        var given = new ProxyParameters(form);
        return Of(given, InteractionType.Voice, "CallStatus") with
        {
            ResourceSid = ResourceSidOf(given, "CallSid", Sids.Call),
            ErrorCode = Whole(given, "ErrorCode"),
            Seconds = Whole(given, "CallDuration"),
        };
    }

    /// <summary>
    /// What is asked when a call that was passed on is over: its SID is that of the leg that was dialled.
    /// Source: https://www.twilio.com/docs/voice/twiml/dial#action
    /// </summary>
    /// <exception cref="Http.RefusedException">20001: it is not well formed.</exception>
    public static Outcome Dial(Form form)
    {
        var given = new ProxyParameters(form);
        var told = Of(given, InteractionType.Voice, "DialCallStatus");
        return told with
        {
            // A dial that was answered is over by the time that its action is asked.
            Status = told.Status is OutcomeRules.InProgress ? OutcomeRules.Completed : told.Status,
            ResourceSid = ResourceSidOf(given, "DialCallSid", Sids.Call),
            ErrorCode = Whole(given, "ErrorCode"),
            Seconds = Whole(given, "DialCallDuration"),
        };
    }

    private static Outcome Of(ProxyParameters given, string type, string name)
    {
        var status = OutcomeRules.WordOf(given.RequiredText(name, MaxText));
        return OutcomeRules.Knows(type, status)
            ? new(type, status)
            : throw ProxyErrors.Invalid($"Invalid {name}: send a status of Twilio's for a {type}.");
    }

    // Carriers that speak as Twilio did before its messages were called so send the older names alone.
    private static string Given(Form form, string name, string older) => form.All(name) is [] ? older : name;

    private static string? ResourceSidOf(ProxyParameters given, string name, string kind) =>
        given.Text(name, MaxText) is not { Length: > 0 } sid ? null
        : Sids.Shown(kind, sid) is var shown && Sids.IsAny(shown) ? shown
        : throw ProxyErrors.Invalid($"Invalid {name}: send two letters and 32 hexadecimal digits.");

    // Carriers send an empty field where they have nothing to say.
    private static int? Whole(ProxyParameters given, string name) =>
        given.Text(name, MaxText) is not { Length: > 0 } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw ProxyErrors.Invalid($"Invalid {name}: send a whole number, 0 to {int.MaxValue}.");
}
