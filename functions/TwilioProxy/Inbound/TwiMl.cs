using System.Xml;
using System.Xml.Linq;
using Microsoft.AspNetCore.Http;
using Sessions.Http;

namespace Sessions.TwilioProxy;

/// <summary>What the carrier is told. Source: https://www.twilio.com/docs/voice/twiml and messaging/twiml</summary>
internal static class TwiMl
{
    private const string MediaType = "text/xml; charset=utf-8";
    private const string Root = "Response";

    // Of the end alone a carrier tells unasked.
    private const string CallEvents = "initiated ringing answered completed";

    private static readonly XmlReaderSettings _strict = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
    };

    /// <summary>
    /// Passes a contact on to the partner, who sees it come from its own proxy number, and asks to be told how it ends.
    /// </summary>
    public static Answer Forward(Contact contact, Participant partner, OutcomeUrls tell) =>
        contact.Type == InteractionType.Voice
            ? Of(new XElement(
                "Dial",
                new XAttribute("callerId", partner.ProxyIdentifier),
                new XAttribute("action", tell.Dial),
                new XElement(
                    "Number",
                    new XAttribute("statusCallback", tell.Call),
                    new XAttribute("statusCallbackEvent", CallEvents),
                    partner.Identifier)))
            : Of(new XElement(
                "Message",
                new XAttribute("to", partner.Identifier),
                new XAttribute("from", partner.ProxyIdentifier),
                new XAttribute("statusCallback", tell.Message),
                new XElement("Body", Readable(contact.Body)),
                contact.Media.Select(url => new XElement("Media", Readable(url)))));

    /// <summary>Nothing is to be done: a call ends.</summary>
    public static Answer Nothing() => Of();

    /// <summary>Does not: a message is dropped, a call rejected.</summary>
    public static Answer Decline(Contact contact) =>
        contact.Type == InteractionType.Voice ? Of(new XElement("Reject")) : Of();

    /// <summary>The application's own instructions, or null when they are none.</summary>
    public static Answer? Relay(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(body.ToArray()), _strict);
            var root = XElement.Load(reader);
            return root.Name.LocalName == Root ? Write(root) : null;
        }
        catch (XmlException)
        {
            return null;
        }
    }

    private static Answer Of(params object[] verbs) => Write(new XElement(Root, verbs));

    private static Answer Write(XElement root) => Answer.Text(
        StatusCodes.Status200OK,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>" + root.ToString(SaveOptions.DisableFormatting),
        MediaType);

    // XML cannot carry every character that a text message can.
    private static string Readable(string text) => string.Concat(
        text.EnumerateRunes().Where(rune => !rune.IsBmp || XmlConvert.IsXmlChar((char)rune.Value)));
}
