using Sessions.Tests.Isolation;
using Sessions.Tests.Support;
using Sessions.Tests.Surfaces;
using Sessions.Tests.TwilioProxy;

namespace Sessions.Tests.Telemetry;

/// <summary>Every request is one line in the log, and the id at its end is the one that the answer carries.</summary>
public sealed class RequestLineTests : IAsyncLifetime, IDisposable
{
    private readonly LogSink _log = new();
    private SessionsApp _app = null!;

    public async Task InitializeAsync() => _app = await SessionsApp.Start(_log.ListenTo);

    public async Task DisposeAsync() => await _app.DisposeAsync();

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task Every_function_answers_with_the_id_that_its_line_has()
    {
        List<string> wrong = [];
        foreach (var function in HttpFunction.All)
        {
            var (probe, sample) = (new Probe(_app.Anonymous, function), SurfaceSamples.Of(function));
            var ids = probe.References.Concat(sample.CallersOwn)
                .ToDictionary(name => name, name => sample.Absent.GetValueOrDefault(name, "x"));
            foreach (var sender in (Tenant?[])[null, Tenant.Acme])
            {
                using var request = probe.Request(sender, ids);
                using var client = _app.Anonymous();
                using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
                var id = IdIn(response);
                if (id is null || !_log.Requests[^1].EndsWith($" {id}", StringComparison.Ordinal))
                {
                    wrong.Add($"{function.Name}: {id} is not in {_log.Requests[^1]}");
                }
            }
        }

        Expect.None(wrong);
    }

    [Theory]
    [InlineData("GET", "/health/live")]
    [InlineData("GET", "/docs")]
    [InlineData("GET", "/openapi/none.json")]
    [InlineData("GET", "/nothing/here")]
    [InlineData("PATCH", "/v1/Services")]
    [InlineData("GET", "/webrtc/nothing")]
    [InlineData("OPTIONS", "/sessions")]
    public async Task So_does_what_answers_without_a_surfaces_function(string method, string path)
    {
        using var client = _app.Anonymous();
        using var request = new HttpRequestMessage(new(method), path);
        using var response = await client.SendAsync(request);

        Assert.EndsWith($" {IdIn(response)}", Assert.Single(_log.Requests), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_has_method_route_status_time_account_error_and_id()
    {
        var proxy = ProxyClient.Acme(_app);
        var service = await proxy.NewService();
        var refused = await proxy.Post($"{service}/Sessions", ("Ttl", "x"));
        await new ProxyClient(_app.Anonymous()).Get("/v1/Services?PageSize=5");

        Assert.Equal(
            [
                "POST /v1/Services 201 0.0 ms acme - RQ",
                "POST /v1/Services/{serviceSid}/Sessions 400 0.0 ms acme 20001 RQ",
                "GET /v1/Services 401 0.0 ms - 20003 RQ",
            ],
            _log.Requests.Select(line => line[..^32]));
        Assert.EndsWith(refused.Headers["Twilio-Request-Id"], _log.Requests[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_that_was_sent_is_in_a_line_or_anywhere_else_in_the_log()
    {
        string[] secrets = [TestAccounts.AcmeSecret, "wrong-secret", "17085852753", "unheard-of", "my%20name", "whose"];
        var proxy = ProxyClient.Acme(_app);
        await proxy.NewSession(await proxy.NewService("whose"), ("UniqueName", "my name"));
        await proxy.Get("/v1/Services?unheard-of=%2B17085852753");
        await proxy.Get("/v1/Services/+17085852753");
        await new ProxyClient(_app.Anonymous().WithBasic("whose", "wrong-secret")).Get("/v1/Services");
        using var nowhere = await _app.Anonymous().GetAsync("/unheard-of/+17085852753");

        Assert.Equal(6, _log.Requests.Count);
        Expect.None(_log.All.Where(line => secrets.Any(secret => line.Contains(secret, StringComparison.Ordinal))));
    }

    [Fact]
    public async Task A_correlator_of_the_callers_is_the_id()
    {
        using var client = _app.Anonymous();
        client.DefaultRequestHeaders.Add("x-correlator", "of-the-caller");

        using var response = await client.GetAsync("/webrtc/sessions/x");

        Assert.Equal(["of-the-caller"], response.Headers.GetValues("x-correlator"));
        Assert.Equal(
            "GET /webrtc/sessions/{mediaSessionId} 401 0.0 ms - UNAUTHENTICATED of-the-caller", _log.Requests.Single());
    }

    private static string? IdIn(HttpResponseMessage response) =>
        ((string[])["Twilio-Request-Id", "x-correlator", "X-Request-Id"])
            .Select(name => response.Headers.TryGetValues(name, out var values) ? values.Single() : null)
            .SingleOrDefault(id => id is not null);
}
