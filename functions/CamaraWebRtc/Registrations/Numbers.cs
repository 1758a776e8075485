using Sessions.Http;

namespace Sessions.CamaraWebRtc;

/// <summary>Which number a registration is for.</summary>
internal static class Numbers
{
    /// <summary>
    /// The token's first. A token without any names the one that it wants where the generation knows of such.
    /// </summary>
    /// <exception cref="RefusedException">
    /// UNNECESSARY_IDENTIFIER, MISSING_IDENTIFIER, INVALID_TOKEN_CONTEXT, or INVALID_ARGUMENT for what is no number.
    /// </exception>
    public static string Of(Exchange exchange, RegistrationRequest wanted, Generation generation) =>
        (exchange.Caller.FirstNumber(), generation.TakesPhoneNumber, wanted.PhoneNumber) switch
        {
            ({ }, true, { }) => throw CamaraErrors.Error(
                422,
                "UNNECESSARY_IDENTIFIER",
                "The phone number is already identified by the access token. Leave phoneNumber out."),
            ({ } own, _, _) => own,
            (null, true, null) => throw CamaraErrors.Error(
                422,
                "MISSING_IDENTIFIER",
                "The phone number cannot be identified by the access token. Send phoneNumber."),
            _ => throw CamaraErrors.InvalidTokenContext("phone number"),
        };
}
