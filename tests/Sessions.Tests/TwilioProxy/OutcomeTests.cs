using System.Net;
using Sessions.Tests.Support;
using static Sessions.Tests.TwilioProxy.CarrierScene;

namespace Sessions.Tests.TwilioProxy;

/// <summary>What becomes of messages and calls, as the carrier tells it and as the application learns it.</summary>
public sealed class OutcomeTests : IAsyncLifetime
{
    private const string Api = $"https://api.twilio.com/2010-04-01/Accounts/{TestAccounts.AcmeSid}";
    private CarrierScene _scene = null!;

    public async Task InitializeAsync() => _scene = await CarrierScene.Start();

    public async Task DisposeAsync() => await _scene.DisposeAsync();

    [Fact]
    public async Task A_message_is_followed_until_it_is_delivered()
    {
        var answer = await _scene.Carrier.Message(
            _scene.Service, Ann, AnnsNumber, "hi", ("MediaUrl0", "https://example.com/m"));

        await _scene.Carrier.Tell(TwiMlExecutor.Message(answer, "queued", "sending", "sent", "delivered"));

        var seen = await _scene.Interaction();
        Assert.Equal("delivered", seen["outbound_resource_status"]!.ToString());
        Assert.Equal(TwiMlExecutor.MessageSid, seen["outbound_resource_sid"]!.ToString());
        Assert.Equal($"{Api}/Messages/{TwiMlExecutor.MessageSid}", seen["outbound_resource_url"]!.ToString());
        Assert.Equal($"{Api}/Messages/{seen["inbound_resource_sid"]}", seen["inbound_resource_url"]!.ToString());
        var told = await _scene.Told(4);
        Assert.Equal(
            ["queued", "sending", "sent", "delivered"], told.Select(fields => fields["outboundResourceStatus"]));
        Assert.All(told, fields => Assert.Equal("1", fields["interactionNumMedia"]));
        Assert.Equal(
            ["", TwiMlExecutor.MessageSid, TwiMlExecutor.MessageSid, TwiMlExecutor.MessageSid],
            told.Select(fields => fields["outboundResourceSid"]));
        Assert.Equal($"{Api}/Messages/{TwiMlExecutor.MessageSid}", told[^1]["outboundResourceUrl"]);
        Assert.Equal($"{Api}/Messages/{told[^1]["inboundResourceSid"]}", told[^1]["inboundResourceUrl"]);
    }

    [Theory]
    [InlineData("undelivered")]
    [InlineData("failed")]
    public async Task A_message_that_fails_says_so_with_the_carriers_code(string end)
    {
        var answer = await _scene.Carrier.Message(_scene.Service, Ann, AnnsNumber, "hi");

        var callbacks = TwiMlExecutor.Message(answer, "sent", end);
        await _scene.Carrier.Tell([callbacks[0], callbacks[1].With(("ErrorCode", "30003"))]);

        Assert.Equal(end, (await _scene.Interaction())["outbound_resource_status"]!.ToString());
        var told = (await _scene.Told(3))[^1];
        Assert.Equal((end, "30003"), (told["outboundResourceStatus"], told["outboundResourceErrorCode"]));
        Assert.Equal("""{"body":"hi"}""", told["interactionData"]);
    }

    [Fact]
    public async Task A_call_of_42_seconds_ends_with_its_length()
    {
        var answer = await _scene.Carrier.Voice(_scene.Service, Ann, AnnsNumber);

        await _scene.Carrier.Tell(TwiMlExecutor.Call(answer, 42));

        var seen = await _scene.Interaction();
        Assert.Equal("completed", seen["outbound_resource_status"]!.ToString());
        Assert.Equal("completed", seen["inbound_resource_status"]!.ToString());
        Assert.Equal($"{Api}/Calls/{TwiMlExecutor.CallSid}", seen["outbound_resource_url"]!.ToString());
        Assert.Equal("""{"duration":"42"}""", seen["data"]!.ToString());
        var told = await _scene.Told(4);
        Assert.Equal(
            ["initiated", "ringing", "in-progress", "completed"],
            told.Select(fields => fields["outboundResourceStatus"]));
        Assert.Equal("""{"duration":"42"}""", told[^1]["interactionData"]);
        Assert.Equal("completed", told[^1]["inboundResourceStatus"]);
        Assert.Equal("0", told[^1]["interactionNumMedia"]);
    }

    [Theory]
    [InlineData("busy")]
    [InlineData("no-answer")]
    [InlineData("canceled")]
    [InlineData("failed")]
    public async Task A_call_that_nobody_takes_ends_without_a_length(string end)
    {
        var answer = await _scene.Carrier.Voice(_scene.Service, Ann, AnnsNumber);

        await _scene.Carrier.Tell(TwiMlExecutor.Call(answer, end));

        var seen = await _scene.Interaction();
        Assert.Equal(end, seen["outbound_resource_status"]!.ToString());
        Assert.Equal("completed", seen["inbound_resource_status"]!.ToString());
        Assert.Equal("""{"duration":"0"}""", seen["data"]!.ToString());
        Assert.Equal(
            ["initiated", "ringing", end],
            (await _scene.Told(3)).Select(fields => fields["outboundResourceStatus"]));
    }

    [Fact]
    public async Task Callbacks_that_come_late_twice_and_in_another_order_change_nothing()
    {
        var answer = await _scene.Carrier.Voice(_scene.Service, Ann, AnnsNumber);
        var callbacks = TwiMlExecutor.Call(answer, 42);

        await _scene.Carrier.Tell(callbacks.Reverse());
        var ended = await ClaimInvariant.All(_scene.App, _scene.Service, "interaction");
        await _scene.Carrier.Tell(callbacks.Concat(callbacks.Reverse()));

        var after = await ClaimInvariant.All(_scene.App, _scene.Service, "interaction");
        Assert.Equal(Assert.Single(ended).ETag, Assert.Single(after).ETag);
        Assert.Equal("completed", (await _scene.Interaction())["outbound_resource_status"]!.ToString());
        Assert.Equal(
            ["initiated", "completed"], (await _scene.Told(2)).Select(fields => fields["outboundResourceStatus"]));
    }

    [Fact]
    public async Task A_length_that_comes_after_the_end_is_told_as_well()
    {
        var answer = await _scene.Carrier.Voice(_scene.Service, Ann, AnnsNumber);
        var callbacks = TwiMlExecutor.Call(answer, 42);

        await _scene.Carrier.Tell([callbacks[^2].With(("CallDuration", "")), callbacks[^1], callbacks[^2]]);

        Assert.Equal(
            ["{}", "{}", """{"duration":"42"}"""],
            (await _scene.Told(3)).Select(fields => fields["interactionData"]));
    }

    [Fact]
    public async Task What_another_message_comes_to_says_nothing_of_this_one()
    {
        var answer = await _scene.Carrier.Message(_scene.Service, Ann, AnnsNumber, "hi");
        var callbacks = TwiMlExecutor.Message(answer, "sent", "failed", "delivered");

        await _scene.Carrier.Tell(
            [callbacks[0], callbacks[1].With(("MessageSid", $"SM{new string('9', 32)}")), callbacks[2]]);

        Assert.Equal("delivered", (await _scene.Interaction())["outbound_resource_status"]!.ToString());
    }

    [Fact]
    public async Task A_message_of_the_application_is_followed_in_both_of_its_lists()
    {
        var ann = (await _scene.Proxy.List($"{_scene.Session}/Participants", "participants"))[1]!["sid"];
        var messages = $"{_scene.Session}/Participants/{ann}/MessageInteractions";
        var sent = (await _scene.Proxy.Post(messages, ("Body", "hello"))).Is(HttpStatusCode.Created);
        Assert.Null(sent["outbound_resource_url"]);

        await _scene.Carrier.Tell(
        [
            new(
                $"http://localhost{_scene.Service}/Outcomes/{sent["sid"]}/Message",
                [("MessageSid", TwiMlExecutor.MessageSid), ("MessageStatus", "delivered")]),
        ]);

        foreach (var seen in new[]
        {
            await _scene.Interaction(),
            Assert.Single(await _scene.Proxy.List(messages, "interactions")),
            (await _scene.Proxy.Get($"{messages}/{sent["sid"]}")).Body!,
        })
        {
            Assert.Equal("delivered", seen!["outbound_resource_status"]!.ToString());
            Assert.Equal($"{Api}/Messages/{TwiMlExecutor.MessageSid}", seen["outbound_resource_url"]!.ToString());
        }
    }

    [Fact]
    public async Task What_the_webhook_says_of_a_message_does_not_take_back_what_the_carrier_said()
    {
        var taken = new TaskCompletionSource<int>();
        _scene.Sink.Answer = context => context.Request.Path == "/messages" ? taken.Task : Task.FromResult(204);
        var ann = (await _scene.Proxy.List($"{_scene.Session}/Participants", "participants"))[1]!["sid"];
        var messages = $"{_scene.Session}/Participants/{ann}/MessageInteractions";
        var sent = await _scene.Proxy.Post(messages, ("Body", "hello"));

        await _scene.Carrier.Tell(
        [
            new(
                $"http://localhost{_scene.Service}/Outcomes/{sent["sid"]}/Message",
                [("MessageSid", TwiMlExecutor.MessageSid), ("MessageStatus", "delivered")]),
        ]);
        taken.SetResult(204);

        Assert.Equal(
            ["queued", "delivered"], (await _scene.Told(2)).Select(fields => fields["outboundResourceStatus"]));
        Assert.Equal("delivered", (await _scene.Interaction())["outbound_resource_status"]!.ToString());
    }

    /// <summary>What a real application of one call depends on.</summary>
    [Theory]
    [InlineData("completed")]
    [InlineData("busy")]
    public async Task A_session_that_the_application_closes_from_the_callback_gives_its_numbers_back(string end)
    {
        _scene.Sink.Answer = async context =>
        {
            var form = await context.Request.ReadFormAsync();
            if (form["outboundResourceStatus"] == end)
            {
                var closed = await _scene.Proxy.Post(
                    $"/v1/Services/{form["interactionServiceSid"]}/Sessions/{form["interactionSessionSid"]}",
                    ("Status", "closed"));
                return (int)closed.Status;
            }

            return 204;
        };
        var answer = await _scene.Carrier.Voice(_scene.Service, Ann, AnnsNumber);
        var callbacks = end == "busy" ? TwiMlExecutor.Call(answer, end) : TwiMlExecutor.Call(answer, 5);
        (await _scene.Proxy.Post($"{_scene.Service}/Sessions", People)).IsError(80604);

        await _scene.Carrier.Tell(callbacks.SkipLast(1));
        await Expect.Soon(async () => (await _scene.Proxy.Get(_scene.Session))["status"] == "closed");
        await _scene.Carrier.Tell(callbacks.TakeLast(1));

        Assert.All(
            await _scene.Proxy.List($"{_scene.Service}/PhoneNumbers", "phone_numbers"),
            number => Assert.Equal(0, (int)number!["in_use"]!));
        await _scene.NewSession();
        Assert.Equal(end, (await _scene.Interaction())["outbound_resource_status"]!.ToString());
    }

    [Fact]
    public async Task A_call_that_goes_on_when_its_session_is_closed_ends_all_the_same()
    {
        var answer = await _scene.Carrier.Voice(_scene.Service, Ann, AnnsNumber);
        await _scene.Proxy.Post(_scene.Session, ("Status", "closed"));

        await _scene.Carrier.Tell(TwiMlExecutor.Call(answer, 42));

        Assert.Equal("""{"duration":"42"}""", (await _scene.Interaction())["data"]!.ToString());
        Assert.Equal("closed", (await _scene.Proxy.Get(_scene.Session))["status"]);
    }

    [Fact]
    public async Task An_outcome_costs_two_reads_and_a_commit_and_one_that_is_not_new_two_reads()
    {
        await _scene.Proxy.Post(_scene.Service, ("CallbackUrl", ""));
        var answer = await _scene.Carrier.Message(_scene.Service, Ann, AnnsNumber, "hi");
        var callbacks = TwiMlExecutor.Message(answer, "delivered");

        Assert.Equal(3, await _scene.App.Store.CallsOf(() => _scene.Carrier.Tell(callbacks)));
        Assert.Equal(2, await _scene.App.Store.CallsOf(() => _scene.Carrier.Tell(callbacks)));
    }
}
