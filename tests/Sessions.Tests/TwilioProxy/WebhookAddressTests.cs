using System.Net;
using System.Text.Json.Nodes;
using Sessions.Tests.Support;
using static Sessions.Tests.TwilioProxy.CarrierScene;

namespace Sessions.Tests.TwilioProxy;

/// <summary>Where carriers and applications reach the webhooks, and by which method.</summary>
public sealed class WebhookAddressTests : IAsyncLifetime
{
    private CarrierScene _scene = null!;

    /// <summary>The paths of webhooks.twilio.com.</summary>
    private string Webhooks => $"/v1/Accounts/{TestAccounts.AcmeSid}/Proxy/{_scene.Service[^34..]}/Webhooks";

    public async Task InitializeAsync() => _scene = await CarrierScene.Start();

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [Fact]
    public async Task The_paths_of_webhooks_twilio_com_are_the_same_as_inbound()
    {
        var message = CarrierClient.TwiMl(await _scene.Carrier.Send(
            $"{Webhooks}/Message", _scene.Carrier.MessageForm(Ann, AnnsNumber, "hi")));
        var call = CarrierClient.TwiMl(await _scene.Carrier.Send(
            $"{Webhooks}/Call", _scene.Carrier.CallForm(Ann, AnnsNumber)));

        Assert.Equal(Bob, message.Element("Message")!.Attribute("to")!.Value);
        Assert.Equal(Bob, call.Element("Dial")!.Element("Number")!.Value);
        await _scene.Carrier.Tell(TwiMlExecutor.Call(call, 42));
        Assert.Equal(2, (await _scene.Proxy.List($"{_scene.Session}/Interactions", "interactions")).Count);
    }

    [Fact]
    public async Task A_call_that_is_sent_to_both_addresses_is_one()
    {
        var form = _scene.Carrier.CallForm(Ann, AnnsNumber);

        var first = CarrierClient.TwiMl(await _scene.Carrier.Send($"{_scene.Service}/Inbound/Voice", form));
        var again = CarrierClient.TwiMl(await _scene.Carrier.Send($"{Webhooks}/Call", form));

        Assert.NotNull(first.Element("Dial"));
        Assert.False(again.HasElements);
        await _scene.Interaction();
    }

    [Fact]
    public async Task A_carrier_may_use_GET_and_signs_the_address_with_all_that_is_in_it()
    {
        foreach (var path in new[] { $"{_scene.Service}/Inbound/Message", $"{Webhooks}/Message" })
        {
            var answer = CarrierClient.TwiMl(await _scene.Carrier.Get(
                path, _scene.Carrier.MessageForm(Ann, AnnsNumber, "Grüße & 1+1=2 😀", ("AccountSid", "AC1"))));
            Assert.Equal("Grüße & 1+1=2 😀", answer.Element("Message")!.Element("Body")!.Value);
        }

        foreach (var path in new[] { $"{_scene.Service}/Inbound/Voice", $"{Webhooks}/Call" })
        {
            var answer = CarrierClient.TwiMl(await _scene.Carrier.Get(path, _scene.Carrier.CallForm(Ann, AnnsNumber)));
            Assert.NotNull(answer.Element("Dial"));
        }

        Assert.Equal(4, (await _scene.Proxy.List($"{_scene.Session}/Interactions", "interactions")).Count);
    }

    [Fact]
    public async Task A_GET_that_was_changed_or_is_not_signed_is_refused_and_writes_nothing()
    {
        var form = _scene.Carrier.MessageForm(Ann, AnnsNumber, "hi");
        var address = $"http://localhost{_scene.Service}/Inbound/Message?From=%2B1";
        var signature = CarrierClient.Sign(TestAccounts.AcmeSecret, address, []);

        foreach (var (query, sign) in new[] { ("From=%2B1&To=x", signature), ("From=%2B1", "") })
        {
            var reply = await _scene.Proxy.Send(
                HttpMethod.Get, $"{_scene.Service}/Inbound/Message?{query}", null, ("X-Twilio-Signature", sign));
            reply.IsError(20003, HttpStatusCode.Forbidden);
        }

        // The signature of a form is none of the same fields in an address.
        var asForm = CarrierClient.Sign(TestAccounts.AcmeSecret, address[..address.IndexOf('?')], form);
        var query2 = await new FormUrlEncodedContent(form.Select(each => KeyValuePair.Create(each.Name, each.Value)))
            .ReadAsStringAsync();
        (await _scene.Proxy.Send(
            HttpMethod.Get, $"{_scene.Service}/Inbound/Message?{query2}", null, ("X-Twilio-Signature", asForm)))
            .IsError(20003, HttpStatusCode.Forbidden);
        Assert.Empty(await _scene.Proxy.List($"{_scene.Session}/Interactions", "interactions"));
    }

    [Fact]
    public async Task The_account_of_the_path_must_be_the_one_that_signs()
    {
        var other = new CarrierClient(_scene.App, "other-signing-secret");
        var form = _scene.Carrier.CallForm(Ann, AnnsNumber);
        var elsewhere = Webhooks.Replace(TestAccounts.AcmeSid, TestAccounts.OtherSid, StringComparison.Ordinal);

        foreach (var reply in new[]
        {
            await other.Send($"{Webhooks}/Call", form),
            await other.Send($"{elsewhere}/Call", form),
            await _scene.Carrier.Send($"{elsewhere}/Call", form),
            await _scene.Carrier.Send(Webhooks.Replace("KS", "KC", StringComparison.Ordinal) + "/Call", form),
        })
        {
            Assert.Equal(HttpStatusCode.NotFound, reply.Status);
            Assert.Equal(20404, (int)JsonNode.Parse(reply.Text)!["code"]!);
        }

        Assert.Empty(await _scene.Proxy.List($"{_scene.Session}/Interactions", "interactions"));
    }

    [Fact]
    public async Task An_unknown_path_is_refused_by_the_surface_that_its_case_names()
    {
        (await _scene.Proxy.Get($"{Webhooks}/Fax")).IsError(20404, HttpStatusCode.NotFound);
        (await _scene.Proxy.Send(HttpMethod.Put, $"{Webhooks}/Call")).IsError(20004, HttpStatusCode.MethodNotAllowed);
        var bandwidth = await _scene.Proxy.Get("/v1/accounts/acme/nothing");
        Assert.Equal(["error", "requestId"], bandwidth.Body!.AsObject().Select(member => member.Key).Order());
    }
}
