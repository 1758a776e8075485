using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Trace;
using Sessions.Telemetry;
using Sessions.Tests.CamaraWebRtc;
using Sessions.Tests.Support;
using Sessions.Tests.TwilioProxy;

namespace Sessions.Tests.Telemetry;

/// <summary>One trace leads from a request to what it told, by the spans that the program exports.</summary>
public sealed class TraceTests : IAsyncLifetime, IDisposable
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";
    private const string Caller = "b7ad6b7169203331";
    private readonly LogSink _log = new();
    private readonly Exported _spans = new();
    private WebhookSink _sink = null!;
    private SessionsApp _app = null!;
    private ProxyClient _proxy = null!;

    public async Task InitializeAsync()
    {
        _sink = await WebhookSink.Start();
        _app = await SessionsApp.Start(builder =>
        {
            builder.Configuration["Messaging:WebhookUrl"] = $"{_sink.Url}/messages";
            builder.Services.AddOpenTelemetry().WithTracing(traces => traces
                .AddSource(Spans.SourceName)
                .AddProcessor(new SimpleActivityExportProcessor(_spans)));
            _log.ListenTo(builder);
        });
        _proxy = ProxyClient.Acme(_app);
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        await _sink.DisposeAsync();
    }

    public void Dispose()
    {
        _spans.Dispose();
        _log.Dispose();
    }

    [Fact]
    public async Task A_text_is_one_trace_from_the_request_to_the_webhook_that_tells_what_became_of_it()
    {
        var path = await Conversation();

        var sent = await Post(path, ("Body", "hello"));

        await Delivered();
        var spans = _spans.Of(Trace);
        var request = spans.Single(IsRequest);
        Assert.Equal("POST /v1/Services/{serviceSid}/Sessions/{sessionSid}/Participants/{participantSid}"
            + "/MessageInteractions", request.DisplayName);
        Assert.Equal(Caller, request.ParentSpanId.ToHexString());
        Assert.Contains(spans, span => span.DisplayName is "store commit" && span.ParentSpanId == request.SpanId);

        var (queued, message) = (Delivery(spans, "-queued"), Delivery(spans, "-message"));
        var told = Delivery(spans, "-sent");
        Assert.Equal([request.SpanId, request.SpanId], [queued.ParentSpanId, message.ParentSpanId]);
        Assert.Equal(message.SpanId, told.ParentSpanId);
        Assert.Equal(
            _sink.TakeAll().Select(received => received.Headers["traceparent"]).Order(),
            spans.Where(span => span.DisplayName is "POST").Select(span => span.Id).Order());
        Assert.All(
            [queued, message, told], delivery => Assert.Equal("taken", delivery.GetTagItem("sessions.verdict")));

        var id = sent.Headers["Twilio-Request-Id"];
        Assert.Equal(id, request.GetTagItem("sessions.request.id"));
        Assert.EndsWith($" {id}", _log.Requests[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_that_was_sent_is_in_a_span()
    {
        await Post(await Conversation(), ("Body", "hello"));
        await Delivered();

        string[] secrets = ["1415555", "hello", TestAccounts.AcmeSecret, "asked=for", "/messages"];
        Expect.None(
            from span in _spans.Of(Trace)
            from text in span.TagObjects.Select(tag => $"{tag.Value}").Append(span.DisplayName)
            where secrets.Any(secret => text.Contains(secret, StringComparison.Ordinal))
            select $"{span.DisplayName}: {text}");
    }

    [Fact]
    public async Task The_line_of_a_dead_webhook_names_account_kind_and_host()
    {
        var path = await Conversation();
        _sink.Answer = context => Task.FromResult(context.Request.Path == "/told" ? 410 : 204);

        await Post(path, ("Body", "hello"));
        await Expect.Soon(() => Task.FromResult(GivenUp().Any()));

        var host = new Uri(_sink.Url).Authority;
        Assert.Contains($"-queued of acme, twilio-proxy to {host}, is given up after 1 attempts", GivenUp().First());

        IEnumerable<string> GivenUp() => _log.All.Where(line => line.Contains("given up", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_traceparent_that_cannot_be_read_begins_a_trace_of_its_own()
    {
        using var client = _app.Anonymous();
        var answer = await new ApiClient(client).Send(
            HttpMethod.Get, "/v1/Services", content: null, ("traceparent", "00-nonsense"));

        answer.Is(HttpStatusCode.Unauthorized);

        var id = answer.Headers["Twilio-Request-Id"];
        var span = _spans.All.Single(span => (string?)span.GetTagItem("sessions.request.id") == id);
        Assert.Equal(default, span.ParentSpanId);
        Assert.Equal("20003", span.GetTagItem("sessions.error"));
    }

    private async Task Delivered()
    {
        await _app.EventsLeft(0);
        await Expect.Soon(() => Task.FromResult(_spans.Of(Trace).Count(IsDelivery) == 3));
    }

    private static bool IsRequest(Activity span) => span.GetTagItem("sessions.request.id") is not null;

    private static bool IsDelivery(Activity span) => span.Kind is ActivityKind.Consumer;

    private async Task<string> Conversation()
    {
        var service = await _proxy.NewService();
        await _proxy.Post(service, ("CallbackUrl", $"{_sink.Url}/told?asked=for"));
        await _proxy.NewNumber(service, CarrierScene.AnnsNumber);
        await _proxy.NewNumber(service, CarrierScene.BobsNumber);
        var session = await _proxy.NewSession(service, CarrierScene.People);
        var people = await _proxy.List($"{session}/Participants", "participants");
        return $"{session}/Participants/{people[1]!["sid"]}/MessageInteractions";
    }

    private async Task<ApiReply> Post(string path, params (string Name, string Value)[] form)
    {
        using var client = _app.Anonymous().WithBasic(TestAccounts.AcmeSid, TestAccounts.AcmeSecret);
        using var content = new FormUrlEncodedContent(form.ToDictionary(field => field.Name, field => field.Value));
        return (await new ApiClient(client).Send(
            HttpMethod.Post, path, content, ("traceparent", $"00-{Trace}-{Caller}-01"))).Is(HttpStatusCode.Created);
    }

    private static Activity Delivery(IEnumerable<Activity> spans, string of) => spans.Single(span =>
        IsDelivery(span) && $"{span.GetTagItem("sessions.event.id")}".EndsWith(of, StringComparison.Ordinal));

    /// <summary>An exporter that keeps what it is given, while it is given more.</summary>
    private sealed class Exported : BaseExporter<Activity>
    {
        private readonly ConcurrentQueue<Activity> _spans = [];

        public IReadOnlyCollection<Activity> All => _spans;

        public List<Activity> Of(string trace) =>
            [.. _spans.Where(span => span.TraceId.ToHexString() == trace).OrderBy(span => span.StartTimeUtc)];

        public override ExportResult Export(in Batch<Activity> batch)
        {
            foreach (var span in batch)
            {
                _spans.Enqueue(span);
            }

            return ExportResult.Success;
        }
    }
}
