using Sessions.Http;

namespace Sessions.CamaraWebRtc;

/// <summary>Which number a registration is for.</summary>
internal static class Numbers
{
    /// <summary>
    /// The token's first. A token that names no subscriber names the one that it wants where the generation knows of
    /// such, and must be allowed to.
    /// </summary>
    /// <exception cref="RefusedException">
    /// UNNECESSARY_IDENTIFIER, MISSING_IDENTIFIER, INVALID_TOKEN_CONTEXT, PERMISSION_DENIED, or INVALID_ARGUMENT for
    /// what is no number.
    /// </exception>
    public static string Of(Exchange exchange, RegistrationRequest wanted, Generation generation)
    {
        var isTwoLegged = RegisteredNumbers.IsTwoLegged(exchange);
        return (isTwoLegged, generation.TakesPhoneNumber, wanted.PhoneNumber) switch
        {
            (true, true, { } number) => Allowed(exchange, number),
            (true, true, null) => throw CamaraErrors.Error(
                422,
                "MISSING_IDENTIFIER",
                "The phone number cannot be identified by the access token. Send phoneNumber."),
            (false, true, { }) => throw CamaraErrors.Error(
                422,
                "UNNECESSARY_IDENTIFIER",
                "The phone number is already identified by the access token. Leave phoneNumber out."),
            (false, _, _) when exchange.Caller.FirstNumber() is { } own => own,
            _ => throw CamaraErrors.InvalidTokenContext("phone number"),
        };
    }

    private static string Allowed(Exchange exchange, string number)
    {
        if (!Party.IsNumber(number))
        {
            throw CamaraErrors.Invalid("phoneNumber is no number. Send + and 5 to 15 digits.");
        }

        exchange.Require(Scopes.RegisterNumber(number));
        return number;
    }
}
