using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Sessions.Tests.Support;
using Sessions.Tests.TwilioProxy;

namespace Sessions.Tests.Operator;

/// <summary>A target that was down is told all that it has missed.</summary>
public sealed class RecoveryTests : IAsyncLifetime
{
    private const string Ann = "+14155550001";
    private const string Bob = "+14155550002";
    private const string AnnsNumber = "+14155559001";
    private const string BobsNumber = "+14155559002";
    private readonly ConcurrentQueue<string> _taken = [];
    private SessionsApp _app = null!;
    private WebhookSink _sink = null!;
    private ApiClient _operator = null!;
    private CarrierClient _carrier = null!;
    private string _service = "";
    private bool _isDown;
    private int _messages;

    public async Task InitializeAsync()
    {
        _sink = await WebhookSink.Start();
        _sink.Answer = context =>
        {
            if (!_isDown)
            {
                _taken.Enqueue(context.Request.Headers["Webhook-Id"]!);
            }

            return Task.FromResult(_isDown ? 503 : 204);
        };
        _app = await SessionsApp.Start(_ => { });
        _operator = new(_app.Anonymous().WithBearer(TestAccounts.AcmeToken));
        _carrier = new(_app);
        var proxy = ProxyClient.Acme(_app);
        _service = await proxy.NewService();
        await proxy.NewNumber(_service, AnnsNumber);
        await proxy.NewNumber(_service, BobsNumber);
        await proxy.Post(_service, ("CallbackUrl", $"{_sink.Url}/told"));
        var session = await proxy.NewSession(_service);
        await proxy.NewParticipant(session, Ann, ("ProxyIdentifier", AnnsNumber));
        await proxy.NewParticipant(session, Bob, ("ProxyIdentifier", BobsNumber));
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        await _sink.DisposeAsync();
    }

    [Fact]
    public async Task A_target_that_was_down_for_days_gets_all_it_has_missed_in_order_and_each_once()
    {
        await Tell(2);
        await Soon("delivered", 2);

        // What is told first is given up after three days; what is told then waits for its next attempt.
        _isDown = true;
        var since = _app.Clock.Now;
        await Tell(3);
        await Expect.Soon(async () => (await List("waiting")).Any(told => told.Attempts > 0));
        for (var day = 0; day < 30 && (await List("failed")).Count < 3; day++)
        {
            await DeliverAfter(TimeSpan.FromHours(20));
        }

        // Nobody is at it any more when its next attempt is farther away than a lease is long.
        await Tell(2);
        await Expect.Soon(async () =>
        {
            await DeliverAfter(TimeSpan.FromMinutes(10));
            return (await List("waiting")).Any(told => told.NextAttempt > _app.Clock.Now.AddMinutes(1));
        });

        Assert.Equal((3, 2), ((await List("failed")).Count, (await List("waiting")).Count));
        var missed = (await List("failed")).Concat(await List("waiting")).OrderBy(told => told.At).ToList();
        var target = Assert.Single(await Targets());
        Assert.Equal((3, 2), ((int)target["failed"]!, (int)target["waiting"]!));
        Assert.NotNull(target["failingSince"]);
        Assert.NotNull(target["lastSuccessAt"]);

        _isDown = false;
        _taken.Clear();
        var host = new Uri(_sink.Url).Authority;
        var path = $"/operator/events/recover?since={Uri.EscapeDataString($"{since:O}")}&target={host}";
        var recovered = (await _operator.Send(HttpMethod.Post, path)).Is(HttpStatusCode.OK);
        Assert.Null(recovered["next"]);
        Assert.Equal(5, (int)recovered.Body!["resent"]!);

        await Soon("delivered", 7);
        Assert.Equal(missed.Select(told => told.WebhookId), _taken);
        Assert.Empty(await List("failed"));
        Assert.Empty(await List("waiting"));
        target = Assert.Single(await Targets());
        Assert.Equal((0, 0), ((int)target["failed"]!, (int)target["waiting"]!));
        Assert.Null(target["failingSince"]);

        // Nothing is left to do for whoever asks again.
        recovered = (await _operator.Send(HttpMethod.Post, path)).Is(HttpStatusCode.OK);
        Assert.Equal(0, (int)recovered.Body!["resent"]!);
        await DeliverAfter(TimeSpan.FromHours(1));
        Assert.Equal(5, _taken.Count);
    }

    [Fact]
    public async Task One_event_can_be_sent_again_under_the_id_that_it_had()
    {
        await Tell(1);
        await Soon("delivered", 1);
        var told = Assert.Single(await List("delivered"));

        var resent = (await _operator.Send(HttpMethod.Post, $"/operator/events/{told.Id}/resend"))
            .Is(HttpStatusCode.OK);

        Assert.Equal((told.Id, "waiting"), (resent["id"], resent["state"]));
        await Soon("delivered", 1);
        Assert.Equal([told.WebhookId, told.WebhookId], _taken);
        var attempts = (await _operator.Send(HttpMethod.Get, $"/operator/events/{told.Id}")).Body!["attempts"]!;
        Assert.Equal([204, 204], attempts.AsArray().Select(attempt => (int)attempt!["status"]!));
    }

    [Fact]
    public async Task One_that_fails_again_is_tried_for_days_again()
    {
        _isDown = true;
        await Tell(1);
        await Expect.Soon(async () => (await List("waiting")).Any(told => told.Attempts > 0));
        for (var day = 0; day < 30 && (await List("failed")).Count < 1; day++)
        {
            await DeliverAfter(TimeSpan.FromHours(20));
        }

        var told = Assert.Single(await List("failed"));
        (await _operator.Send(HttpMethod.Post, $"/operator/events/{told.Id}/resend")).Is(HttpStatusCode.OK);
        await Expect.Soon(async () => (await List("waiting")) is [{ NextAttempt: { } next }]
            && next == _app.Clock.Now.AddSeconds(5));
        _isDown = false;
        await DeliverAfter(TimeSpan.FromSeconds(31));

        await Soon("delivered", 1);
        Assert.Equal([told.WebhookId], _taken);
    }

    [Fact]
    public async Task The_counts_are_those_of_the_account_and_a_few_seconds_old_at_most()
    {
        _isDown = true;
        var at = _app.Clock.Now;
        await Tell(1);
        await Expect.Soon(async () => (await List("waiting")) is [{ Attempts: 1 }]);
        _app.Clock.Advance(TimeSpan.FromSeconds(6));

        var counts = (await _operator.Send(HttpMethod.Get, "/operator/counts")).Is(HttpStatusCode.OK).Body!;
        var other = new ApiClient(_app.Anonymous().WithBearer(TestAccounts.OtherToken));
        var others = (await other.Send(HttpMethod.Get, "/operator/counts")).Is(HttpStatusCode.OK).Body!;

        var proxy = counts["surfaces"]!.AsArray().Single(one => (string?)one!["kind"] == "twilio-proxy/session")!;
        Assert.Equal("TwilioProxy 1 0", $"{proxy["surface"]} {proxy["open"]} {proxy["closed"]}");
        Assert.Equal("1 0", $"{counts["outbox"]!["waiting"]} {counts["outbox"]!["failed"]}");
        Assert.InRange((DateTimeOffset)counts["outbox"]!["oldestAt"]!, at, at.AddSeconds(1));
        Assert.Equal("0 0", $"{counts["sweep"]!["due"]} {counts["sweep"]!["lagSeconds"]}");
        Assert.Equal("0", $"{others["outbox"]!["waiting"]}");
        Assert.All(others["surfaces"]!.AsArray(), one => Assert.Equal(0, (int)one!["open"]!));
    }

    private async Task Tell(int count)
    {
        for (var number = 0; number < count; number++)
        {
            _app.Clock.Advance(TimeSpan.FromSeconds(1));
            await _carrier.Message(_service, Ann, AnnsNumber, $"message {++_messages}");
        }
    }

    private async Task DeliverAfter(TimeSpan time)
    {
        _app.Clock.Advance(time);
        await _app.DeliverDue();
    }

    private Task Soon(string state, int count) => Expect.Soon(async () => (await List(state)).Count == count);

    private async Task<List<Told>> List(string state)
    {
        var page = (await _operator.Send(HttpMethod.Get, $"/operator/events?state={state}")).Is(HttpStatusCode.OK);
        return
        [
            .. page.Body!["events"]!.AsArray().Select(told => new Told(
                (string)told!["id"]!,
                (string)told["webhookId"]!,
                (DateTimeOffset)told["at"]!,
                (DateTimeOffset?)told["nextAttemptAt"],
                told["attempts"]!.AsArray().Count)),
        ];
    }

    private async Task<IEnumerable<JsonNode>> Targets() =>
        (await _operator.Send(HttpMethod.Get, "/operator/targets")).Is(HttpStatusCode.OK)
        .Body!["targets"]!.AsArray().Select(target => target!);

    private sealed record Told(
        string Id, string WebhookId, DateTimeOffset At, DateTimeOffset? NextAttempt, int Attempts);
}
