using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Storage;
using Sessions.Tests.Support;

namespace Sessions.Tests.TwilioProxy;

/// <summary>A request that is sent again under its idempotency key, whatever has happened since.</summary>
public sealed class RetryTests : IAsyncLifetime
{
    private static readonly (string Name, string Value)[] _key = [("Idempotency-Key", "key-1")];
    private SessionsApp _app = null!;
    private ProxyClient _proxy = null!;
    private string _service = "";

    public async Task InitializeAsync()
    {
        _app = await SessionsApp.Start();
        _proxy = ProxyClient.Acme(_app);
        _service = await _proxy.NewService();
        await _proxy.NewNumber(_service, "+14155559001");
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Theory]
    [InlineData("update")]
    [InlineData("close")]
    [InlineData("delete")]
    [InlineData("expiry")]
    public async Task A_create_sent_again_is_answered_as_at_first_and_makes_nothing(string since)
    {
        var first = await Create();
        var path = $"{_service}/Sessions/{first["sid"]}";
        await (since switch
        {
            "update" => _proxy.Post(path, ("Ttl", "600")),
            "close" => _proxy.Post(path, ("Status", "closed")),
            "delete" => _proxy.Delete(path),
            _ => Expire(),
        });
        var count = (await _proxy.List($"{_service}/Sessions", "sessions")).Count;

        var again = await Create();

        Assert.Equal(first.Body!.ToJsonString(), again.Body!.ToJsonString());
        Assert.Equal(count, (await _proxy.List($"{_service}/Sessions", "sessions")).Count);
    }

    [Fact]
    public async Task A_service_created_again_after_its_delete_is_not_made_anew()
    {
        var first = (await _proxy.PostWith(_key, "/v1/Services", ("UniqueName", "two"))).Is(HttpStatusCode.Created);
        (await _proxy.Delete($"/v1/Services/{first["sid"]}")).Is(HttpStatusCode.NoContent);

        var again = (await _proxy.PostWith(_key, "/v1/Services", ("UniqueName", "two"))).Is(HttpStatusCode.Created);

        Assert.Equal(first.Body!.ToJsonString(), again.Body!.ToJsonString());
        (await _proxy.Get("/v1/Services/two")).IsError(20404, HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_participant_added_again_after_its_removal_is_answered_as_at_first()
    {
        var participants = $"{await _proxy.NewSession(_service)}/Participants";
        (string, string)[] ann = [("Identifier", "+14155550001")];
        var first = (await _proxy.PostWith(_key, participants, ann)).Is(HttpStatusCode.Created);
        await _proxy.Post(participants, ("Identifier", "+14155550002"), ("ProxyIdentifier", "+14155559001"));
        (await _proxy.Delete($"{participants}/{first["sid"]}")).Is(HttpStatusCode.NoContent);

        var again = (await _proxy.PostWith(_key, participants, ann)).Is(HttpStatusCode.Created);

        Assert.Equal(first.Body!.ToJsonString(), again.Body!.ToJsonString());
        Assert.Equal(2, (await _proxy.List(participants, "participants")).Count);
    }

    [Fact]
    public async Task A_number_added_again_after_its_removal_is_answered_as_at_first()
    {
        (string, string)[] number = [("PhoneNumber", "+14155559002")];
        var first = (await _proxy.PostWith(_key, $"{_service}/PhoneNumbers", number)).Is(HttpStatusCode.Created);
        (await _proxy.Delete($"{_service}/PhoneNumbers/{first["sid"]}")).Is(HttpStatusCode.NoContent);

        var again = (await _proxy.PostWith(_key, $"{_service}/PhoneNumbers", number)).Is(HttpStatusCode.Created);

        Assert.Equal(first.Body!.ToJsonString(), again.Body!.ToJsonString());
        Assert.Single(await _proxy.List($"{_service}/PhoneNumbers", "phone_numbers"));
    }

    [Fact]
    public async Task A_number_removed_again_after_it_came_back_stays()
    {
        var path = await _proxy.NewNumber(_service, "+14155559002");
        (await _proxy.Delete(path, _key)).Is(HttpStatusCode.NoContent);
        await _proxy.NewNumber(_service, "+14155559002");

        (await _proxy.Delete(path, _key)).Is(HttpStatusCode.NoContent);

        (await _proxy.Get(path)).Is(HttpStatusCode.OK);
        var other = await _proxy.NewService("other");
        (await _proxy.Post($"{other}/PhoneNumbers", ("PhoneNumber", "+14155559002"))).IsError(80101);
    }

    [Fact]
    public async Task A_delete_sent_again_is_done()
    {
        var session = await _proxy.NewSession(_service);

        (await _proxy.Delete(session, _key)).Is(HttpStatusCode.NoContent);
        (await _proxy.Delete(session, _key)).Is(HttpStatusCode.NoContent);

        (await _proxy.Delete(session)).IsError(20404, HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Another_callers_same_key_is_another_request()
    {
        var other = new ProxyClient(
            _app.Anonymous().WithBasic(TestAccounts.AcmeKeySid, TestAccounts.AcmeKeySecret));
        var mine = await Create();

        var theirs = (await other.PostWith(_key, $"{_service}/Sessions", ("Ttl", "61"))).Is(HttpStatusCode.Created);

        Assert.NotEqual(mine["sid"], theirs["sid"]);
    }

    [Fact]
    public async Task Once_secrets_have_changed_a_create_sent_again_is_answered_as_at_first()
    {
        var first = await Create();
        await using var rotated = await SessionsApp.Start(builder =>
        {
            builder.Configuration["Accounts:0:SigningSecret"] = "another-signing-secret";
            builder.Configuration["Accounts:0:Secrets:0"] = "another-secret";
            builder.Services.AddSingleton<IDocumentStore>(_app.Store);
        });
        var proxy = new ProxyClient(rotated.Anonymous().WithBasic(TestAccounts.AcmeSid, "another-secret"));

        var again = (await proxy.PostWith(_key, $"{_service}/Sessions", ("Ttl", "60"))).Is(HttpStatusCode.Created);

        Assert.Equal(first["sid"], again["sid"]);
        Assert.Single(await proxy.List($"{_service}/Sessions", "sessions"));
    }

    private async Task<ApiReply> Create() =>
        (await _proxy.PostWith(_key, $"{_service}/Sessions", ("Ttl", "60"))).Is(HttpStatusCode.Created);

    private async Task Expire()
    {
        _app.Clock.Advance(TimeSpan.FromSeconds(60));
        await _app.Sweep();
    }
}
