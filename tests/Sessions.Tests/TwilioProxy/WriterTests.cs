using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Storage;
using Sessions.Tests.Support;

namespace Sessions.Tests.TwilioProxy;

/// <summary>Many who write the same thing at once, and name no version: all wait, and nobody is refused.</summary>
public sealed class WriterTests : IAsyncLifetime
{
    private const int Writers = 64;
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
        await _proxy.NewNumber(_service, "+14155559001");
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task Of_64_updates_of_one_session_every_one_is_done()
    {
        var session = await _proxy.NewSession(_service);

        await All(writer => _proxy.Post(session, ("Ttl", $"{writer + 1}")), HttpStatusCode.OK);
    }

    [Fact]
    public async Task Of_64_updates_of_one_service_every_one_is_done()
    {
        await All(writer => _proxy.Post(_service, ("DefaultTtl", $"{writer + 1}")), HttpStatusCode.OK);
    }

    [Fact]
    public async Task Of_64_messages_in_one_session_every_one_is_sent()
    {
        var session = await _proxy.NewSession(_service);
        var ann = (await _proxy.NewParticipant(session, "+14155550001"))["sid"];
        var messages = $"{session}/Participants/{ann}/MessageInteractions";

        await All(writer => _proxy.Post(messages, ("Body", $"{writer}")), HttpStatusCode.Created);

        Assert.Equal(Writers, (await _proxy.List($"{messages}?PageSize=100", "interactions")).Count);
    }

    [Fact]
    public async Task A_version_that_was_named_is_compared_all_the_same()
    {
        var session = await _proxy.NewSession(_service);
        var tag = (await _proxy.Get(session)).Headers["ETag"];

        var replies = await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(() =>
            _proxy.PostWith([("If-Match", tag)], session, ("Ttl", $"{writer + 1}")))));

        Assert.Single(replies, reply => reply.Status == HttpStatusCode.OK);
        Assert.All(
            replies.Where(reply => reply.Status != HttpStatusCode.OK),
            reply => reply.IsError(20412, HttpStatusCode.PreconditionFailed));
    }

    [Fact]
    public async Task A_number_that_is_added_again_while_it_is_removed_stays_in_its_service()
    {
        var other = await _proxy.NewService("other");
        var path = await _proxy.NewNumber(_service, "+14155559002");
        _store!.BeforeNextCommit = () =>
        {
            // The number has left the pool then, and is let go next.
            _store.BeforeNextCommit = () => _proxy.NewNumber(_service, "+14155559002");
            return Task.CompletedTask;
        };

        (await _proxy.Delete(path)).Is(HttpStatusCode.NoContent);

        (await _proxy.Get(path)).Is(HttpStatusCode.OK);
        _app.Clock.Advance(TimeSpan.FromMinutes(1));
        (await _proxy.Post($"{other}/PhoneNumbers", ("PhoneNumber", "+14155559002"))).IsError(80101);
    }

    private static async Task All(Func<int, Task<ApiReply>> write, HttpStatusCode expected)
    {
        var replies = await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(() => write(writer))));
        Assert.All(replies, reply => reply.Is(expected));
    }
}
