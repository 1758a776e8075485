using Sessions.Http;

namespace Sessions.TwilioProxy;

/// <summary>A refusal with Twilio's own code.</summary>
/// <param name="Code">The code of twilio.com/docs/api/errors.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Message">What the caller should do.</param>
public sealed record ProxyRefusal(int Code, int Status, string Message) : Refusal(RefusalKind.Surface, Message);

/// <summary>
/// The errors of Proxy, by their codes at twilio.com/docs/api/errors. A code whose status the dictionary does not
/// give is 400, as is usual there.
/// </summary>
internal static class ProxyErrors
{
    public static RefusedException Invalid(string message) => Error(20001, 400, message);

    public static RefusedException NotFound(string resource) =>
        Error(20404, 404, $"The requested resource {resource} was not found");

    public static RefusedException NoSessionOfThatName() =>
        Error(80308, 404, "There is no Session with this UniqueName in the Service.");

    public static RefusedException ServiceNameTaken() => Error(80602, 400, "Service UniqueName must be unique.");

    public static RefusedException SessionNameTaken() => Error(80603, 400, "Session UniqueName must be unique.");

    public static RefusedException SessionClosed() =>
        Error(80607, 400, "The Session is closed and cannot be updated. Set Status to in-progress to re-open it.");

    public static RefusedException StatusChangeNotSupported(string from, string to) =>
        Error(80608, 400, $"The Session cannot go from {from} to {to}. "
            + "Allowed are closed to in-progress, open to closed and in-progress to closed.");

    public static RefusedException TooManyParticipants() =>
        Error(80609, 400, "A Session has at most two Participants.");

    public static RefusedException ParticipantPresent() =>
        Error(80103, 400, "The Session already has a Participant with this Identifier.");

    public static RefusedException ParticipantWasRemoved() =>
        Error(80612, 400, "The Session had a Participant with this Identifier. One that was removed cannot come back.");

    public static RefusedException ChannelNeedsMessages() =>
        Error(80616, 400, "An Identifier of a channel needs a Session of Mode message-only.");

    public static RefusedException IdentifierNotReachable() =>
        Error(80404, 400, "Invalid Identifier: send a number in E.164 such as +15551234567, a channel's address, "
            + "or a chat channel's SID (CH…).");

    public static RefusedException NumberInAService() =>
        Error(80101, 400, "The number is in a Service already. Remove it there first.");

    public static RefusedException NumberInUse() =>
        Error(80611, 400, "The number is in use by open Sessions. Close them, then remove it.");

    public static RefusedException PoolFull(int max, bool reserved) => Error(
        80622, 400, $"The Service has {max} {(reserved ? "reserved" : "unreserved")} numbers. It can hold no more.");

    public static RefusedException SidNotOwned() => Error(80301, 400, "The account has no number with this SID.");

    public static RefusedException NumberNotOwned() => Error(80606, 400, "The account does not have this number.");

    public static RefusedException NumberUnknown() => Invalid(
        "Missing PhoneNumber: the account has no carrier that knows which number this Sid is. Send PhoneNumber beside "
        + "it, once; or set up a carrier.");

    /// <summary>The carrier is somebody else's, and so is its failure.</summary>
    public static RefusedException CarrierFailed(string code) =>
        Error(80502, 503, $"The account's carrier did not do its part ({code}). Try again; if it lasts, look there.");

    public static RefusedException NumberNotInService() =>
        Error(80605, 400, "The number is not in the Service. Add it to the Service's PhoneNumbers first.");

    public static RefusedException NoChat() => Error(
        80306, 400, "The Service has no chat. Set its ChatInstanceSid, so that chat channels (CH…) can take part.");

    public static RefusedException PairInvalid() =>
        Error(80402, 400, "Invalid Identifier and ProxyIdentifier pair: they are the same.");

    public static RefusedException NoNumberForVoice() =>
        Error(80201, 400, "No number that fits takes calls, which the Session's Mode asks for.");

    public static RefusedException NoNumberForMessages() => Error(
        80202, 400, "No number that fits takes messages, or both messages and calls, as the Session's Mode asks for.");

    public static RefusedException NoNumbers() =>
        Error(80205, 400, "The Service has no numbers. Add one to its PhoneNumbers.");

    public static RefusedException NoNumberInCountry() =>
        Error(80203, 400, "The Service has no free number in the Participant's country. Add one, or name a number.");

    public static RefusedException NoNumber() => Error(
        80206, 400, "The Service has no number that fits its GeoMatchLevel for the Participant. Add one, or name one.");

    public static RefusedException OnlyReservedNumbers() =>
        Error(80207, 400, "All numbers of the Service are reserved. Name one, or add one that is not.");

    public static RefusedException AllNumbersInUse() => Error(
        80208, 400, "All numbers that fit are in other open Sessions of this Identifier. Close one, or add one.");

    /// <summary>The pair was taken before this request came.</summary>
    public static RefusedException ProxyIdentifierInUse() =>
        Error(80604, 400, "The proxy number is in use with this Identifier in another open Session.");

    /// <summary>The pair was taken while this request was under way.</summary>
    public static RefusedException ParticipantsAtOnce() =>
        Error(80623, 409, "Another request took this Identifier's proxy number at the same time. Try again.");

    public static RefusedException RecipientWasRemoved() =>
        Error(80614, 400, "The Participant was removed from the Session.");

    public static RefusedException NoSessionForContact() =>
        Error(80905, 404, "There is no open Session that this contact belongs to.");

    public static RefusedException MessageToVoiceOnly() =>
        Error(80910, 400, "The Session's Mode is voice-only. It carries no messages.");

    public static RefusedException SignatureInvalid() =>
        Error(20003, 403, $"The {TwilioSignature.Header} is missing or does not match.");

    public static RefusedException CallbackToProxy() => Invalid(
        "This is a callback of Proxy. Point the Service's callback URLs at your application, not at Proxy.");

    /// <summary>The code, status and message for a refusal that is common to all surfaces.</summary>
    public static ProxyRefusal Of(Refusal refusal) => refusal switch
    {
        ProxyRefusal own => own,
        { Kind: RefusalKind.Unauthenticated } => new(20003, 401, "Authenticate"),
        { Kind: RefusalKind.Forbidden } => new(20003, 403, refusal.Message),
        { Kind: RefusalKind.NotFound } => new(20404, 404, refusal.Message),
        { Kind: RefusalKind.MethodNotAllowed } => new(20004, 405, refusal.Message),
        { Kind: RefusalKind.TooLarge } => new(20001, 413, refusal.Message),
        { Kind: RefusalKind.UriTooLong } => new(20001, 414, refusal.Message),
        { Kind: RefusalKind.HeadersTooLarge } => new(20001, 431, refusal.Message),
        { Kind: RefusalKind.TimedOut } => new(20001, 408, refusal.Message),
        { Kind: RefusalKind.UnsupportedMedia } => new(20001, 415, refusal.Message),
        { Kind: RefusalKind.PreconditionFailed } => new(20412, 412, refusal.Message),
        { Kind: RefusalKind.IdempotencyMismatch } => new(20422, 422, refusal.Message),
        { Kind: RefusalKind.Throttled } => new(20429, 429, refusal.Message),
        { Kind: RefusalKind.Unavailable } => new(80501, 503, refusal.Message),
        { Kind: RefusalKind.Internal } => new(80504, 500, refusal.Message),
        _ => new(20001, 400, refusal.Message),
    };

    private static RefusedException Error(int code, int status, string message) =>
        new(new ProxyRefusal(code, status, message));
}
