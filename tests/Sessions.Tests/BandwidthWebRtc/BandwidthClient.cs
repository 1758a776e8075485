using System.Net;
using System.Text;
using Sessions.Tests.Support;

namespace Sessions.Tests.BandwidthWebRtc;

/// <summary>Speaks to the Bandwidth surface as its clients do: JSON both ways.</summary>
internal sealed class BandwidthClient(HttpClient http, string account)
{
    public const string Unknown = "75c21163-e110-41bc-bd76-1bb428ec85d5";
    private readonly ApiClient _api = new(http);

    public string Account => $"/v1/accounts/{account}";

    public static BandwidthClient Acme(SessionsApp app, string account = "acme") =>
        new(app.Anonymous().WithBasic("acme", TestAccounts.AcmeSecret), account);

    public static BandwidthClient Other(SessionsApp app) =>
        new(app.Anonymous().WithBasic("other", TestAccounts.OtherSecret), "other");

    public Task<ApiReply> Get(string path) => Send(HttpMethod.Get, path);

    public Task<ApiReply> Delete(string path, params (string Name, string Value)[] headers) =>
        Send(HttpMethod.Delete, path, null, headers);

    public Task<ApiReply> Post(string path, string? json = null, params (string Name, string Value)[] headers) =>
        Send(HttpMethod.Post, path, json, headers);

    public Task<ApiReply> Put(string path, string? json = null, params (string Name, string Value)[] headers) =>
        Send(HttpMethod.Put, path, json, headers);

    /// <summary>Sends a request under the account; a body that is left out is announced as JSON all the same.</summary>
    public async Task<ApiReply> Send(
        HttpMethod method, string path, string? json = null, params (string Name, string Value)[] headers)
    {
        using var content = new StringContent(json ?? "", Encoding.UTF8, "application/json");
        return await _api.Send(method, Account + path, content, headers);
    }

    /// <summary>Creates a session and gives its id.</summary>
    public async Task<string> NewSession() => (await Post("/sessions")).Is(HttpStatusCode.OK)["id"]!;

    /// <summary>Creates a participant and gives its id.</summary>
    public async Task<string> NewParticipant(string? json = null) =>
        (await Post("/participants", json)).Is(HttpStatusCode.OK).Body!["participant"]!["id"]!.ToString();

    /// <summary>Creates a participant, adds it to a session, and gives its id.</summary>
    public async Task<string> NewMember(string session, string? participant = null, string? subscriptions = null)
    {
        var id = await NewParticipant(participant);
        (await Put($"/sessions/{session}/participants/{id}", subscriptions)).Is(HttpStatusCode.NoContent);
        return id;
    }

    /// <summary>Whom a participant hears, as JSON.</summary>
    public async Task<string> Heard(string session, string participant) =>
        (await Get($"/sessions/{session}/participants/{participant}/subscriptions"))
            .Is(HttpStatusCode.OK).Body!.ToJsonString();

    /// <summary>The ids of a session's participants.</summary>
    public async Task<IReadOnlyList<string>> MembersOf(string session) =>
        [.. (await Get($"/sessions/{session}")).Is(HttpStatusCode.OK)
            .Body!["participants"]!.AsArray().Select(id => id!.ToString())];

    /// <summary>The ids of a participant's sessions.</summary>
    public async Task<IReadOnlyList<string>> SessionsOf(string participant) =>
        [.. (await Get($"/participants/{participant}")).Is(HttpStatusCode.OK)
            .Body!["sessions"]!.AsArray().Select(id => id!.ToString())];
}

/// <summary>Bandwidth's errors.</summary>
internal static class BandwidthReplies
{
    /// <summary>Checks that the reply is an error of this status, in Bandwidth's shape for it and no other.</summary>
    public static ApiReply IsError(this ApiReply reply, HttpStatusCode status)
    {
        reply.Is(status);
        string[] shape = status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
            ? ["message"]
            : ["error", "requestId"];
        Assert.Equal(shape, reply.Body!.AsObject().Select(member => member.Key).Order());
        Assert.All(shape, name => Assert.NotEqual("", reply[name]));
        Assert.True(shape is ["message"] || Guid.TryParseExact(reply["requestId"], "D", out _));
        return reply;
    }
}
