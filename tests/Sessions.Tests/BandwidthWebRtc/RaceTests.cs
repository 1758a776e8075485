using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Moq;
using Sessions.Storage;
using Sessions.Tests.Support;

namespace Sessions.Tests.BandwidthWebRtc;

public sealed class RaceTests : IAsyncLifetime
{
    private const string Participant = "00000000-0000-4000-8000-000000000001";
    private SessionsApp _app = null!;
    private BandwidthClient _api = null!;

    public async Task InitializeAsync()
    {
        _app = await SessionsApp.Start();
        _api = BandwidthClient.Acme(_app);
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task Of_two_who_add_one_participant_to_two_sessions_at_once_one_wins_and_both_documents_agree()
    {
        for (var round = 0; round < 20; round++)
        {
            string[] sessions = [await _api.NewSession(), await _api.NewSession()];
            var participant = await _api.NewParticipant();

            var replies = await Task.WhenAll(sessions.Select(session =>
                Task.Run(() => _api.Put($"/sessions/{session}/participants/{participant}"))));

            Assert.Single(replies, reply => reply.Status == HttpStatusCode.NoContent);
            Assert.Single(replies, reply => reply.Status == HttpStatusCode.Conflict);
            var winner = sessions[Array.FindIndex(replies, reply => reply.Status == HttpStatusCode.NoContent)];
            Assert.Equal([winner], await _api.SessionsOf(participant));
            foreach (var session in sessions)
            {
                Assert.Equal(session == winner ? [participant] : [], await _api.MembersOf(session));
            }
        }
    }

    [Fact]
    public async Task Of_fifty_adds_at_once_twenty_are_let_in_and_the_others_stay_free()
    {
        var session = await _api.NewSession();
        var participants = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => _api.NewParticipant()));

        var replies = await Task.WhenAll(participants.Select(participant =>
            Task.Run(() => _api.Put($"/sessions/{session}/participants/{participant}"))));

        var let = participants.Where((_, i) => replies[i].Status == HttpStatusCode.NoContent).ToList();
        Assert.Equal(20, let.Count);
        Assert.All(replies.Where(r => r.Status != HttpStatusCode.NoContent), r => r.IsError(HttpStatusCode.Conflict));
        Assert.Equal(let.Order(), (await _api.MembersOf(session)).Order());
        foreach (var participant in participants)
        {
            Assert.Equal(let.Contains(participant) ? [session] : [], await _api.SessionsOf(participant));
        }
    }

    [Fact]
    public async Task A_participant_that_is_deleted_while_it_is_added_is_in_no_session()
    {
        for (var round = 0; round < 20; round++)
        {
            var session = await _api.NewSession();
            var participant = await _api.NewParticipant();

            var replies = await Task.WhenAll(
                Task.Run(() => _api.Put($"/sessions/{session}/participants/{participant}")),
                Task.Run(() => _api.Delete($"/participants/{participant}")));

            replies[1].Is(HttpStatusCode.NoContent);
            Assert.Empty(await _api.MembersOf(session));
        }
    }

    [Fact]
    public async Task Nobody_hears_a_participant_that_was_removed_while_others_subscribed_to_it()
    {
        for (var round = 0; round < 10; round++)
        {
            var session = await _api.NewSession();
            var gone = await _api.NewMember(session);
            string[] listeners = [await _api.NewMember(session), await _api.NewMember(session)];
            var body = $$"""{"participants": [{"participantId": "{{gone}}"}]}""";

            await Task.WhenAll(listeners
                .Select(id => _api.Put($"/sessions/{session}/participants/{id}/subscriptions", body))
                .Append(_api.Delete($"/sessions/{session}/participants/{gone}")));

            var heard = await Task.WhenAll(listeners.Select(id => _api.Heard(session, id)));
            Assert.All(heard, subscriptions => Assert.Equal("{}", subscriptions));
        }
    }

    [Fact]
    public async Task When_both_are_unknown_it_is_the_session_that_is_named_however_late_its_read_comes_back()
    {
        var absent = new ReadResult<Document>(StoreOutcome.NotFound, null);
        var participantIsRead = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var store = new Mock<IDocumentStore>();
        store.Setup(s => s.Read(It.IsAny<string>(), BandwidthClient.Unknown, It.IsAny<CancellationToken>()))
            .Returns(async () =>
            {
                await participantIsRead.Task;
                return absent;
            });
        store.Setup(s => s.Read(It.IsAny<string>(), Participant, It.IsAny<CancellationToken>()))
            .Callback(participantIsRead.SetResult)
            .ReturnsAsync(absent);
        await using var app = await SessionsApp.Start(builder => builder.Services.AddSingleton(store.Object));

        var reply = await BandwidthClient.Acme(app)
            .Put($"/sessions/{BandwidthClient.Unknown}/participants/{Participant}");

        Assert.Contains("no session", reply.IsError(HttpStatusCode.NotFound)["error"], StringComparison.Ordinal);
    }
}
