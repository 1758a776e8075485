using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sessions.Tests.Support;
using static Sessions.Tests.TwilioProxy.CarrierAnswers;

namespace Sessions.Tests.TwilioProxy;

/// <summary>
/// A carrier on this machine that answers as api.twilio.com does: numbers, messages and calls of one account, Basic,
/// and Twilio's errors. It fails as it is told.
/// </summary>
internal sealed class SimulatedCarrier : IAsyncDisposable
{
    public const string AuthToken = "the-carrier's-auth-token";
    public const string PublicUrl = "https://sessions.example.com";

    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, JsonObject> _numbers = new();
    private readonly List<JsonObject> _messages = [];
    private readonly ConcurrentQueue<(string Path, CarrierFault Fault, int Code)> _faults = new();
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _slow = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _sids;

    private SimulatedCarrier(WebApplication app) => _app = app;

    /// <summary>Where it is, without a final slash.</summary>
    public string Url => _app.Urls.Single();

    /// <summary>The account there.</summary>
    public string AccountSid => TestAccounts.AcmeSid;

    /// <summary>Its clock.</summary>
    public TimeProvider Clock { get; set; } = TimeProvider.System;

    /// <summary>What it was asked: the method and what stands behind the account in the path.</summary>
    public ConcurrentQueue<(string Call, IReadOnlyDictionary<string, string> Form)> Asked { get; } = new();

    /// <summary>The texts that it has taken, in their order.</summary>
    public IReadOnlyList<JsonObject> Messages
    {
        get
        {
            lock (_gate)
            {
                return [.. _messages];
            }
        }
    }

    /// <summary>The settings of an app whose first account has it as its carrier.</summary>
    public void Configure(IHostApplicationBuilder builder, string name = "twilio")
    {
        builder.Configuration["Accounts:0:Carrier:Name"] = name;
        builder.Configuration["Accounts:0:Carrier:BaseUrl"] = Url;
        builder.Configuration["Accounts:0:Carrier:AuthToken"] = AuthToken;
        builder.Configuration["Public:BaseUrl"] = PublicUrl;
    }

    /// <summary>Its webhooks, signed with its own token, for the address by which it knows the service.</summary>
    public CarrierClient ClientOf(SessionsApp app) => new(app, AuthToken, PublicUrl);

    public static async Task<SimulatedCarrier> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var carrier = new SimulatedCarrier(app);
        app.Run(carrier.Answer);
        await app.StartAsync();
        return carrier;
    }

    /// <summary>Has the next request go wrong whose method and path have this in them.</summary>
    public void Fault(string path, CarrierFault fault, int code = 0) => _faults.Enqueue((path, fault, code));

    /// <summary>Has nothing more go wrong.</summary>
    public void NoMoreFaults() => _faults.Clear();

    /// <summary>Lets it go on with what it is slow at.</summary>
    public void GoOn() => _slow.TrySetResult();

    /// <summary>A number that the account has there; gives its SID.</summary>
    public string Own(string digits, params (string Name, string Value)[] more)
    {
        var sid = NewSid("PN");
        var number = new JsonObject
        {
            ["sid"] = sid,
            ["account_sid"] = AccountSid,
            ["phone_number"] = digits,
            ["friendly_name"] = $"number {digits[^4..]}",
            ["capabilities"] = new JsonObject { ["voice"] = true, ["sms"] = true, ["mms"] = true, ["fax"] = false },
            ["sms_url"] = "https://demo.twilio.com/welcome/sms/reply",
            ["sms_method"] = "POST",
            ["sms_application_sid"] = "",
            ["voice_url"] = "https://demo.twilio.com/docs/voice.xml",
            ["voice_method"] = "GET",
            ["voice_application_sid"] = null,
            ["trunk_sid"] = null,
            ["date_created"] = Now(),
            ["date_updated"] = Now(),
        };
        foreach (var (name, value) in more)
        {
            number[name] = value;
        }

        _numbers[sid] = number;
        return sid;
    }

    /// <summary>A number as it is now.</summary>
    public JsonObject Number(string sid) => _numbers[sid];

    /// <summary>Has the account have a short code; gives its SID.</summary>
    public string OwnShortCode(string digits)
    {
        var sid = NewSid("SC");
        _numbers[sid] = new()
        {
            ["sid"] = sid,
            ["account_sid"] = AccountSid,
            ["short_code"] = digits,
            ["sms_url"] = "https://before.example.com/sms",
            ["sms_method"] = "GET",
        };
        return sid;
    }

    /// <summary>Takes a text as if the API had been asked for it.</summary>
    public JsonObject Take(IReadOnlyDictionary<string, string> form, string direction = "outbound-api")
    {
        var message = new JsonObject
        {
            ["sid"] = NewSid("SM"),
            ["account_sid"] = AccountSid,
            ["to"] = form["To"],
            ["from"] = form["From"],
            ["body"] = form.GetValueOrDefault("Body", ""),
            ["num_media"] = form.ContainsKey("MediaUrl") ? "1" : "0",
            ["num_segments"] = "1",
            ["status"] = "queued",
            ["direction"] = direction,
            ["error_code"] = null,
            ["error_message"] = null,
            ["date_created"] = Now(),
            ["date_sent"] = null,
            ["date_updated"] = Now(),
            ["price"] = null,
            ["price_unit"] = "USD",
            ["api_version"] = "2010-04-01",
        };
        message["uri"] = $"/2010-04-01/Accounts/{AccountSid}/Messages/{message["sid"]}.json";
        lock (_gate)
        {
            _messages.Add(message);
        }

        return message;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    /// <summary>A new SID of a kind.</summary>
    public string NewSid(string kind) => $"{kind}{Interlocked.Increment(ref _sids):x32}";

    private string Now() => Clock.GetUtcNow().ToString("r", CultureInfo.InvariantCulture).Replace("GMT", "+0000");

    private async Task Answer(HttpContext context)
    {
        var root = $"/2010-04-01/Accounts/{AccountSid}/";
        var path = context.Request.Path.Value!;
        if (!IsAuthenticated(context.Request))
        {
            await Refuse(context, 401, 20003, "Authenticate");
            return;
        }

        if (!path.StartsWith(root, StringComparison.Ordinal))
        {
            await Refuse(context, 404, 20404, $"The requested resource {path} was not found");
            return;
        }

        var form = context.Request.HasFormContentType
            ? (await context.Request.ReadFormAsync()).ToDictionary(field => field.Key, field => $"{field.Value}")
            : [];
        path = path[root.Length..];
        Asked.Enqueue(($"{context.Request.Method} {path}", form));
        if (_faults.TryPeek(out var next) && $"{context.Request.Method} {path}".Contains(next.Path))
        {
            _faults.TryDequeue(out next);
            await GoWrong(context, path, form, next.Fault, next.Code);
            return;
        }

        await Do(context, path, form);
    }

    private async Task GoWrong(
        HttpContext context, string path, Dictionary<string, string> form, CarrierFault fault, int code)
    {
        if (fault is CarrierFault.LoseAnswer or CarrierFault.FailAfter)
        {
            var answer = context.Response.Body;
            context.Response.Body = new MemoryStream();
            await Do(context, path, form);
            context.Response.Body = answer;
        }

        switch (fault)
        {
            case CarrierFault.LoseAnswer or CarrierFault.LoseRequest:
                context.Abort();
                break;
            case CarrierFault.Slow:
                await _slow.Task;
                await Do(context, path, form);
                break;
            case CarrierFault.TooMany:
                await Refuse(context, 429, 20429, "Too Many Requests");
                break;
            case CarrierFault.Refuse:
                await Refuse(context, 400, code, "The carrier does not do that.");
                break;
            default:
                await Refuse(context, 503, 20503, "Service Unavailable");
                break;
        }
    }

    private Task Do(HttpContext context, string path, Dictionary<string, string> form) =>
        (context.Request.Method, path.Split('/')) switch
        {
            ("POST", ["Messages.json"]) => Show(context, 201, Take(form)),
            ("GET", ["Messages.json"]) => Show(context, 200, List(context, "messages", Matching(context.Request))),
            ("GET", ["Messages", var sid]) =>
                Found(context, Messages.FirstOrDefault(one => $"{one["sid"]}.json" == sid)),
            ("GET", ["IncomingPhoneNumbers.json"]) => Show(
                context, 200, List(context, "incoming_phone_numbers", Numbers(context.Request))),
            ("GET", ["IncomingPhoneNumbers", var sid]) => Found(context, _numbers.GetValueOrDefault(sid[..^5])),
            ("POST", ["IncomingPhoneNumbers", var sid]) => Found(context, Changed(sid[..^5], form)),
            ("GET", ["SMS", "ShortCodes", var sid]) => Found(context, _numbers.GetValueOrDefault(sid[..^5])),
            ("POST", ["SMS", "ShortCodes", var sid]) => Found(context, Changed(sid[..^5], form)),
            ("POST", ["Calls", var sid]) => Show(context, 200, new()
            {
                ["sid"] = sid[..^5],
                ["account_sid"] = AccountSid,
                ["status"] = form.GetValueOrDefault("Status", "in-progress"),
            }),
            _ => Refuse(context, 404, 20404, $"The requested resource {path} was not found"),
        };

    private IEnumerable<JsonObject> Matching(HttpRequest request) => Messages
        .Where(one => IsAsked(request, "To", one["to"]) && IsAsked(request, "From", one["from"]))
        .Reverse();

    private IEnumerable<JsonObject> Numbers(HttpRequest request) =>
        _numbers.Values.Where(one => IsAsked(request, "PhoneNumber", one["phone_number"]));

    private static bool IsAsked(HttpRequest request, string name, JsonNode? value) =>
        request.Query[name] is not [{ Length: > 0 } wanted] || wanted == value?.ToString();

    private JsonObject? Changed(string sid, Dictionary<string, string> form)
    {
        if (!_numbers.TryGetValue(sid, out var number))
        {
            return null;
        }

        foreach (var (name, value) in form)
        {
            number[string.Concat(name.Select((letter, at) =>
                char.IsUpper(letter) ? $"{(at > 0 ? "_" : "")}{char.ToLowerInvariant(letter)}" : $"{letter}"))] = value;
        }

        return number;
    }

    private bool IsAuthenticated(HttpRequest request) =>
        AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var header)
        && header.Parameter is { } pair
        && Encoding.UTF8.GetString(Convert.FromBase64String(pair)) == $"{AccountSid}:{AuthToken}";
}
