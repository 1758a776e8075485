using Microsoft.AspNetCore.Http;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Http.Accounts;
using Sessions.Storage;

namespace Sessions.CamaraWebRtc;

/// <summary>What can be done with registrations. Source: webrtc-registration.yaml</summary>
public sealed class Registrations(
    RegistrationKind kind, OwnThings own, RegisteredNumbers numbers, Reader reader, Changes changes)
{
    // More than can live at once: those that ran out may still be there for a minute.
    private const int ListSize = 100;

    /// <summary>A live registration of the caller's, by its id; else null.</summary>
    internal async ValueTask<State<Registration>?> FindLive(Exchange exchange, string id, DateTimeOffset now) =>
        await own.Find(kind, exchange, id, now) is { Lifetime.Open: true } live ? live : null;

    /// <summary>The live registrations of a device, of the caller's first numbers.</summary>
    internal async ValueTask<IReadOnlyList<State<Registration>>> LiveOfDevice(Exchange exchange, string deviceId)
    {
        List<State<Registration>> found = [];
        foreach (var partition in OwnThings.Partitions(exchange).Take(RegistrationRules.MaxPerNumber))
        {
            if (await LiveOf(partition, deviceId, exchange.Now, exchange.Aborted) is { } live)
            {
                found.Add(live);
            }
        }

        return found;
    }

    /// <summary>The live registration of a device for a number; else null.</summary>
    internal async ValueTask<State<Registration>?> LiveOf(
        string partition, string deviceId, DateTimeOffset now, CancellationToken cancellation) =>
        await reader.FindByKey(kind, partition, RegistrationKind.KeyOf(deviceId), now, cancellation)
            is { Lifetime.Open: true } live
            ? live
            : null;

    /// <summary>All that are stored of a number, ended ones too.</summary>
    internal ValueTask<IReadOnlyList<State<Registration>>> Of(
        string partition, DateTimeOffset now, CancellationToken cancellation) =>
        reader.List(kind, new ListQuery(partition, kind.Name, ListSize), now, cancellation);

    /// <summary>Registers a device for a number, or refreshes it where the generation does that.</summary>
    /// <exception cref="RefusedException">ALREADY_EXISTS, MAX_REGISTRATION_PER_MSISDN.</exception>
    internal async ValueTask<State<Registration>> Register(
        Exchange exchange, Generation generation, Registration device, DateTimeOffset? expireTime)
    {
        // First, since it could not be found again without.
        await numbers.Keep(exchange, device.PhoneNumber);
        var partition = Partitions.OfParty(exchange.Account.Id, device.PhoneNumber);
        var subject = new Subject<IReadOnlyList<State<Registration>>, Registration>(
            kind, partition, now => Of(partition, now, exchange.Aborted))
        {
            // Those of one number wait for each other, since they are counted.
            Lane = kind.Name,
        };
        return await changes.Change(await exchange.Command(), subject, (all, now) => RegistrationRules.Register(
            all,
            kind.New(
                exchange.Account.Id,
                partition,
                own.NewId(partition),
                device,
                RegistrationRules.Start(expireTime, now)),
            generation.RefusesRepeatedRegistration,
            expireTime,
            now));
    }

    /// <summary>Refreshes a live registration.</summary>
    /// <exception cref="RefusedException">NOT_FOUND: the caller has none of this id.</exception>
    internal async ValueTask<State<Registration>> Refresh(Exchange exchange, string id, DateTimeOffset? expireTime)
    {
        var place = await own.PlaceOf(kind, exchange, id);
        var refreshed = await changes.Change(await exchange.Command(), place, (found, now) =>
            RegistrationRules.Refresh(Live(found), expireTime, now));
        await numbers.Keep(exchange, refreshed.Body.PhoneNumber);
        return refreshed;
    }

    /// <summary>Ends a live registration.</summary>
    /// <exception cref="RefusedException">NOT_FOUND: the caller has none of this id.</exception>
    internal async ValueTask End(Exchange exchange, string id) =>
        await changes.Remove(await exchange.Command(), await own.PlaceOf(kind, exchange, id), (found, now) =>
            RegistrationRules.Delete(Live(found), now));

    private static State<Registration> Live(State<Registration>? found) =>
        found is { Lifetime.Open: true } live ? live : throw CamaraErrors.NotFound();
}

/// <summary>A number that a caller without numbers of its own has registered.</summary>
/// <param name="PhoneNumber">The number, in E.164.</param>
public sealed record RegisteredNumber(string PhoneNumber);

/// <summary>How such numbers are stored, in a partition of their caller: as long as a registration may live.</summary>
public sealed class RegisteredNumberKind() : Kind<RegisteredNumber>(
    "camara-webrtc/registered-number", () => CamaraStorageJson.Default.RegisteredNumber);

/// <summary>
/// Who has a token of two legs, which names no subscriber, speaks for the numbers that it has registered, as long as a
/// registration of them may live.
/// </summary>
public sealed class RegisteredNumbers(RegisteredNumberKind kind, Reader reader, Changes changes)
{
    private const int Most = 100;

    /// <summary>Whether the token of a request names no subscriber.</summary>
    internal static bool IsTwoLegged(Exchange exchange) =>
        exchange.Request.HttpContext.Features.Get<TwoLegged>() is not null;

    /// <summary>The caller of a request, with the numbers that it speaks for.</summary>
    /// <exception cref="StoreFaultException">The store failed.</exception>
    internal async ValueTask<Caller> Of(Caller caller, HttpRequest request, DateTimeOffset now)
    {
        if (caller.PhoneNumbers is not [])
        {
            return caller;
        }

        request.HttpContext.Features.Set(new TwoLegged());
        var partition = Partitions.OfClient(caller);
        var numbers = await reader.List(
            kind, new ListQuery(partition, kind.Name, Most), now, request.HttpContext.RequestAborted);
        return caller with { PhoneNumbers = [.. numbers.Select(number => number.Body.PhoneNumber)] };
    }

    /// <summary>Keeps in mind that the caller has registered a number, when its token does not say so.</summary>
    /// <exception cref="StoreFaultException">The store failed.</exception>
    internal async ValueTask Keep(Exchange exchange, string number)
    {
        if (!IsTwoLegged(exchange))
        {
            return;
        }

        var (partition, id) = (Partitions.OfClient(exchange.Caller), Partitions.Digest(number));
        var command = new Command(exchange.Now, exchange.Aborted);
        await changes.Change(command, kind.At(partition, id), (found, now) => Decision.To(
            (found ?? kind.New(exchange.Account.Id, partition, id, new(number), now)) with
            {
                PurgeAt = now + RegistrationRules.Longest,
            }));
    }

    private sealed record TwoLegged;
}

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
