using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Storage;
using Sessions.Tests.Support;

namespace Sessions.Tests.TwilioProxy;

/// <summary>A pair of proxy identifier and identifier is in at most one open Session of its Service.</summary>
public sealed class ConflictTests : IAsyncLifetime
{
    private const string Ann = "+14155550001";
    private const string Number = "+14155559001";
    private static readonly string[] _conflicts = ["80604", "80623"];
    private InterruptedStore? _store;
    private SessionsApp _app = null!;
    private ProxyClient _proxy = null!;
    private string _service = "";

    public async Task InitializeAsync()
    {
        _app = await SessionsApp.Start(builder => builder.Services.AddSingleton<IDocumentStore>(
            services => _store = new(services.GetRequiredService<CountingStore>())));
        _proxy = ProxyClient.Acme(_app);
        _service = await _proxy.NewService();
        await _proxy.NewNumber(_service, Number);
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Theory]
    [InlineData("true")]
    [InlineData("false")]
    public async Task A_pair_that_is_taken_is_80604_whatever_the_flag_says(string flag)
    {
        await Take();
        var session = await _proxy.NewSession(_service);
        (string, string)[] failing = [("FailOnParticipantConflict", flag)];

        (await _proxy.Post($"{_service}/Sessions", [("Participants", Pair), .. failing])).IsError(80604);
        (await _proxy.Post(
            $"{session}/Participants", [("Identifier", Ann), ("ProxyIdentifier", Number), .. failing])).IsError(80604);
        (await _proxy.Post($"{session}/Participants", ("Identifier", Ann))).IsError(80208);
        Assert.Empty(await _proxy.List($"{session}/Participants", "participants"));
    }

    [Fact]
    public async Task A_pair_is_free_once_its_session_is_closed()
    {
        await _proxy.Post(await Take(), ("Status", "closed"));

        await Take();
    }

    [Fact]
    public async Task A_pair_is_free_once_its_session_is_deleted()
    {
        await _proxy.Delete(await Take());

        await Take();
    }

    [Fact]
    public async Task A_pair_is_free_once_its_participant_is_removed()
    {
        var session = await Take();
        var participant = (await _proxy.List($"{session}/Participants", "participants"))[0]!["sid"];
        (await _proxy.Delete($"{session}/Participants/{participant}")).Is(HttpStatusCode.NoContent);

        await Take();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_pair_is_free_the_moment_its_session_expires(bool swept)
    {
        var session = await Take(("Ttl", "60"));
        _app.Clock.Advance(TimeSpan.FromSeconds(59));
        (await _proxy.Post($"{_service}/Sessions", ("Participants", Pair))).IsError(80604);

        _app.Clock.Advance(TimeSpan.FromSeconds(1));
        if (swept)
        {
            await _app.Sweep();
        }

        await Take();
        Assert.Equal("ttl", (await _proxy.Get(session))["closed_reason"]);
        await _app.Sweep();
        await ClaimInvariant.Holds(_app, _service);
    }

    [Fact]
    public async Task A_pair_is_free_when_its_service_is_gone_and_made_anew()
    {
        await Take();
        await _proxy.Delete(_service);
        _app.Clock.Advance(TimeSpan.FromSeconds(10));
        await _app.Sweep();

        Assert.Empty(await ClaimInvariant.Everything(_app, _service));
    }

    [Fact]
    public async Task A_session_takes_its_pairs_again_when_it_is_reopened()
    {
        var session = await Take();
        await _proxy.Post(session, ("Status", "closed"));
        (await _proxy.Post(session, ("Status", "in-progress"))).Is(HttpStatusCode.OK);

        (await _proxy.Post($"{_service}/Sessions", ("Participants", Pair))).IsError(80604);
    }

    [Fact]
    public async Task A_session_whose_pair_is_taken_cannot_be_reopened()
    {
        var session = await Take();
        await _proxy.Post(session, ("Status", "closed"));
        var next = await Take();

        (await _proxy.Post(session, ("Status", "in-progress"), ("FailOnParticipantConflict", "true"))).IsError(80604);

        Assert.Equal("closed", (await _proxy.Get(session))["status"]);
        await _proxy.Post(next, ("Status", "closed"));
        (await _proxy.Post(session, ("Status", "in-progress"))).Is(HttpStatusCode.OK);
    }

    [Fact]
    public async Task An_expired_session_is_reopened_with_the_claims_it_still_had()
    {
        var session = await Take(("Ttl", "60"));
        _app.Clock.Advance(TimeSpan.FromSeconds(60));

        (await _proxy.Post(session, ("Status", "in-progress"))).Is(HttpStatusCode.OK);

        (await _proxy.Post($"{_service}/Sessions", ("Participants", Pair))).IsError(80604);
        _app.Clock.Advance(TimeSpan.FromSeconds(60));
        await Take();
    }

    [Fact]
    public async Task A_pair_stays_taken_when_its_sessions_end_is_moved()
    {
        var session = await Take(("Ttl", "60"));
        await _proxy.Post(session, ("Ttl", "600"));
        _app.Clock.Advance(TimeSpan.FromSeconds(599));

        (await _proxy.Post($"{_service}/Sessions", ("Participants", Pair))).IsError(80604);
        _app.Clock.Advance(TimeSpan.FromSeconds(1));
        await Take();
    }

    [Fact]
    public async Task A_session_that_is_created_closed_takes_nothing()
    {
        await Take(("Status", "closed"));

        await Take();
    }

    [Fact]
    public async Task A_request_that_loses_the_pair_to_one_that_came_later_is_80623()
    {
        _store!.BeforeNextCommit = async () =>
        {
            _app.Clock.Advance(TimeSpan.FromSeconds(1));
            await Take();
        };

        (await _proxy.Post($"{_service}/Sessions", ("Participants", Pair), ("FailOnParticipantConflict", "true")))
            .IsError(80623, HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task Of_many_creates_for_one_pair_at_once_exactly_one_succeeds()
    {
        var replies = await Task.WhenAll(Enumerable.Range(0, 32)
            .Select(_ => _proxy.Post($"{_service}/Sessions", ("Participants", Pair))));

        Assert.Single(replies, reply => reply.Status == HttpStatusCode.Created);
        Assert.All(
            replies.Where(reply => reply.Status != HttpStatusCode.Created),
            reply => Assert.Contains(reply["code"], _conflicts));
        await ClaimInvariant.Holds(_app, _service);
    }

    private static string Pair => $$"""{"Identifier": "{{Ann}}", "ProxyIdentifier": "{{Number}}"}""";

    private Task<string> Take(params (string Name, string Value)[] more) =>
        _proxy.NewSession(_service, [("Participants", Pair), .. more]);
}
