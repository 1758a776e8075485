using System.Xml.Linq;
using static Sessions.Tests.TwilioProxy.CarrierScene;

namespace Sessions.Tests.TwilioProxy;

/// <summary>What a webhook is answered that is called again for the same message or call.</summary>
public sealed class RepeatedContactTests : IAsyncLifetime
{
    private static readonly (string Name, string Value) _mark = ("I-Twilio-Idempotency-Token", "attempts-of-one");
    private CarrierScene _scene = null!;

    public async Task InitializeAsync() => _scene = await CarrierScene.Start();

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [Fact]
    public async Task A_call_that_comes_again_calls_nobody_twice()
    {
        var form = _scene.Carrier.CallForm(Ann, AnnsNumber);

        var answers = await Task.WhenAll(Voice(form), Voice(form), Voice(form));

        Assert.Single(answers, answer => answer.Element("Dial") is not null);
        Assert.Equal(2, answers.Count(answer => !answer.HasElements));
        await _scene.Interaction();
        await _scene.Told(1);
    }

    [Fact]
    public async Task A_retry_of_the_carriers_own_is_answered_alike_since_it_got_no_answer()
    {
        var form = _scene.Carrier.CallForm(Ann, AnnsNumber);

        var first = await Voice(form, _mark);
        var again = await Voice(form, _mark);
        var other = await Voice(form, (_mark.Name, "another"));

        Assert.Equal(first.ToString(), again.ToString());
        Assert.NotNull(again.Element("Dial"));
        Assert.False(other.HasElements);
        await _scene.Interaction();
        await _scene.Told(1);
    }

    [Fact]
    public async Task A_call_that_is_being_dialled_is_not_dialled_again_whoever_asks()
    {
        var form = _scene.Carrier.CallForm(Ann, AnnsNumber);
        var answer = await Voice(form, _mark);

        await _scene.Carrier.Tell(TwiMlExecutor.Call(answer, 42).Take(1));
        Assert.False((await Voice(form, _mark)).HasElements);
        await _scene.Carrier.Tell(TwiMlExecutor.Call(answer, 42));
        Assert.False((await Voice(form, _mark)).HasElements);
    }

    [Fact]
    public async Task A_message_that_comes_again_is_passed_on_again_until_the_carrier_has_told_of_it()
    {
        var form = _scene.Carrier.MessageForm(Ann, AnnsNumber, "hi");

        var first = await Message(form);
        var again = await Message(form);
        await _scene.Carrier.Tell(TwiMlExecutor.Message(again, "queued"));
        var late = await Message(form);

        Assert.Equal(first.ToString(), again.ToString());
        Assert.False(late.HasElements);
        await _scene.Interaction();
    }

    [Fact]
    public async Task A_message_of_a_carrier_that_marks_its_retries_is_passed_on_again_to_those_alone()
    {
        var form = _scene.Carrier.MessageForm(Ann, AnnsNumber, "hi");
        await Message(form, _mark);

        Assert.NotNull((await Message(form, _mark)).Element("Message"));
        Assert.False((await Message(form, (_mark.Name, "another"))).HasElements);
        Assert.False((await Message(form)).HasElements);
    }

    [Fact]
    public async Task A_call_of_a_closed_session_is_not_dialled_again_in_the_next_one()
    {
        var form = _scene.Carrier.CallForm(Ann, AnnsNumber);
        await Voice(form, _mark);
        await _scene.Proxy.Post(_scene.Session, ("Status", "closed"));
        await _scene.NewSession();

        Assert.False((await Voice(form, _mark)).HasElements);
    }

    private Task<XElement> Voice((string Name, string Value)[] form, params (string Name, string Value)[] headers) =>
        Inbound("Voice", form, headers);

    private Task<XElement> Message((string Name, string Value)[] form, params (string Name, string Value)[] headers) =>
        Inbound("Message", form, headers);

    private async Task<XElement> Inbound(
        string kind, (string Name, string Value)[] form, (string Name, string Value)[] headers) =>
        CarrierClient.TwiMl(await _scene.Carrier.Send($"{_scene.Service}/Inbound/{kind}", form, null, headers));
}
