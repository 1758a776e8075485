using Microsoft.AspNetCore.Builder;
using Sessions.Hosting.SelfHosted;

namespace Sessions.Tests.Clients;

/// <summary>The service on its own server and a free port, over a new SQLite file, with two accounts.</summary>
public sealed class RunningHost : IAsyncLifetime
{
    private const string Account = "AC00000000000000000000000000000001";
    private const string OtherAccount = "AC00000000000000000000000000000002";
    private const string LiveKitKey = "APItest";
    private const string LiveKitSecret = "livekit-secret";
    private const string ParticipantKey = "the-key-that-signs-participants-tokens";
    private const string ApiKey = "SK00000000000000000000000000000001";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sessions-clients-");
    private readonly WebApplication _app;

    public RunningHost() => _app = SelfHost.Build(
    [
        "--urls=http://127.0.0.1:0",
        $"--Sqlite:Path={Path.Combine(_folder.FullName, "sessions.db")}",
        "--Accounts:0:Id=dev", $"--Accounts:0:Sid={Account}", "--Accounts:0:Secrets:0=dev-secret",
        $"--Accounts:0:ParticipantKey={ParticipantKey}",
        $"--Accounts:0:ApiKeys:0:Sid={ApiKey}", "--Accounts:0:ApiKeys:0:Secret=key-secret",
        "--Accounts:0:ApiKeys:0:Scopes:0=*", "--Accounts:0:Tokens:0:Role=host", "--Accounts:0:Tokens:1:Role=host",
        .. Token(0, "alice-token", "+17085852753", "*"),
        .. Token(1, "bob-token", "+17085854000", "*"),
        .. Token(2, "reader-token", "+17085852753", "webrtc-call-handling:sessions:read"),
        .. Token(3, "expired-token", "+17085852753", "*"), "--Accounts:0:Tokens:3:ExpiresAt=2020-01-01T00:00:00Z",
        .. Token(4, "viewer-token", "+17085850000", "*"),
        "--Accounts:0:Tokens:4:Subject=vera", "--Accounts:0:Tokens:4:Role=viewer",
        "--LiveStream:PublicAccount=dev",
        $"--LiveKit:ApiKey={LiveKitKey}", $"--LiveKit:ApiSecret={LiveKitSecret}",
        "--Accounts:1:Id=other", $"--Accounts:1:Sid={OtherAccount}", "--Accounts:1:Secrets:0=other-secret",
    ]);

    /// <summary>Where the host is and what opens it, as the scripts' environment variables.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["SESSIONS_URL"] = _app.Urls.Single(),
        ["SESSIONS_ACCOUNT_SID"] = Account,
        ["SESSIONS_SECRET"] = "dev-secret",
        ["SESSIONS_PARTICIPANT_KEY"] = ParticipantKey,
        ["SESSIONS_API_KEY_SID"] = ApiKey,
        ["SESSIONS_API_KEY_SECRET"] = "key-secret",
        ["SESSIONS_OTHER_ACCOUNT_SID"] = OtherAccount,
        ["SESSIONS_OTHER_SECRET"] = "other-secret",
        ["SESSIONS_ALICE_TOKEN"] = "alice-token",
        ["SESSIONS_BOB_TOKEN"] = "bob-token",
        ["SESSIONS_READER_TOKEN"] = "reader-token",
        ["SESSIONS_EXPIRED_TOKEN"] = "expired-token",
        ["SESSIONS_VIEWER_TOKEN"] = "viewer-token",
        ["LIVEKIT_API_KEY"] = LiveKitKey,
        ["LIVEKIT_API_SECRET"] = LiveKitSecret,
    };

    /// <inheritdoc/>
    public Task InitializeAsync() => _app.StartAsync();

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private static string[] Token(int index, string token, string number, string scope)
    {
        var key = $"--Accounts:0:Tokens:{index}";
        return [$"{key}:Token={token}", $"{key}:PhoneNumbers:0={number}", $"{key}:Scopes:0={scope}"];
    }
}
