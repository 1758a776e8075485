using Sessions.Http;

namespace Sessions.TwilioProxy;

/// <summary>Finds the numbers that participants ask for by name.</summary>
public sealed class AskedNumbers(NumberPools pools, NumberRegistry registry)
{
    /// <summary>The address that a participant asks for, or null when it asks for none.</summary>
    /// <exception cref="RefusedException">80301, 80605 or 80606: the Service does not have it.</exception>
    internal async ValueTask<ProxyAddress?> Find(Exchange exchange, string serviceSid, NewParticipant wanted)
    {
        if (wanted.ProxyIdentifierSid is not { } sid)
        {
            return wanted.ProxyIdentifier is { } text
                ? await Find(exchange, serviceSid, wanted.Identifier, text) : null;
        }

        var number = await pools.Find(exchange, serviceSid, sid) ?? throw await WhyNot(exchange, sid);
        var address = ProxyAddress.Of(wanted.Identifier, number);
        return wanted.ProxyIdentifier is null || wanted.ProxyIdentifier == address.Text
            ? address
            : throw ProxyErrors.Invalid("Invalid ProxyIdentifierSid: it is the SID of another ProxyIdentifier.");
    }

    // A channel's own address, such as a page that people write to, is in no pool of numbers; it is taken as it is.
    private async ValueTask<ProxyAddress> Find(Exchange exchange, string serviceSid, Address identifier, string text)
    {
        var own = identifier.Channel is { } channel && text.StartsWith($"{channel}:", StringComparison.Ordinal);
        var digits = own ? text[(identifier.Channel!.Length + 1)..] : text;
        var number = await pools.Find(exchange, serviceSid, digits);
        return number is not null ? ProxyAddress.Of(identifier, number)
            : own && digits.Length > 0 && E164.Parse(digits) is null ? new(text, null, IsShortCode: false)
            : throw await WhyNot(exchange, digits);
    }

    private async ValueTask<RefusedException> WhyNot(Exchange exchange, string name)
    {
        var isSid = Sids.Is(Sids.PhoneNumber, name) || Sids.Is(Sids.ShortCode, name);
        var owned = isSid ? await registry.BySid(exchange, name) : await registry.ByNumber(exchange, name);
        return owned is not null ? ProxyErrors.NumberNotInService()
            : isSid ? ProxyErrors.SidNotOwned()
            : ProxyErrors.NumberNotOwned();
    }
}
