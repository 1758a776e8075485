using System.Text.RegularExpressions;
using Sessions.Tests.Support;
using Twilio.Clients;
using Twilio.Http;
using Twilio.Rest.Proxy.V1;
using Twilio.Rest.Proxy.V1.Service;
using Twilio.Rest.Proxy.V1.Service.Session;
using HttpClient = System.Net.Http.HttpClient;

namespace Sessions.Tests.TwilioProxy;

/// <summary>Twilio's own SDK for C#, pointed here by the handler that docs/twilio-proxy.md shows.</summary>
[Trait("Host", "Kestrel")]
public sealed partial class CSharpSdkTests : IAsyncLifetime
{
    private ImportRun _run = null!;

    public async Task InitializeAsync() => _run = await ImportRun.Start(cosmos: false);

    public async Task DisposeAsync() => await _run.DisposeAsync();

    [Fact]
    public async Task An_application_goes_on_with_its_own_code()
    {
        using var handler = new Elsewhere(new(_run.Source));
        using var http = new HttpClient(handler, disposeHandler: false);
        var client = new TwilioRestClient(
            TestAccounts.AcmeSid, TestAccounts.AcmeSecret, httpClient: new SystemNetHttpClient(http));

        var service = await ServiceResource.CreateAsync("masked", client: client);
        await PhoneNumberResource.CreateAsync(service.Sid, phoneNumber: new("+14155559001"), client: client);
        foreach (var i in Enumerable.Range(0, 3))
        {
            var session = await SessionResource.CreateAsync(service.Sid, uniqueName: $"order-{i}", client: client);
            await ParticipantResource.CreateAsync(service.Sid, session.Sid, $"+1415555000{i}", client: client);
        }

        var sessions = await SessionResource.ReadAsync(service.Sid, pageSize: 2, client: client);
        Assert.Equal(["order-2", "order-1", "order-0"], sessions.Select(session => session.UniqueName));
        var fetched = await SessionResource.FetchAsync(service.Sid, "order-1", client: client);
        var participant = Assert.Single(await ParticipantResource.ReadAsync(service.Sid, fetched.Sid, client: client));
        Assert.Equal("+14155559001", participant.ProxyIdentifier);
        var closed = await SessionResource.UpdateAsync(
            service.Sid, fetched.Sid, status: SessionResource.StatusEnum.Closed, client: client);
        Assert.Equal("api", closed.ClosedReason);
    }

    [Fact]
    public void The_handler_of_the_docs_is_the_one_that_is_run()
    {
        var shown = Handler().Match(Repository.Read("docs/twilio-proxy.md")).Groups[1].Value;
        var run = Repository.Read("tests/Sessions.Tests/TwilioProxy/CSharpSdkTests.cs");

        Assert.NotEqual("", shown);
        Assert.Contains(Flat(shown), Flat(run), StringComparison.Ordinal);
    }

    private static string Flat(string code) => Space().Replace(code, " ").Trim();

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Handler();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();

    private sealed class Elsewhere(Uri here) : DelegatingHandler(new HttpClientHandler())
    {
        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.RequestUri = new Uri(here, request.RequestUri!.PathAndQuery);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
