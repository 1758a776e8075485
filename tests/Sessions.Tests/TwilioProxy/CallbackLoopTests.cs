using System.Net;
using System.Text.Json.Nodes;
using Sessions.Hosting.SelfHosted;
using Sessions.Tests.Support;
using static Sessions.Tests.TwilioProxy.CarrierScene;

namespace Sessions.Tests.TwilioProxy;

/// <summary>Callback URLs that lead back into Proxy: one text would go round for ever.</summary>
public sealed class CallbackLoopTests : IAsyncLifetime
{
    private const string Service = "/v1/Services/KS00000000000000000000000000000000";
    private const string Webhooks = $"/v1/Accounts/{TestAccounts.OtherSid}/Proxy/KS00000000000000000000000000000000";
    private readonly string[] _names = ["CallbackUrl", "InterceptCallbackUrl", "OutOfSessionCallbackUrl"];
    private SessionsApp _app = null!;
    private ProxyClient _proxy = null!;

    public async Task InitializeAsync()
    {
        _app = await SessionsApp.Start();
        _proxy = ProxyClient.Acme(_app);
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Theory]
    [InlineData($"http://localhost{Service}/Inbound/Message")]
    [InlineData($"http://LOCALHOST:80{Service}/Inbound/Voice?a=b")]
    [InlineData($"https://localhost{Service}/Inbound/Voice")]
    [InlineData($"http://localhost./v1/services/KS00000000000000000000000000000000/outcomes/x/Dial")]
    [InlineData("http://localhost/v1/%53ervices")]
    [InlineData("http://localhost//v1/./x/../Services/")]
    [InlineData($"http://localhost{Webhooks}/Webhooks/Call")]
    [InlineData($"http://localhost/behind/a/prefix{Webhooks}/Webhooks/Message")]
    [InlineData($"http://127.0.0.1{Service}/Inbound/Message")]
    [InlineData($"http://127.1.2.3{Service}/Inbound/Message")]
    [InlineData($"http://2130706433{Service}/Inbound/Message")]
    [InlineData($"http://[::1]{Service}/Inbound/Message")]
    [InlineData($"http://[::ffff:127.0.0.1]{Service}/Inbound/Message")]
    [InlineData($"http://0.0.0.0{Service}/Inbound/Message")]
    [InlineData($"http://proxy.localhost{Service}/Inbound/Message")]
    [InlineData($"http://user:secret@localhost{Service}/Inbound/Message")]
    public async Task One_of_our_addresses_is_refused_at_create_and_at_update(string url)
    {
        var service = await _proxy.NewService();
        foreach (var name in _names)
        {
            var refused = await _proxy.Post("/v1/Services", ("UniqueName", "other"), (name, url));
            Assert.Contains(name, refused.IsError(20001)["message"], StringComparison.Ordinal);
            (await _proxy.Post(service, (name, url))).IsError(20001);
        }

        Assert.Null((await _proxy.Get(service))["callback_url"]);
        Assert.Single(await _proxy.List("/v1/Services", "services"));
    }

    [Theory]
    [InlineData("http://localhost/hooks/proxy")]
    [InlineData("http://localhost/v1/accounts/9900000/callbacks")]
    [InlineData($"http://localhost:9090{Service}/Inbound/Message")]
    [InlineData($"https://example.com{Service}/Inbound/Message")]
    [InlineData($"https://webhooks.twilio.com{Webhooks}/Webhooks/Message")]
    public async Task Another_address_is_taken(string url)
    {
        var service = await _proxy.NewService();

        foreach (var name in _names)
        {
            (await _proxy.Post(service, (name, url))).Is(HttpStatusCode.OK);
        }
    }

    [Fact]
    public async Task The_public_address_is_ours_too()
    {
        await using var app = await SessionsApp.Start(
            builder => builder.Configuration["Public:BaseUrl"] = "https://proxy.example.com/api");
        var proxy = ProxyClient.Acme(app);

        string[] own = ["https://proxy.example.com/api", "https://Proxy.Example.com:443", "http://localhost"];
        foreach (var url in own.Select(origin => $"{origin}{Service}/Inbound/Voice"))
        {
            (await proxy.Post("/v1/Services", ("UniqueName", "one"), ("CallbackUrl", url))).IsError(20001);
        }

        await proxy.NewService("two", ("CallbackUrl", "https://proxy.example.com/app/told"));
    }

    /// <summary>The client names the host by a name that tells nothing of where it listens.</summary>
    [Fact]
    public async Task The_port_that_it_listens_on_is_ours_by_every_name_of_this_machine()
    {
        var folder = Directory.CreateTempSubdirectory("sessions-loop-");
        string[] arguments =
        [
            "--urls=http://127.0.0.1:0",
            $"--Sqlite:Path={Path.Combine(folder.FullName, "sessions.db")}",
            .. TestAccounts.Settings.Select(setting => $"--{setting.Key}={setting.Value}"),
        ];
        await using (var listening = SelfHost.Build(arguments))
        {
            await listening.StartAsync();
            using var http = new HttpClient { BaseAddress = new(listening.Urls.Single()) };
            http.DefaultRequestHeaders.Host = "proxy.example.com";
            var proxy = new ProxyClient(http.WithBasic(TestAccounts.AcmeSid, TestAccounts.AcmeSecret));
            var port = http.BaseAddress.Port;
            foreach (var host in new[] { "127.0.0.1", "localhost", "[::1]" })
            {
                var url = $"http://{host}:{port}{Service}/Inbound/Voice";
                (await proxy.Post("/v1/Services", ("UniqueName", "one"), ("CallbackUrl", url))).IsError(20001);
            }

            await proxy.NewService("two", ("CallbackUrl", $"http://127.0.0.1:{port}/told"));
            await proxy.NewService("three", ("CallbackUrl", $"http://127.0.0.1:9{Service}/Inbound/Voice"));
        }

        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task What_bears_the_mark_of_a_callback_is_refused_and_writes_nothing()
    {
        await using var scene = await CarrierScene.Start();
        await scene.Carrier.Message(scene.Service, Ann, AnnsNumber, "hi");
        var mark = (await scene.Sink.Next()).Headers["Sessions-Hop"];

        foreach (var (path, form) in new[]
        {
            ("Inbound/Message", scene.Carrier.MessageForm(Ann, AnnsNumber, "hi")),
            ("Inbound/Voice", scene.Carrier.CallForm(Ann, AnnsNumber)),
            ($"Outcomes/{(await scene.Interaction())["sid"]}/Message", [("MessageStatus", "delivered")]),
        })
        {
            var reply = await scene.Carrier.Send($"{scene.Service}/{path}", form, null, ("Sessions-Hop", mark));
            Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
            Assert.Equal(20001, (int)JsonNode.Parse(reply.Text)!["code"]!);
        }

        Assert.Equal("queued", (await scene.Interaction())["outbound_resource_status"]!.ToString());
    }

    /// <summary>By a name that nobody can know to be ours: one text used to go round hundreds of times.</summary>
    [Fact]
    public async Task A_loop_through_another_address_ends_at_once()
    {
        await using var scene = await CarrierScene.Start();
        using var inside = scene.App.Anonymous();
        var nested = 0;
        scene.Sink.Answer = async context =>
        {
            // As a name in DNS would, it leads to where the application is asked from.
            Interlocked.Increment(ref nested);
            using var request = new HttpRequestMessage(HttpMethod.Post, $"{scene.Service}/Inbound/Message");
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            request.Content = new ByteArrayContent(body.ToArray());
            request.Content.Headers.TryAddWithoutValidation("Content-Type", context.Request.ContentType);
            foreach (var header in context.Request.Headers.Where(each => each.Key is "Sessions-Hop"))
            {
                request.Headers.TryAddWithoutValidation(header.Key, header.Value.ToString());
            }

            var form = System.Web.HttpUtility.ParseQueryString(System.Text.Encoding.UTF8.GetString(body.ToArray()));
            request.Headers.TryAddWithoutValidation("X-Twilio-Signature", CarrierClient.Sign(
                TestAccounts.AcmeSecret,
                $"http://localhost{scene.Service}/Inbound/Message",
                form.AllKeys.Select(name => (name!, form[name]!))));
            using var response = await inside.SendAsync(request);
            return (int)response.StatusCode;
        };
        await scene.Proxy.Post(scene.Service, ("OutOfSessionCallbackUrl", $"{scene.Sink.Url}/alias"));

        var answer = await scene.Carrier.Message(scene.Service, "+14155550009", AnnsNumber, "hi");

        Assert.False(answer.HasElements);
        Assert.Equal(1, nested);
    }
}
