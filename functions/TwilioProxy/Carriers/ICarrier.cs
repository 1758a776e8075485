namespace Sessions.TwilioProxy;

/// <summary>
/// What an account's carrier does for Proxy. Each wire is one class that implements this, in a file of its own beside
/// this one, and a line in <see cref="Carriers"/>. All of it throws <see cref="CarrierException"/>.
/// </summary>
public interface ICarrier
{
    /// <summary>Where it is, for the queue of what waits for it.</summary>
    Uri Address { get; }

    /// <summary>Sends a text. What comes of it later is told to the text's status callback.</summary>
    ValueTask<SentText> Send(CarrierText text, CancellationToken cancellation);

    /// <summary>
    /// Looks for a text whose sending was never answered; null when the carrier has none like it. A carrier that keeps
    /// no mark of the sender's compares what it does keep: both ends, the words, and the time.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="since">The carrier cannot have taken it before.</param>
    /// <param name="others">The SIDs of other texts between the two, which may say the same.</param>
    /// <param name="cancellation">Ends the search.</param>
    ValueTask<SentText?> Find(
        CarrierText text, DateTimeOffset since, IReadOnlySet<string> others, CancellationToken cancellation);

    /// <summary>The account's number or short code of this SID, or null.</summary>
    ValueTask<CarrierNumber?> NumberBySid(string sid, CancellationToken cancellation);

    /// <summary>The account's number of these digits, or null.</summary>
    ValueTask<CarrierNumber?> NumberByDigits(string digits, CancellationToken cancellation);

    /// <summary>Says where what comes in for a number goes from now on.</summary>
    ValueTask Route(string sid, NumberRoutes routes, CancellationToken cancellation);

    /// <summary>Ends a call.</summary>
    ValueTask HangUp(string callSid, CancellationToken cancellation);

    /// <summary>Has a live call go on with the instructions at an address.</summary>
    ValueTask Redirect(string callSid, Uri instructions, CancellationToken cancellation);
}

/// <summary>A text to send.</summary>
/// <param name="To">Whom it goes to.</param>
/// <param name="From">The number that it comes from.</param>
/// <param name="Body">Its words; empty when there is media only.</param>
/// <param name="Media">Addresses of media.</param>
/// <param name="StatusCallback">Who is told what becomes of it.</param>
public sealed record CarrierText(
    string To, string From, string Body, IReadOnlyList<string> Media, Uri StatusCallback);

/// <summary>A text that the carrier has taken.</summary>
/// <param name="Sid">Its SID.</param>
/// <param name="Status">One of Twilio's words, such as queued.</param>
/// <param name="ErrorCode">Why it was not delivered, or null.</param>
public sealed record SentText(string Sid, string Status, string? ErrorCode);

/// <summary>A number as the carrier knows it.</summary>
/// <param name="Sid">Its SID.</param>
/// <param name="Digits">The number in E.164.</param>
/// <param name="FriendlyName">A name for people, or null.</param>
/// <param name="IsoCountry">Its country (ISO 3166-1), or null when the carrier does not tell.</param>
/// <param name="Carries">What it can carry.</param>
/// <param name="Routes">Where what comes in for it goes.</param>
public sealed record CarrierNumber(
    string Sid, string Digits, string? FriendlyName, string? IsoCountry, Carries Carries, NumberRoutes Routes);

/// <summary>What a number can carry.</summary>
public sealed record Carries(bool Voice, bool Sms, bool Mms, bool Fax)
{
    /// <summary>What a phone number carries of which nobody has said otherwise.</summary>
    internal static Carries AsPhoneNumbers { get; } = new(Voice: true, Sms: true, Mms: true, Fax: false);

    /// <summary>What short codes carry.</summary>
    internal static Carries AsShortCodes { get; } = AsPhoneNumbers with { Voice = false };

    /// <summary>Whether it is all that a Session of this mode asks for.</summary>
    internal bool Serves(string mode) =>
        (Voice || mode == SessionMode.MessageOnly) && (Sms || mode == SessionMode.VoiceOnly);

    /// <summary>Whether it is part of that: who names a number takes what it can.</summary>
    internal bool MayServe(string mode) =>
        (Voice && mode != SessionMode.MessageOnly) || (Sms && mode != SessionMode.VoiceOnly);
}

/// <summary>
/// Where what comes in for a number goes. An application or a trunk, where one is named, has precedence over the
/// addresses; empty for none.
/// </summary>
public sealed record NumberRoutes(
    string SmsUrl,
    string SmsMethod,
    string SmsApplicationSid,
    string VoiceUrl,
    string VoiceMethod,
    string VoiceApplicationSid,
    string TrunkSid)
{
    /// <summary>The routes of a Service's numbers.</summary>
    /// <param name="baseUrl">Where this service is, without a final slash.</param>
    /// <param name="serviceSid">The Service.</param>
    internal static NumberRoutes To(string baseUrl, string serviceSid)
    {
        var inbound = $"{baseUrl}/v1/Services/{serviceSid}/Inbound";
        return new($"{inbound}/Message", "POST", "", $"{inbound}/Voice", "POST", "", "");
    }
}

/// <summary>What went wrong with a carrier.</summary>
public enum CarrierFailure
{
    /// <summary>It answered no: nothing happened, and nothing will.</summary>
    Refused,

    /// <summary>It was not reached, or has no time: nothing happened.</summary>
    Busy,

    /// <summary>It did not answer, or not in words that can be read: it may have happened or not.</summary>
    Unknown,
}

/// <summary>A carrier did not do what it was asked.</summary>
public sealed class CarrierException : Exception
{
    /// <summary>A failure with the carrier's word for it.</summary>
    /// <param name="kind">Whether it may have happened.</param>
    /// <param name="code">The carrier's code, such as 21610, or a word such as <c>timeout</c>.</param>
    /// <param name="innerException">What led to it, or null.</param>
    public CarrierException(CarrierFailure kind, string code, Exception? innerException = null)
        : base($"Carrier: {code}", innerException) => (Kind, Code) = (kind, code);

    /// <inheritdoc/>
    public CarrierException()
    {
    }

    /// <inheritdoc/>
    public CarrierException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public CarrierException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Whether it may have happened.</summary>
    public CarrierFailure Kind { get; }

    /// <summary>The carrier's word for it.</summary>
    public string Code { get; } = "unknown";

    /// <summary>Whether there is no such thing as was asked for.</summary>
    public bool IsNotFound { get; init; }
}
