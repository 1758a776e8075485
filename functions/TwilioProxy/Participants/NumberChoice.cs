using Sessions.Engine;
using Sessions.Http;
using Sessions.Storage;

namespace Sessions.TwilioProxy;

/// <summary>
/// Gives participants their proxy numbers. What it needs of the store was read before, so it can be asked again when
/// others were faster.
/// </summary>
/// <param name="service">The Service, with its rules for numbers.</param>
/// <param name="pool">Its free numbers.</param>
/// <param name="asked">The numbers that were asked for, by the participant's identifier.</param>
/// <param name="refused">Why a participant can have no number at all, by its identifier.</param>
/// <param name="last">The numbers of earlier Sessions, to avoid, by the participant's identifier.</param>
/// <param name="uses">Which numbers open Sessions use; null when none is to be chosen.</param>
/// <param name="taken">The pairs known to be taken.</param>
internal sealed class NumberChoice(
    ProxyService service,
    NumberPool pool,
    IReadOnlyDictionary<string, ProxyAddress> asked,
    IReadOnlyDictionary<string, RefusedException> refused,
    IReadOnlyDictionary<string, string> last,
    NumberUses? uses,
    TakenPairs taken)
{
    /// <summary>The proxy address for a participant.</summary>
    /// <param name="wanted">The participant.</param>
    /// <param name="mode">The Session's mode.</param>
    /// <param name="seed">What makes this choice another than the one before, when numbers should change.</param>
    /// <exception cref="RefusedException">80201 to 80208, 80301, 80306, 80402, 80604 to 80606 or 80623.</exception>
    public ProxyAddress For(NewParticipant wanted, string mode, string seed) =>
        wanted.IsInChat && service.ChatInstanceSid is null ? throw ProxyErrors.NoChat()
            : refused.TryGetValue(wanted.Identifier.Text, out var refusal) ? throw refusal
            : asked.TryGetValue(wanted.Identifier.Text, out var address)
            ? Asked(wanted.Identifier.Text, address, mode)
            : Chosen(wanted.Identifier, mode, seed);

    private ProxyAddress Asked(string identifier, ProxyAddress address, string mode)
    {
        if (address.Text == identifier)
        {
            throw ProxyErrors.PairInvalid();
        }

        if (address.Carries is { } carries && !carries.MayServe(mode))
        {
            throw carries.Voice || mode == SessionMode.MessageOnly
                ? ProxyErrors.NoNumberForMessages()
                : ProxyErrors.NoNumberForVoice();
        }

        taken.RequireFree(address.Text, identifier);
        return address;
    }

    // While there are numbers that no other open Session uses, none is given out that one does: who calls it could
    // reach two. A number that this identifier alone has is in its way by its pair, if it is.
    private ProxyAddress Chosen(Address identifier, string mode, string seed)
    {
        var near = Able(Near(identifier), mode);
        var order = PoolNumber.HashOf(service.AvoidsSticky ? $"{identifier.Text}\n{seed}" : identifier.Text);
        var (before, own) = (last.GetValueOrDefault(identifier.Text), ClaimKind.HashOf(identifier.Text));
        var chosen = near
            .Where(number => !taken.Has(identifier.Meets(number.Text), identifier.Text))
            .OrderBy(number => uses?.HasOthers(number.Sid, own))
            .ThenBy(number => identifier.Meets(number.Text) == before)
            .ThenByDescending(number => number.RankFor(order))
            .FirstOrDefault();
        if (chosen is null)
        {
            throw ProxyErrors.AllNumbersInUse();
        }

        // For those who choose at this moment. Asked again, the same participant has no other user in its way for it.
        uses?.Add(chosen.Sid, own);
        return ProxyAddress.Of(identifier, chosen);
    }

    private static List<PoolNumber> Able(List<PoolNumber> near, string mode)
    {
        var able = near.FindAll(number => number.Carries.Serves(mode));
        return able.Count > 0 ? able
            : mode != SessionMode.MessageOnly && !near.Exists(number => number.Carries.Voice)
                ? throw ProxyErrors.NoNumberForVoice()
            : throw ProxyErrors.NoNumberForMessages();
    }

    private List<PoolNumber> Near(Address identifier)
    {
        var place = identifier.Place;
        var country = place is null ? pool.Free : pool.In(place.Market);
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
/// <param name="Carries">What it can carry; null when that is a channel's affair.</param>
internal sealed record ProxyAddress(string Text, string? Sid, Carries? Carries)
{
    public static ProxyAddress Of(Address identifier, PoolNumber number) =>
        new(identifier.Meets(number.Text), number.Sid, number.Carries);
}

/// <summary>Reads what is needed to give participants their numbers.</summary>
public sealed class NumberChoices(
    Reader reader, NumberPools pools, NumberRegistry registry, LastNumberKind lastNumbers, ClaimReader claims)
{
    /// <summary>
    /// The choice for these participants; null when there are none. It refuses not before it is asked, as a Session's
    /// own errors come first.
    /// </summary>
    internal async ValueTask<NumberChoice?> Prepare(
        Exchange exchange,
        State<ProxyService> service,
        IReadOnlyList<NewParticipant> wanted,
        TakenPairs taken,
        DateTimeOffset now)
    {
        if (wanted is [])
        {
            return null;
        }

        var pool = await pools.Read(exchange);
        var asked = new Dictionary<string, ProxyAddress>(StringComparer.Ordinal);
        var refused = new Dictionary<string, RefusedException>(StringComparer.Ordinal);
        var last = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var participant in wanted)
        {
            var identifier = participant.Identifier.Text;
            try
            {
                if (await Asked(exchange, participant) is { } address)
                {
                    asked[identifier] = address;
                }
                else if (pool.Free.Count == 0)
                {
                    refused[identifier] = await WhyNone(exchange);
                }
                else if (service.Body.AvoidsSticky && await LastOf(exchange, identifier, now) is { } number)
                {
                    last[identifier] = number;
                }
            }
            catch (RefusedException refusal)
            {
                refused[identifier] = refusal;
            }
        }

        // One of one number is no choice.
        var uses = pool.Free.Count > 1 && asked.Count + refused.Count < wanted.Count
            ? await claims.RecentUses(ProxyReader.PartitionOf(exchange), now, exchange.Aborted)
            : null;
        return new(service.Body, pool, asked, refused, last, uses, taken);
    }

    private async ValueTask<RefusedException> WhyNone(Exchange exchange) =>
        await pools.HasReserved(exchange) ? ProxyErrors.OnlyReservedNumbers() : ProxyErrors.NoNumbers();

    private async ValueTask<string?> LastOf(Exchange exchange, string identifier, DateTimeOffset now)
    {
        var id = LastNumberKind.IdOf(identifier);
        var last = await reader.Find(lastNumbers, ProxyReader.PartitionOf(exchange), id, now, exchange.Aborted);
        return last?.Body.Number;
    }

    // Null when it asks for none by name.
    private async ValueTask<ProxyAddress?> Asked(Exchange exchange, NewParticipant wanted)
    {
        if (wanted.ProxyIdentifierSid is not { } sid)
        {
            return wanted.ProxyIdentifier is { } text ? await Asked(exchange, wanted.Identifier, text) : null;
        }

        var number = await pools.Find(exchange, sid) ?? throw await WhyNot(exchange, sid);
        var address = ProxyAddress.Of(wanted.Identifier, number);
        return wanted.ProxyIdentifier is null || wanted.ProxyIdentifier == address.Text
            ? address
            : throw ProxyErrors.Invalid("Invalid ProxyIdentifierSid: it is the SID of another ProxyIdentifier.");
    }

    // A channel's own address, such as a page that people write to, is in no pool of numbers; it is taken as it is.
    private async ValueTask<ProxyAddress> Asked(Exchange exchange, Address identifier, string text)
    {
        if (Address.IsChat(text))
        {
            return new(text, null, Carries: null);
        }

        var own = identifier is { Channel: { } channel, IsChatChannel: false }
            && text.StartsWith($"{channel}:", StringComparison.Ordinal);
        var digits = own ? text[(identifier.Channel!.Length + 1)..] : text;
        var number = await pools.Find(exchange, digits);
        return number is not null ? ProxyAddress.Of(identifier, number)
            : own && digits.Length > 0 && E164.Parse(digits) is null ? new(text, null, Carries: null)
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

/// <summary>The number that an identifier had in its last Session.</summary>
/// <param name="Number">The number, as the participant reached it.</param>
public sealed record LastNumber(string Number);

/// <summary>
/// Remembers the last numbers of identifiers, in Services that avoid to give them again. Only those pay a read for it:
/// a Service that prefers the same number needs no memory, since its order of numbers is the same every time.
/// </summary>
public sealed class LastNumberKind(ProxySettings settings)
    : Kind<LastNumber>(KindName, () => ProxyStorageJson.Default.LastNumber)
{
    /// <summary>The kind, as documents carry it.</summary>
    internal const string KindName = "twilio-proxy/last-number";

    /// <summary>The id of what is remembered of an identifier.</summary>
    internal static string IdOf(string identifier) => $"last:{ClaimKind.HashOf(identifier)}";

    /// <summary>The writes that remember numbers which were given, for as long as a closed Session is kept.</summary>
    internal IEnumerable<Write> Remember(
        State<ProxyService> service, string partition, IEnumerable<Participant> given, DateTimeOffset now) =>
        service.Body.AvoidsSticky
            ? given.Select(participant => Remember(service.Account, partition, participant, now))
            : [];

    private Write.Put Remember(string account, string partition, Participant participant, DateTimeOffset now)
    {
        var last = New(account, partition, IdOf(participant.Identifier), new(participant.ProxyIdentifier), now);
        return new Write.Put((last with { PurgeAt = now + settings.Retention }).Seal(now));
    }
}
