using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Sessions.Http;
using Sessions.Http.Accounts;
using Sessions.Http.Bodies;

namespace Sessions.TwilioProxy;

/// <summary>
/// What a carrier calls for the numbers of a Service: Twilio's own form in, signed; TwiML out.
/// </summary>
public sealed class InboundFunctions(InboundSurface surface, ProxyReader reader, InboundTraffic traffic)
{
    /// <summary>Takes a message to a proxy number.</summary>
    [Function("TwilioProxy_ReceiveMessage")]
    public Task<IResult> Message(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "post", "get", "head",
            Route = "v1/Services/{serviceSid}/Inbound/Message")]
        HttpRequest request) =>
        Take(request, Contact.Message);

    /// <summary>Takes a call to a proxy number.</summary>
    [Function("TwilioProxy_ReceiveVoice")]
    public Task<IResult> Voice(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "post", "get", "head",
            Route = "v1/Services/{serviceSid}/Inbound/Voice")]
        HttpRequest request) =>
        Take(request, Contact.Voice);

    /// <summary>Takes a message to a proxy number, at the path that webhooks.twilio.com has for it.</summary>
    [Function("TwilioProxy_ReceiveMessageWebhook")]
    public Task<IResult> MessageWebhook(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "post", "get", "head",
            Route = "v1/Accounts/{accountSid}/Proxy/{serviceSid}/Webhooks/Message")]
        HttpRequest request) =>
        Take(request, Contact.Message);

    /// <summary>Takes a call to a proxy number, at the path that applications redirect live calls to.</summary>
    [Function("TwilioProxy_ReceiveCallWebhook")]
    public Task<IResult> CallWebhook(
        [HttpTrigger(
            AuthorizationLevel.Anonymous, "post", "get", "head",
            Route = "v1/Accounts/{accountSid}/Proxy/{serviceSid}/Webhooks/Call")]
        HttpRequest request) =>
        Take(request, Contact.Voice);

    private Task<IResult> Take(HttpRequest request, Func<Form, Contact> read) =>
        surface.Run(request, async exchange =>
        {
            RequireOwnAccount(exchange);
            var service = await reader.Service(exchange);
            return await traffic.Receive(exchange, service, read(await InboundSurface.Fields(exchange)));
        });

    private static void RequireOwnAccount(Exchange exchange)
    {
        if (exchange.Request.RouteValues["accountSid"] is string sid && sid != exchange.Account.Sid)
        {
            throw ProxyErrors.NotFound($"/Accounts/{sid}/Proxy/{exchange.Route("serviceSid")}");
        }
    }
}

/// <summary>
/// The webhooks that a carrier calls for the numbers of a Service. They carry no credentials but a signature, made with
/// the key of the account that owns the Service, or of its carrier; refusals look like the others of Proxy.
/// </summary>
public sealed class InboundSurface(
    RequestPipeline pipeline,
    ProxySurface proxy,
    Credentials credentials,
    CarrierSignatures signatures,
    PublicAddress address) : ISurface
{
    /// <inheritdoc/>
    public string Name => proxy.Name;

    /// <inheritdoc/>
    public int BodyLimit => proxy.BodyLimit;

    /// <inheritdoc/>
    public bool Owns(PathString path) => false;

    /// <summary>Runs one of the webhooks: a signature is all that a carrier needs.</summary>
    public Task<IResult> Run(HttpRequest request, Func<Exchange, ValueTask<IResult>> handle) =>
        pipeline.Run(this, request, scope: null, handle);

    /// <summary>What a carrier sends: in the body, or by GET in the address.</summary>
    /// <exception cref="RefusedException">It is no form, or not readable.</exception>
    internal static ValueTask<Form> Fields(Exchange exchange) =>
        IsInAddress(exchange.Request) ? ValueTask.FromResult(FormInAddress(exchange.Request)) : exchange.Form();

    /// <inheritdoc/>
    public async ValueTask<Caller> Authenticate(HttpRequest request, DateTimeOffset now)
    {
        var body = await RequestBody.Read(request, BodyLimit, request.HttpContext.RequestAborted);
        request.Body = new MemoryStream(body);
        var form = Form.Parse(body);
        var named = (IsInAddress(request) ? FormInAddress(request) : form).All("AccountSid");
        var signer = credentials.Accounts
            .OrderByDescending(account => named is [var sid] && sid == account.Sid)
            .FirstOrDefault(account => IsSignedBy(account, request, form));
        return signer is null ? throw ProxyErrors.SignatureInvalid()
            : request.Headers.ContainsKey(CallbackSender.HopHeader) ? throw ProxyErrors.CallbackToProxy()
            : new(signer);
    }

    /// <inheritdoc/>
    public IResult Refuse(HttpRequest request, Refusal refusal) => proxy.Refuse(request, refusal);

    private static bool IsInAddress(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);

    private static Form FormInAddress(HttpRequest request) =>
        Form.Parse(Encoding.UTF8.GetBytes(request.QueryString.Value?.TrimStart('?') ?? ""));

    private bool IsSignedBy(Account account, HttpRequest request, Form form)
    {
        var (header, key) = signatures.Of(account);
        var signature = request.Headers[header].ToString();
        return signature.Length > 0
            && Urls(request).Any(url => TwilioSignature.Matches(signature, key, url, form));
    }

    // Twilio signs the address as it was configured, so the port that belongs to the scheme may be in it or not.
    private IEnumerable<string> Urls(HttpRequest request)
    {
        var origin = address.Of(request);
        var rest = $"{request.PathBase}{request.Path}{request.QueryString}";
        yield return origin + rest;
        if (Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.IsDefaultPort)
        {
            var port = $":{uri.Port}";
            var hasPort = origin.EndsWith(port, StringComparison.Ordinal);
            yield return (hasPort ? origin[..^port.Length] : origin + port) + rest;
        }
    }
}
