using System.Net;
using System.Text;
using Sessions.Tests.Support;

namespace Sessions.Tests.TwilioProxy;

/// <summary>Accounts whose texts go to an address of their own.</summary>
public sealed class WebhookCarrierTests : IAsyncLifetime
{
    private SessionsApp _app = null!;
    private WebhookSink _everybodys = null!;
    private WebhookSink _others = null!;

    public async Task InitializeAsync()
    {
        (_everybodys, _others) = (await WebhookSink.Start(), await WebhookSink.Start());
        var withUser = _everybodys.Url.Replace("//", "//ann:pass%40word@", StringComparison.Ordinal);
        _app = await SessionsApp.Start(builder =>
        {
            builder.Configuration["Messaging:WebhookUrl"] = $"{withUser}/everybodys";
            builder.Configuration["Accounts:1:Carrier:Name"] = "webhook";
            builder.Configuration["Accounts:1:Carrier:WebhookUrl"] = $"{_others.Url}/others";
        });
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        await _everybodys.DisposeAsync();
        await _others.DisposeAsync();
    }

    [Fact]
    public async Task The_user_and_password_in_the_address_are_sent_as_Basic()
    {
        await Send(ProxyClient.Acme(_app));

        var sent = await _everybodys.Next();

        Assert.Equal("/everybodys", sent.Path);
        Assert.Equal(
            $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes("ann:pass@word"))}", sent.Headers["Authorization"]);
        Assert.Contains("Body=hi", sent.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_account_with_a_webhook_of_its_own_uses_that()
    {
        await Send(ProxyClient.Other(_app));

        var sent = await _others.Next();

        Assert.Equal("/others", sent.Path);
        Assert.DoesNotContain("Authorization", sent.Headers.Keys);
        Assert.Equal(0, _everybodys.Count);
    }

    private static async Task Send(ProxyClient proxy)
    {
        var service = await proxy.NewService();
        await proxy.NewNumber(service, "+14155559001");
        var session = await proxy.NewSession(service);
        var participant = await proxy.NewParticipant(session, "+14155550001");
        (await proxy.Post($"{session}/Participants/{participant["sid"]}/MessageInteractions", ("Body", "hi")))
            .Is(HttpStatusCode.Created);
    }
}
