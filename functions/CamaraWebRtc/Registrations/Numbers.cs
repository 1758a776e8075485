using Sessions.Http;
using Sessions.Http.Accounts;

namespace Sessions.CamaraWebRtc;

/// <summary>Which number a registration is for.</summary>
internal static class Numbers
{
    /// <summary>
    /// The token's first, or the one of several that is asked for. A token that names no subscriber names the one that
    /// it wants where the generation knows of such, and must be allowed to.
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
            (false, _, { } number) when HasSeveral(exchange.Caller) =>
                exchange.Caller.Is(Checked(number)) ? number : throw CamaraErrors.InvalidTokenContext("phone number"),
            (false, true, { }) => throw CamaraErrors.Error(
                422,
                "UNNECESSARY_IDENTIFIER",
                "The phone number is already identified by the access token. Leave phoneNumber out."),
            (false, _, _) when exchange.Caller.FirstNumber() is { } own => own,
            _ => throw CamaraErrors.InvalidTokenContext("phone number"),
        };
    }

    private static bool HasSeveral(Caller caller) =>
        caller.Parties().Where(party => Party.IsNumber(party)).Distinct().Skip(1).Any();

    private static string Allowed(Exchange exchange, string number)
    {
        exchange.Require(Scopes.RegisterNumber(Checked(number)));
        return number;
    }

    private static string Checked(string number) => Party.IsNumber(number)
        ? number
        : throw CamaraErrors.Invalid("phoneNumber is no number. Send + and 5 to 15 digits.");
}
