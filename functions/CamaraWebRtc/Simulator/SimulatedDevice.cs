using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;

namespace Sessions.CamaraWebRtc.Simulator;

/// <summary>
/// A device of a simulated number: a client of the API as any other, that registers, reads its invitations as a stream
/// and takes the calls where its number takes them.
/// </summary>
/// <param name="http">The way to the service.</param>
/// <param name="number">The number.</param>
/// <param name="deviceId">The device's own id.</param>
/// <param name="token">The bearer token of the number's subscriber.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of what goes wrong.</param>
internal sealed partial class SimulatedDevice(
    HttpClient http, SimulatedNumber number, Guid deviceId, string token, TimeProvider time, ILogger logger)
{
    private const string Calls = "webrtc/sessions";
    private const string Registrations = "webrtc-registration/v0.3/sessions";
    private const string Subscriptions = "webrtc-events/v0.2/subscriptions";

    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(2);

    private string _last = "0";
    private string? _registration;

    /// <summary>Takes calls until it is told to stop.</summary>
    public async Task Run(CancellationToken stop)
    {
        string? subscription = null;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                // Registers anew whenever a stream has ended, which is well before the registration does.
                _registration = await Register(stop);
                subscription ??= await Subscription(_registration, stop);
                subscription = await TakeCalls(subscription, stop) ? subscription : null;
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failed) when (failed is HttpRequestException or IOException or OperationCanceledException)
            {
                Lost(logger, failed, number.Number);
                subscription = null;
                await Task.Delay(_pause, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task<string> Register(CancellationToken stop)
    {
        var asked = new JsonObject { ["deviceId"] = deviceId.ToString("D") };
        return Member(await Send(HttpMethod.Post, Registrations, asked, stop), "registrationId");
    }

    // One that a run before has left is good: a number may have so many only.
    private async Task<string> Subscription(string registration, CancellationToken stop)
    {
        var all = await Send(HttpMethod.Get, Subscriptions, null, stop);
        if (all!.AsArray().FirstOrDefault(IsOurs) is { } found)
        {
            return Member(found, "id");
        }

        var made = await Send(
            HttpMethod.Post,
            Subscriptions,
            new JsonObject
            {
                ["protocol"] = "HTTP",
                ["types"] = new JsonArray(EventTypes.SessionInvitation),
                ["config"] = new JsonObject
                {
                    ["subscriptionDetail"] = new JsonObject { ["registrationId"] = registration },
                },
            },
            stop);
        return Member(made, "id");
    }

    private bool IsOurs(JsonNode? subscription) =>
        subscription?["sink"] is null
        && (string?)subscription?["config"]?["subscriptionDetail"]?["deviceId"] == deviceId.ToString("D");

    /// <summary>Reads invitations until the stream ends; false when the subscription has ended with it.</summary>
    private async Task<bool> TakeCalls(string subscription, CancellationToken stop)
    {
        using var request = Request(HttpMethod.Get, $"{Subscriptions}/{subscription}/events", null);
        request.Headers.Add("Last-Event-ID", _last);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
        response.EnsureSuccessStatusCode();
        if (response.StatusCode is System.Net.HttpStatusCode.NoContent)
        {
            return false;
        }

        await using var stream = await response.Content.ReadAsStreamAsync(stop);
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(stop))
        {
            _last = item.EventId ?? _last;
            if (JsonNode.Parse(item.Data) is { } told && (string?)told["type"] == EventTypes.SessionInvitation)
            {
                _ = Take(told["data"]!, stop);
            }
        }

        return true;
    }

    private async Task Take(JsonNode invitation, CancellationToken stop)
    {
        var call = $"{Calls}/{Member(invitation, "mediaSessionId")}/status";
        var answer = SimulatedMedia.AnswerTo((string?)invitation["offer"]?["sdp"] ?? "");
        try
        {
            foreach (var step in number.Steps)
            {
                await Task.Delay(TimeSpan.FromSeconds(step.After), time, stop);
                var change = new JsonObject { ["status"] = step.Status };
                if (step.Answers)
                {
                    change["answer"] = new JsonObject { ["sdp"] = answer };
                }

                await Send(HttpMethod.Put, call, change, stop);
            }
        }
        catch (HttpRequestException refused) when (refused.StatusCode is not null)
        {
            // The call is over, or another device has taken it.
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException or OperationCanceledException)
        {
            Lost(logger, failed, number.Number);
        }
    }

    private async Task<JsonNode?> Send(HttpMethod method, string path, JsonNode? body, CancellationToken stop)
    {
        using var request = Request(method, path, body);
        using var response = await http.SendAsync(request, stop);
        response.EnsureSuccessStatusCode();
        await using var content = await response.Content.ReadAsStreamAsync(stop);
        return await JsonNode.ParseAsync(content, cancellationToken: stop);
    }

    private HttpRequestMessage Request(HttpMethod method, string path, JsonNode? body)
    {
        var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative))
        {
            Content = body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (_registration is not null)
        {
            // Says which of the number's devices this is.
            request.Headers.Add("registrationId", _registration);
        }

        return request;
    }

    private static string Member(JsonNode? body, string name) =>
        (string?)body?[name] ?? throw new HttpRequestException($"An answer has no {name}.");

    [LoggerMessage(LogLevel.Warning, "The simulated number {Number} has lost the service, and tries again.")]
    private static partial void Lost(ILogger logger, Exception failed, string number);
}

/// <summary>
/// Session descriptions of a device that has no media. A browser takes one for an answer to its offer (RFC 8829, 5.3);
/// what it sends then goes nowhere.
/// </summary>
internal static partial class SimulatedMedia
{
    // Of no certificate: a connection that somebody should try to make fails.
    private const string Fingerprint =
        "sha-256 00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00:00";

    private static readonly string[] _kept = ["a=mid:", "a=rtcp-mux", "a=sctp-port:", "a=group:BUNDLE"];

    /// <summary>The answer to an offer: each medium of it, in the first of its formats.</summary>
    public static string AnswerTo(string offer)
    {
        var lines = offer.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var answer = new List<string> { "v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0" };
        var format = "";
        foreach (var line in lines)
        {
            if (Medium().Match(line) is { Success: true } medium)
            {
                format = medium.Groups["format"].Value;
                answer.AddRange(
                [
                    $"m={medium.Groups["kind"].Value} 9 {medium.Groups["protocol"].Value} {format}",
                    "c=IN IP4 0.0.0.0",
                    "a=ice-ufrag:simulated",
                    "a=ice-pwd:simulatedsimulatedsimulated",
                    $"a=fingerprint:{Fingerprint}",
                    "a=setup:active",
                    "a=inactive",
                ]);
            }
            else if (IsKept(line, format))
            {
                answer.Add(line);
            }
        }

        return string.Join("\r\n", answer) + "\r\n";
    }

    private static bool IsKept(string line, string format) =>
        Array.Exists(_kept, start => line.StartsWith(start, StringComparison.Ordinal))
        || (format.Length > 0 && (line.StartsWith($"a=rtpmap:{format} ", StringComparison.Ordinal)
            || line.StartsWith($"a=fmtp:{format} ", StringComparison.Ordinal)));

    [GeneratedRegex(@"^m=(?<kind>\S+) \d+ (?<protocol>\S+) (?<format>\S+)", RegexOptions.NonBacktracking)]
    private static partial Regex Medium();
}
