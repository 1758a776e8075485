using System.Net;
using System.Text;
using Sessions.Tests.Isolation;
using Sessions.Tests.Surfaces;

namespace Sessions.Tests.Hosts;

/// <summary>
/// The published program answers behind a Functions host as it does on its own: status, headers and body.
/// <see cref="OtherAnswerTests"/> has what cannot be alike.
/// </summary>
public sealed class SameAnswerTests(BothHosts hosts) : IClassFixture<BothHosts>
{
    public static TheoryData<string> Functions => [.. HttpFunction.All.Select(function => function.Name)];

    [Theory]
    [MemberData(nameof(Functions))]
    public async Task A_good_request_to_the_function_is_answered_alike(string name)
    {
        var answers = await Task.WhenAll(
            Answer(hosts.NewKestrelClient, name, Tenant.Acme), Answer(hosts.NewFunctionsClient, name, Tenant.Acme));

        Assert.Equal(answers[0].Text, answers[1].Text);
        var isServed = SurfaceSamples.Of(HttpFunction.Named(name)).IsServed(name);
        Assert.True(!isServed || answers[1].Status < 400, $"{answers[1]}");
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public async Task A_request_of_nobody_to_the_function_is_answered_alike(string name)
    {
        var answers = await Task.WhenAll(
            Answer(hosts.NewKestrelClient, name, null), Answer(hosts.NewFunctionsClient, name, null));

        Assert.Equal(answers[0].Text, answers[1].Text);
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    [InlineData("/docs")]
    [InlineData("/openapi/twilio-proxy.json")]
    public async Task What_is_of_no_surface_is_answered_alike(string path) =>
        await Alike(() => new(HttpMethod.Get, new Uri(path, UriKind.Relative)), HttpStatusCode.OK);

    [Theory]
    [InlineData("http://localhost:8123", "/v1/Services")]
    [InlineData("http://localhost:8123", "/nowhere")]
    [InlineData("http://elsewhere.test", "/v1/conversation/sessions")]
    [InlineData("http://elsewhere.test", "/health/live")]
    public async Task A_preflight_is_answered_alike(string origin, string path) => await Alike(() =>
    {
        var request = new HttpRequestMessage(HttpMethod.Options, new Uri(path, UriKind.Relative));
        request.Headers.TryAddWithoutValidation("Origin", origin);
        request.Headers.TryAddWithoutValidation("Access-Control-Request-Method", "POST");
        return request;
    });

    [Theory]
    [MemberData(nameof(Untaken))]
    public async Task What_no_function_takes_is_answered_alike(string method, string path) =>
        await Alike(() => new(new(method), Uncanonical(path)));

    public static TheoryData<string, string> Untaken
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var method in (string[])["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
            {
                foreach (var path in (string[])
                    [
                        "/", "/nowhere", "/v1/Services", "/v1/Services/", "/v1/services", "/v1/Services/x/Sessions",
                        "/v1/accounts/a/sessions", "/webrtc/sessions", "/webrtc/sessions//status", "/webrtc//sessions",
                        "/v1/conversation/sessions", "/v1/conversation/sessions/s/nothing", "/sessions",
                        "/rooms/a/b/c/d",
                        "/v1/webinar/sessions", "/v1/Services%2F", "/v1%2FServices", "/%ff", "/a;b=c",
                        "/v1//Services", "/operator/sessions", "/health/live", "/health/live/", "/docs/x",
                    ])
                {
                    data.Add(method, path);
                }
            }

            return data;
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_that_is_too_large_for_the_surface_is_refused_alike(bool inChunks)
    {
        foreach (var name in (string[])["TwilioProxy_CreateService", "CamaraWebRtc_CreateSession"])
        {
            var surface = SurfaceSamples.Of(HttpFunction.Named(name));
            var path = HttpFunction.Named(name).Path(id => id);
            await Alike(
                () =>
                {
                    var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative));
                    request.Headers.TryAddWithoutValidation("Authorization", surface.Authorization(Tenant.Acme));
                    request.Headers.TransferEncodingChunked = inChunks;
                    request.Content = new StringContent(
                        new string('x', 900_000), Encoding.ASCII, SampleBody.MediaType(surface));
                    return request;
                },
                HttpStatusCode.RequestEntityTooLarge);
        }
    }

    private async Task Alike(Func<HttpRequestMessage> request, HttpStatusCode? expected = null)
    {
        var (kestrel, functions) = await hosts.Ask(request);

        Assert.Equal(kestrel.Text, functions.Text);
        Assert.Equal((int?)expected ?? functions.Status, functions.Status);
    }

    private static async Task<HostAnswer> Answer(Func<HttpClient> newClient, string function, Tenant? sender)
    {
        var probe = new Probe(newClient, HttpFunction.Named(function));
        var ids = await probe.ThingsOf(Tenant.Acme);
        var answer = await HostAnswer.Of(newClient, () => probe.Request(sender, ids));
        return answer.Without(ids);
    }

    private static Uri Uncanonical(string path) => new(
        $"http://localhost{path}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
}
