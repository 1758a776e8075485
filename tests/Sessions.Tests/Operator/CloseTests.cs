using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Engine;
using Sessions.Tests.Support;
using Sessions.Tests.Surfaces;
using Sessions.Tests.TwilioProxy;

namespace Sessions.Tests.Operator;

/// <summary>Closing, for every kind of session that a surface has told the operator of.</summary>
public sealed class CloseTests : IAsyncLifetime
{
    private const string Sessions = "/operator/sessions";
    private SessionsApp _app = null!;
    private ApiClient _operator = null!;

    public async Task InitializeAsync()
    {
        _app = await QuietApp.Start();
        _operator = new(_app.Anonymous().WithBearer(TestAccounts.AcmeToken));
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task Each_kind_of_session_is_listed_closed_and_stays_closed()
    {
        var kinds = _app.Services.GetServices<ISessionKind>().Select(kind => (kind.Name, kind.Surface));
        foreach (var (kind, name) in kinds)
        {
            var surface = SurfaceSamples.All[name];
            await surface.Create(new(_app.Anonymous, surface, Tenant.Acme));
            var open = await List(kind, "open");
            Assert.NotEmpty(open);
            Assert.All(open, session => Assert.Equal(name, (string)session["surface"]!));
            foreach (var session in open)
            {
                await Close((string)session["id"]!);
            }

            await _app.Sweep();
            Assert.Empty(await List(kind, "open"));
            Assert.Equal(Ids(open), Ids(await List(kind, "closed")));
        }
    }

    [Fact]
    public async Task A_closed_proxy_session_frees_its_participants_numbers()
    {
        var proxy = ProxyClient.Acme(_app);
        var service = await proxy.NewService();
        await proxy.Post($"{service}/PhoneNumbers", ("PhoneNumber", "+14155551234"));
        var participant = ("Participants", """{"Identifier":"+15550000001","ProxyIdentifier":"+14155551234"}""");
        var first = await proxy.NewSession(service, participant);
        (await proxy.Post($"{service}/Sessions", participant)).Is(HttpStatusCode.BadRequest);

        await _operator.Send(HttpMethod.Post, $"{Sessions}/twilio-proxy:{service[^34..]}~{first[^34..]}/close");

        await proxy.NewSession(service, participant);
    }

    private static IEnumerable<string> Ids(IEnumerable<JsonNode> sessions) =>
        sessions.Select(session => (string)session["id"]!).Order();

    private async Task Close(string id)
    {
        var closed = await _operator.Send(HttpMethod.Post, $"{Sessions}/{id}/close");
        Assert.Equal("closed", closed.Is(HttpStatusCode.OK)["state"]);
        Assert.NotNull(closed["endedAt"]);

        // Once more changes nothing.
        var commits = _app.Store.Commits;
        (await _operator.Send(HttpMethod.Post, $"{Sessions}/{id}/close")).Is(HttpStatusCode.OK);
        Assert.Equal(commits, _app.Store.Commits);
    }

    private async Task<IReadOnlyList<JsonNode>> List(string kind, string state)
    {
        var list = await _operator.Send(HttpMethod.Get, $"{Sessions}?kind={kind}&state={state}");
        return [.. list.Is(HttpStatusCode.OK).Body!["sessions"]!.AsArray().Select(session => session!)];
    }
}
