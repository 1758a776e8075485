using System.Globalization;
using System.Xml.Linq;

namespace Sessions.Tests.TwilioProxy;

/// <summary>A status callback of a carrier, as Twilio sends it.</summary>
/// <param name="Url">Where to, as the TwiML names it.</param>
/// <param name="Form">What it says.</param>
internal sealed record CarrierCallback(string Url, (string Name, string Value)[] Form)
{
    /// <summary>The same with other fields, or with more of them.</summary>
    public CarrierCallback With(params (string Name, string Value)[] other) => this with
    {
        Form = [.. Form.Where(field => other.All(each => each.Name != field.Name)), .. other],
    };
}

/// <summary>
/// What a carrier does with the TwiML that it is answered: it makes the message or the call, and tells at each step of
/// it. The callbacks are given in the order in which things happen; a carrier may send them in any other, several
/// times, late, or not at all.
/// </summary>
internal static class TwiMlExecutor
{
    public const string MessageSid = "SM11111111111111111111111111111111";
    public const string CallSid = "CA22222222222222222222222222222222";

    /// <summary>Sends the message of an answer: through all of these statuses.</summary>
    public static CarrierCallback[] Message(XElement answer, params string[] statuses)
    {
        var message = answer.Element("Message")!;
        return
        [
            .. statuses.Select(status => new CarrierCallback(
                message.Attribute("statusCallback")!.Value,
                [
                    ("MessageSid", MessageSid), ("SmsSid", MessageSid),
                    ("MessageStatus", status), ("SmsStatus", status),
                    ("To", message.Attribute("to")!.Value), ("From", message.Attribute("from")!.Value),
                ])),
        ];
    }

    /// <summary>Dials the number of an answer: somebody speaks for so many seconds, then all is over.</summary>
    public static CarrierCallback[] Call(XElement answer, int seconds) =>
    [
        .. Leg(answer, seconds, "initiated", "ringing", "in-progress", "completed"),
        Dial(answer, "completed", ("DialCallDuration", Text(seconds))),
    ];

    /// <summary>Dials the number of an answer: nobody speaks.</summary>
    public static CarrierCallback[] Call(XElement answer, string end) =>
        [.. Leg(answer, 0, "initiated", "ringing", end), Dial(answer, end)];

    private static IEnumerable<CarrierCallback> Leg(XElement answer, int seconds, params string[] statuses)
    {
        var number = answer.Element("Dial")!.Element("Number")!;
        var wanted = number.Attribute("statusCallbackEvent")!.Value.Split(' ');
        return statuses
            .Where(status => wanted.Contains(EventOf(status)))
            .Select(status => new CarrierCallback(
                number.Attribute("statusCallback")!.Value,
                [
                    ("CallSid", CallSid), ("CallStatus", status), ("To", number.Value),
                    .. EventOf(status) == "completed" ? Duration(seconds) : [],
                ]));
    }

    private static CarrierCallback Dial(XElement answer, string status, params (string Name, string Value)[] more) =>
        new(
            answer.Element("Dial")!.Attribute("action")!.Value,
            [("CallStatus", "in-progress"), ("DialCallStatus", status), ("DialCallSid", CallSid), .. more]);

    // A carrier calls the end of a call completed, however it came.
    private static string EventOf(string status) => status switch
    {
        "initiated" or "ringing" => status,
        "in-progress" => "answered",
        _ => "completed",
    };

    private static (string Name, string Value)[] Duration(int seconds) => [("CallDuration", Text(seconds))];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
