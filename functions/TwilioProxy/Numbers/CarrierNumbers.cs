using System.Text.Json;
using Microsoft.Extensions.Logging;
using Sessions.Engine;
using Sessions.Http;
using Sessions.Outbox;

namespace Sessions.TwilioProxy;

/// <summary>
/// Numbers as the account's carrier has them: asked for when they are added to a pool, pointed at this service while
/// they are in it, and given back as they were when they leave.
/// </summary>
public sealed partial class CarrierNumbers
{
    private readonly Carriers _carriers;
    private readonly PublicAddress _address;
    private readonly ILogger<CarrierNumbers> _log;

    internal CarrierNumbers(Carriers carriers, PublicAddress address, ILogger<CarrierNumbers> log) =>
        (_carriers, _address, _log) = (carriers, address, log);

    /// <summary>The number to add, as the carrier knows it; null when the account has no carrier.</summary>
    /// <exception cref="RefusedException">
    /// 80301 or 80606: it is not the account's. 20001: SID and digits are two numbers'. 80502: the carrier fails.
    /// </exception>
    internal async ValueTask<CarrierNumber?> Ask(Exchange exchange, NewNumber wanted)
    {
        if (_carriers.Of(exchange.Account.Id) is not { } carrier)
        {
            return null;
        }

        var found = await Try(exchange, async () => wanted.Sid is { } sid
            ? await carrier.NumberBySid(sid, exchange.Aborted) ?? throw ProxyErrors.SidNotOwned()
            : await carrier.NumberByDigits(wanted.Number!, exchange.Aborted) ?? throw ProxyErrors.NumberNotOwned());
        return wanted.Number is null || wanted.Number == found.Digits
            ? found
            : throw ProxyErrors.Invalid("Invalid Sid: the carrier knows it as another PhoneNumber's.");
    }

    /// <summary>What the account keeps of a number that comes into the pool of a Service.</summary>
    /// <param name="before">What it has kept of it so far, or null.</param>
    /// <param name="found">The number as the carrier has it.</param>
    /// <param name="serviceSid">The Service.</param>
    internal OwnedNumber Enter(OwnedNumber? before, CarrierNumber found, string serviceSid) =>
        new(found.Digits, serviceSid)
        {
            CarrierSid = found.Sid,

            // What leads to this service is not how it was before: it was never given back, or not yet.
            Before = IsOurs(found.Routes.SmsUrl) || IsOurs(found.Routes.VoiceUrl) ? before?.Before : found.Routes,
        };

    /// <summary>Has what comes in for a number sent to the Service.</summary>
    /// <exception cref="RefusedException">80502: the carrier does not do it.</exception>
    internal async ValueTask Point(Exchange exchange, CarrierNumber found)
    {
        var routes = NumberRoutes.To(_address.Configured!, exchange.Route("serviceSid"));
        if (found.Routes != routes)
        {
            await Try(exchange, async () =>
            {
                await _carriers.Of(exchange.Account.Id)!.Route(found.Sid, routes, exchange.Aborted);
                return found;
            });
        }
    }

    /// <summary>The events that give a number back which leaves a Service's pool; none when nothing is known to
    /// give.</summary>
    /// <param name="number">The number in the pool.</param>
    /// <param name="owned">What the account keeps of it, or null.</param>
    /// <param name="serviceSid">The Service.</param>
    /// <param name="now">The moment.</param>
    internal IEnumerable<OutboxEvent> GiveBack(
        State<ProxyNumber> number, OwnedNumber? owned, string serviceSid, DateTimeOffset now)
    {
        if (owned is { Before: { } before, CarrierSid: { } sid } && _carriers.Of(number.Account) is { } carrier)
        {
            yield return new()
            {
                Id = $"{number.Id}-given-back",
                Partition = number.Partition,
                Account = number.Account,
                Stream = number.Id,
                Sender = NumberReturn.RelayName,
                Target = carrier.Address,
                Payload = JsonSerializer.SerializeToUtf8Bytes(before, ProxyStorageJson.Default.NumberRoutes),
                Properties = new Dictionary<string, string>
                {
                    [NumberReturn.CarrierSid] = sid,
                    [NumberReturn.ServiceSid] = serviceSid,
                },
                At = now,
            };
        }
    }

    /// <summary>Whether the account has a carrier that numbers are given back to.</summary>
    internal bool Has(string account) => _carriers.Of(account) is not null;

    private bool IsOurs(string url) => url.StartsWith($"{_address.Configured}/v1/Services/", StringComparison.Ordinal);

    private async ValueTask<CarrierNumber> Try(Exchange exchange, Func<ValueTask<CarrierNumber>> call)
    {
        try
        {
            return await call();
        }
        catch (CarrierException failure)
        {
            LogFailed(exchange.Request.HttpContext.TraceIdentifier, exchange.Account.Id, failure.Code);
            throw ProxyErrors.CarrierFailed(failure.Code);
        }
    }

    [LoggerMessage(33, LogLevel.Warning, "Request {RequestId}: the carrier of account {Account} failed, {Code}")]
    private partial void LogFailed(string requestId, string account, string code);
}

/// <summary>
/// Gives numbers back to how they were, as far as they still lead to the Service that they have left: what somebody has
/// changed since is left alone. It reads before it writes, so to do it twice is to do it once.
/// </summary>
internal sealed class NumberReturn(Carriers carriers, NumberRegistry registry, PublicAddress address) : IOutboxRelay
{
    public const string RelayName = "twilio-proxy-number";
    public const string CarrierSid = "carrierSid";
    public const string ServiceSid = "serviceSid";

    /// <inheritdoc/>
    public string Name => RelayName;

    /// <inheritdoc/>
    public async ValueTask<Verdict> Pass(OutboxEvent told, DateTimeOffset now, CancellationToken cancellation)
    {
        var (sid, serviceSid) = (told.Properties[CarrierSid], told.Properties[ServiceSid]);
        if (carriers.Of(told.Account) is not { } carrier)
        {
            return Verdict.Dropped;
        }

        var before = JsonSerializer.Deserialize(told.Payload.Span, ProxyStorageJson.Default.NumberRoutes)!;
        try
        {
            // Another Service that has it gives it back in its turn.
            if (await registry.HolderOf(told.Account, told.Stream, now, cancellation) is ({ } holder, var isSure))
            {
                if (!isSure)
                {
                    return Verdict.Retry;
                }

                await LeadTo(carrier, sid, holder, before, cancellation);
                return Verdict.Dropped;
            }

            await GiveBack(carrier, sid, NumberRoutes.To(address.Configured!, serviceSid), before, cancellation);

            // Whoever has taken it between the question and the deed has it lead to himself all the same.
            if (await registry.HolderOf(told.Account, told.Stream, now, cancellation) is ({ } next, _))
            {
                await carrier.Route(sid, NumberRoutes.To(address.Configured!, next), cancellation);
            }

            return Verdict.Taken;
        }
        catch (CarrierException failure)
        {
            return failure.Kind is CarrierFailure.Refused ? Verdict.GivenUp : Verdict.Retry;
        }
    }

    // An earlier try that the carrier was asked for, and did not answer in time, may have been done after the Service
    // that has the number now had it lead to itself.
    private async ValueTask LeadTo(
        ICarrier carrier, string sid, string holder, NumberRoutes before, CancellationToken cancellation)
    {
        if (await carrier.NumberBySid(sid, cancellation) is { Routes: var routes }
            && (routes.SmsUrl == before.SmsUrl || routes.VoiceUrl == before.VoiceUrl))
        {
            await carrier.Route(sid, NumberRoutes.To(address.Configured!, holder), cancellation);
        }
    }

    private static async ValueTask GiveBack(
        ICarrier carrier, string sid, NumberRoutes ours, NumberRoutes before, CancellationToken cancellation)
    {
        if (await carrier.NumberBySid(sid, cancellation) is not { Routes: var routes })
        {
            return;
        }

        var next = routes;
        if (routes.SmsUrl == ours.SmsUrl)
        {
            next = next with
            {
                SmsUrl = before.SmsUrl,
                SmsMethod = before.SmsMethod,
                SmsApplicationSid = before.SmsApplicationSid,
            };
        }

        if (routes.VoiceUrl == ours.VoiceUrl)
        {
            next = next with
            {
                VoiceUrl = before.VoiceUrl,
                VoiceMethod = before.VoiceMethod,
                VoiceApplicationSid = before.VoiceApplicationSid,
                TrunkSid = before.TrunkSid,
            };
        }

        if (next != routes)
        {
            await carrier.Route(sid, next, cancellation);
        }
    }
}
