using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Http.Tokens;
using Sessions.Storage;
using Sessions.Tests.BandwidthWebRtc;
using Sessions.Tests.Conversation;
using Sessions.Tests.Support;

namespace Sessions.Tests.Http;

/// <summary>What signs tokens for an account whose settings name no participant key.</summary>
public sealed class ParticipantKeysTests : IAsyncLifetime
{
    private SessionsApp _app = null!;

    public async Task InitializeAsync() => _app = await SessionsApp.Start();

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task A_key_is_made_once_and_kept_for_all_processes_even_when_two_need_it_at_once()
    {
        await using var second = await Another();
        SessionsApp[] both = [_app, second];

        var tokens = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => TokenOf(both[i % 2]))));
        await using var later = await Another();

        var key = await StoredKey();
        Assert.True(key.Length >= 32);
        foreach (var token in tokens.Append(await TokenOf(later)))
        {
            Assert.NotNull(await HmacTokens.Check(token, key, _app.Clock.Now));
            Assert.Null(await HmacTokens.Check(token, "other-signing-secret"u8.ToArray(), _app.Clock.Now));
        }
    }

    [Fact]
    public async Task A_configured_key_leaves_nothing_in_the_store()
    {
        await BandwidthClient.Acme(_app).NewParticipant();

        Assert.Equal(StoreOutcome.NotFound, (await Stored("acme")).Outcome);
    }

    [Fact]
    public async Task A_page_token_is_good_in_every_process()
    {
        var stranger = _app.Stranger();
        await stranger.New("one", ("owners", new JsonArray("oscar")));
        await stranger.New("two", ("owners", new JsonArray("oscar")));
        var first = (await stranger.Get("?pageSize=1")).Is(HttpStatusCode.OK);
        await using var second = await Another();

        var rest = await second.Stranger().Get($"?pageSize=1&pageToken={first["nextPageToken"]}");

        Assert.Single(rest.Is(HttpStatusCode.OK).Body!["sessions"]!.AsArray());
    }

    private Task<SessionsApp> Another() => SessionsApp.Start(builder =>
        builder.Services.AddSingleton<IDocumentStore>(_app.Store));

    private static async Task<string> TokenOf(SessionsApp app) =>
        (await BandwidthClient.Other(app).Post("/participants")).Is(HttpStatusCode.OK)["token"]!;

    private ValueTask<ReadResult<Document>> Stored(string account) =>
        _app.Store.Read($"{account}:account", "participant-key", CancellationToken.None);

    private async Task<byte[]> StoredKey()
    {
        var document = (await Stored("other")).Value!;
        return Encoding.UTF8.GetBytes(JsonNode.Parse(document.Body.Span)!["secret"]!.ToString());
    }
}
