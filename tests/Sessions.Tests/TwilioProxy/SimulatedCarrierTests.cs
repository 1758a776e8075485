using System.Diagnostics.CodeAnalysis;
using Twilio.Clients;
using Twilio.Exceptions;
using Twilio.Http;
using Twilio.Rest.Api.V2010.Account;
using Twilio.Types;

namespace Sessions.Tests.TwilioProxy;

/// <summary>Twilio's own SDK reads what the simulated carrier says, so its wire is Twilio's.</summary>
public sealed class SimulatedCarrierTests : IAsyncLifetime
{
    private SimulatedCarrier _carrier = null!;
    private TwilioRestClient _sdk = null!;

    public async Task InitializeAsync()
    {
        _carrier = await SimulatedCarrier.Start();
        _sdk = new(_carrier.AccountSid, SimulatedCarrier.AuthToken, httpClient: Pointed(_carrier.Url));
    }

    public async Task DisposeAsync() => await _carrier.DisposeAsync();

    [Fact]
    public async Task The_SDK_reads_a_number_and_points_it_elsewhere()
    {
        var sid = _carrier.Own("+14155559001");

        var read = await IncomingPhoneNumberResource.FetchAsync(sid, client: _sdk);
        var changed = await IncomingPhoneNumberResource.UpdateAsync(
            sid, smsUrl: new("https://sessions.example.com/sms"), client: _sdk);
        var listed = await IncomingPhoneNumberResource.ReadAsync(
            phoneNumber: new PhoneNumber("+14155559001"), client: _sdk);

        Assert.Equal((sid, "+14155559001"), (read.Sid, $"{read.PhoneNumber}"));
        Assert.True(read.Capabilities is { Voice: true, Sms: true, Mms: true, Fax: false });
        Assert.Equal("https://sessions.example.com/sms", $"{changed.SmsUrl}");
        Assert.Equal(sid, Assert.Single(listed).Sid);
    }

    [Fact]
    public async Task The_SDK_sends_a_text_and_finds_it_among_many()
    {
        var sent = await MessageResource.CreateAsync(
            to: new("+14155550001"), from: new("+14155559001"), body: "hi", client: _sdk);
        foreach (var i in Enumerable.Range(0, 60))
        {
            await MessageResource.CreateAsync(
                to: new("+14155550001"), from: new("+14155559001"), body: $"{i}", client: _sdk);
        }

        var found = await MessageResource.ReadAsync(
            to: new PhoneNumber("+14155550001"), from: new PhoneNumber("+14155559001"), client: _sdk);
        var other = await MessageResource.ReadAsync(to: new PhoneNumber("+14155550002"), client: _sdk);

        Assert.Matches("^SM[0-9a-f]{32}$", sent.Sid);
        Assert.Equal(MessageResource.StatusEnum.Queued, sent.Status);
        Assert.Equal(MessageResource.DirectionEnum.OutboundApi, sent.Direction);
        Assert.InRange(sent.DateCreated!.Value, DateTime.UtcNow.AddMinutes(-5), DateTime.UtcNow.AddMinutes(5));
        var all = found.ToList();
        Assert.Equal(61, all.Count);
        Assert.Equal(("59", sent.Sid), (all[0].Body, all[^1].Sid));
        Assert.Empty(other);
    }

    [Fact]
    public async Task The_SDK_hangs_up_and_redirects_a_call()
    {
        var sid = _carrier.NewSid("CA");

        var ended = await CallResource.UpdateAsync(sid, status: CallResource.UpdateStatusEnum.Completed, client: _sdk);

        Assert.Equal(CallResource.StatusEnum.Completed, ended.Status);
        Assert.Contains(_carrier.Asked, asked => asked.Call == $"POST Calls/{sid}.json");
    }

    [Fact]
    public async Task The_SDK_understands_its_errors()
    {
        var missing = await Assert.ThrowsAsync<ApiException>(
            () => IncomingPhoneNumberResource.FetchAsync(_carrier.NewSid("PN"), client: _sdk));
        var stranger = new TwilioRestClient(_carrier.AccountSid, "wrong", httpClient: Pointed(_carrier.Url));
        var unknown = await Assert.ThrowsAsync<ApiException>(
            () => IncomingPhoneNumberResource.FetchAsync(_carrier.NewSid("PN"), client: stranger));
        _carrier.Fault("POST Messages", CarrierFault.Refuse, 21610);
        var refused = await Assert.ThrowsAsync<ApiException>(() => MessageResource.CreateAsync(
            to: new("+14155550001"), from: new("+14155559001"), body: "hi", client: _sdk));

        Assert.Equal((404, 20404), (missing.Status, missing.Code));
        Assert.Equal((401, 20003), (unknown.Status, unknown.Code));
        Assert.Equal((400, 21610), (refused.Status, refused.Code));
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The SDK's client owns it, and the process ends both.")]
    private static SystemNetHttpClient Pointed(string url) => new(new System.Net.Http.HttpClient(new Elsewhere(url)));

    private sealed class Elsewhere(string url) : DelegatingHandler(new SocketsHttpHandler())
    {
        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.RequestUri = new(url + request.RequestUri!.PathAndQuery);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
