using System.Net;
using System.Text.Json.Nodes;
using Sessions.Tests.Support;
using static Sessions.Tests.TwilioProxy.CarrierScene;

namespace Sessions.Tests.TwilioProxy;

/// <summary>Status callbacks that are none of ours: each is refused in Proxy's shape, and nothing is written.</summary>
public sealed class OutcomeRefusalTests : IAsyncLifetime
{
    private CarrierScene _scene = null!;
    private CarrierCallback _message = null!;
    private CarrierCallback[] _call = null!;

    public async Task InitializeAsync()
    {
        _scene = await CarrierScene.Start();
        _message = TwiMlExecutor.Message(
            await _scene.Carrier.Message(_scene.Service, Ann, AnnsNumber, "hi"), "delivered")[0];
        _call = TwiMlExecutor.Call(await _scene.Carrier.Voice(_scene.Service, Ann, AnnsNumber), 42);
        await _scene.Told(2);
    }

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [Theory]
    [InlineData("")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    public async Task Without_a_good_signature_it_is_a_403(string signature)
    {
        foreach (var callback in _call.Append(_message))
        {
            await IsRefused(
                20003,
                HttpStatusCode.Forbidden,
                () => _scene.Carrier.Send(new Uri(callback.Url).PathAndQuery, callback.Form, signature));
        }
    }

    [Fact]
    public async Task Another_accounts_status_is_a_404()
    {
        var other = new CarrierClient(_scene.App, "other-signing-secret");

        await IsRefused(20404, HttpStatusCode.NotFound, () => other.Tell(_message));
        await IsRefused(20404, HttpStatusCode.NotFound, () => other.Tell(
            _message.With(("AccountSid", TestAccounts.AcmeSid))));
    }

    [Theory]
    [InlineData("KS")]
    [InlineData("KI")]
    public async Task An_unknown_sid_is_a_404(string kind)
    {
        var at = _message.Url.IndexOf($"/{kind}", StringComparison.Ordinal) + 3;
        foreach (var sid in new[] { new string('0', 32), "x" })
        {
            var unknown = _message with { Url = _message.Url[..at] + sid + _message.Url[(at + 32)..] };
            await IsRefused(20404, HttpStatusCode.NotFound, () => _scene.Carrier.Tell(unknown));
        }
    }

    [Fact]
    public async Task A_status_of_a_call_for_a_message_is_a_404()
    {
        await IsRefused(20404, HttpStatusCode.NotFound, () => _scene.Carrier.Tell(
            _call[0] with { Url = _message.Url.Replace("/Message", "/Call", StringComparison.Ordinal) }));
        await IsRefused(20404, HttpStatusCode.NotFound, () => _scene.Carrier.Tell(
            _message with { Url = _call[0].Url.Replace("/Call", "/Message", StringComparison.Ordinal) }));
    }

    [Theory]
    [InlineData("MessageStatus", "")]
    [InlineData("MessageStatus", "ringing")]
    [InlineData("MessageStatus", "Delivered")]
    [InlineData("MessageStatus", "received")]
    [InlineData("MessageSid", "SM1")]
    [InlineData("ErrorCode", "x")]
    [InlineData("ErrorCode", "-1")]
    public async Task A_form_that_is_not_well_formed_is_a_400(string name, string value) => await IsRefused(
        20001, HttpStatusCode.BadRequest, () => _scene.Carrier.Tell(_message.With((name, value))));

    [Theory]
    [InlineData("CallStatus", "delivered")]
    [InlineData("CallDuration", "4294967296")]
    [InlineData("CallSid", "++22222222222222222222222222222222")]
    public async Task A_calls_form_that_is_not_well_formed_is_a_400(string name, string value) => await IsRefused(
        20001, HttpStatusCode.BadRequest, () => _scene.Carrier.Tell(_call[0].With((name, value))));

    [Theory]
    [InlineData("DialCallStatus", "")]
    [InlineData("DialCallDuration", "one")]
    public async Task A_dials_form_that_is_not_well_formed_is_a_400(string name, string value) => await IsRefused(
        20001, HttpStatusCode.BadRequest, () => _scene.Carrier.Tell(_call[^1].With((name, value))));

    [Fact]
    public async Task An_interaction_that_was_deleted_is_a_404()
    {
        var sid = _message.Url.Split('/')[^2];
        (await _scene.Proxy.Delete($"{_scene.Session}/Interactions/{sid}")).Is(HttpStatusCode.NoContent);

        await IsRefused(20404, HttpStatusCode.NotFound, () => _scene.Carrier.Tell(_message));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_belonged_to_a_session_that_was_deleted_is_a_404(bool swept)
    {
        (await _scene.Proxy.Delete(_scene.Session)).Is(HttpStatusCode.NoContent);
        await (swept ? _scene.App.Sweep() : Task.CompletedTask);

        await IsRefused(20404, HttpStatusCode.NotFound, () => _scene.Carrier.Tell(_message));
        await IsRefused(20404, HttpStatusCode.NotFound, () => _scene.Carrier.Tell(_call[^1]));
    }

    private async Task IsRefused(
        int code, HttpStatusCode status, Func<Task<(HttpStatusCode Status, string MediaType, string Text)>> send)
    {
        var before = await ClaimInvariant.All(_scene.App, _scene.Service, "interaction");

        var reply = await send();

        Assert.Equal((status, "application/json"), (reply.Status, reply.MediaType));
        Assert.Equal(code, (int)JsonNode.Parse(reply.Text)!["code"]!);
        var after = await ClaimInvariant.All(_scene.App, _scene.Service, "interaction");
        Assert.Equal(before.Select(each => each.ETag), after.Select(each => each.ETag));
        Assert.Empty(_scene.Sink.TakeAll());
    }
}
