using Sessions.Http;

namespace Sessions.TwilioProxy;

/// <summary>
/// Gives participants their proxy numbers. Pure: what it needs of the store was read before, so it can be asked again
/// when others were faster.
/// </summary>
/// <param name="service">The Service, with its rules for numbers.</param>
/// <param name="pool">Its free numbers.</param>
/// <param name="asked">The numbers that were asked for, by the participant's identifier.</param>
/// <param name="refused">Why a participant can have no number at all, by its identifier.</param>
/// <param name="last">The numbers of earlier Sessions, to avoid, by the participant's identifier.</param>
/// <param name="taken">The pairs known to be taken.</param>
internal sealed class NumberChoice(
    ProxyService service,
    NumberPool pool,
    IReadOnlyDictionary<string, ProxyAddress> asked,
    IReadOnlyDictionary<string, RefusedException> refused,
    IReadOnlyDictionary<string, string> last,
    TakenPairs taken)
{
    /// <summary>The proxy address for a participant.</summary>
    /// <param name="wanted">The participant.</param>
    /// <param name="mode">The Session's mode.</param>
    /// <param name="seed">What makes this choice another than the one before, when numbers should change.</param>
    /// <exception cref="RefusedException">80201 to 80208, 80301, 80402, 80604 to 80606 or 80623.</exception>
    public ProxyAddress For(NewParticipant wanted, string mode, string seed) =>
        refused.TryGetValue(wanted.Identifier.Text, out var refusal) ? throw refusal
            : asked.TryGetValue(wanted.Identifier.Text, out var address)
            ? Asked(wanted.Identifier.Text, address, mode)
            : Chosen(wanted.Identifier, seed);

    private ProxyAddress Asked(string identifier, ProxyAddress address, string mode)
    {
        if (address.Text == identifier)
        {
            throw ProxyErrors.PairInvalid();
        }

        if (address.IsShortCode && mode == SessionMode.VoiceOnly)
        {
            throw ProxyErrors.NoNumberForVoice();
        }

        taken.RequireFree(address.Text, identifier);
        return address;
    }

    private ProxyAddress Chosen(Address identifier, string seed)
    {
        var near = Near(identifier);
        var order = PoolNumber.HashOf(service.AvoidsSticky ? $"{identifier.Text}\n{seed}" : identifier.Text);
        var before = last.GetValueOrDefault(identifier.Text);
        var chosen = near
            .Where(number => !taken.Has(identifier.Meets(number.Text), identifier.Text))
            .OrderBy(number => identifier.Meets(number.Text) == before)
            .ThenByDescending(number => number.RankFor(order))
            .FirstOrDefault();
        return chosen is null
            ? throw ProxyErrors.AllNumbersInUse()
            : ProxyAddress.Of(identifier, chosen);
    }

    private List<PoolNumber> Near(Address identifier)
    {
        var place = identifier.Place;
        var country = place is null ? pool.Free : pool.In(place.Country);
        if (!country.Any())
        {
            throw ProxyErrors.NoNumberInCountry();
        }

        var near = country
            .Where(number => number.Text != place?.Text && GeoMatch.Suits(service.GeoMatchLevel, place, number.Place!))
            .ToList();
        return near.Count > 0 ? near : throw ProxyErrors.NoNumber();
    }
}

/// <summary>Where a participant reaches its partner.</summary>
/// <param name="Text">The number, under the participant's channel.</param>
/// <param name="Sid">The number's SID, or null when it is in no pool.</param>
/// <param name="IsShortCode">Whether it takes messages only.</param>
internal sealed record ProxyAddress(string Text, string? Sid, bool IsShortCode)
{
    public static ProxyAddress Of(Address identifier, PoolNumber number) =>
        new(identifier.Meets(number.Text), number.Sid, number.IsShortCode);
}
