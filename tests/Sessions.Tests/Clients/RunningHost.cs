using Sessions.Hosting.SelfHosted;
using Sessions.Tests.Support;

namespace Sessions.Tests.Clients;

/// <summary>
/// The service on a free port of its own, over a new SQLite file, with two accounts: on Kestrel in this process, or as
/// the published program behind a Functions host.
/// </summary>
public sealed class RunningHost : IAsyncLifetime
{
    private const string Account = "AC00000000000000000000000000000001";
    private const string OtherAccount = "AC00000000000000000000000000000002";
    private const string LiveKitKey = "APItest";
    private const string LiveKitSecret = "livekit-secret";
    private const string ParticipantKey = "the-key-that-signs-participants-tokens";
    private const string ApiKey = "SK00000000000000000000000000000001";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sessions-clients-");
    private Uri? _address;
    private Func<ValueTask> _end = () => ValueTask.CompletedTask;

    private Dictionary<string, string?> Settings => new()
    {
        ["Sqlite:Path"] = Path.Combine(_folder.FullName, "sessions.db"),
        ["Accounts:0:Id"] = "dev",
        ["Accounts:0:Sid"] = Account,
        ["Accounts:0:Secrets:0"] = "dev-secret",
        ["Accounts:0:ParticipantKey"] = ParticipantKey,
        ["Accounts:0:ApiKeys:0:Sid"] = ApiKey,
        ["Accounts:0:ApiKeys:0:Secret"] = "key-secret",
        ["Accounts:0:ApiKeys:0:Scopes:0"] = "*",
        ["Accounts:0:Tokens:0:Token"] = "alice-token",
        ["Accounts:0:Tokens:0:PhoneNumbers:0"] = "+17085852753",
        ["Accounts:0:Tokens:0:Role"] = "host",
        ["Accounts:0:Tokens:0:Scopes:0"] = "*",
        ["Accounts:0:Tokens:1:Token"] = "bob-token",
        ["Accounts:0:Tokens:1:PhoneNumbers:0"] = "+17085854000",
        ["Accounts:0:Tokens:1:Role"] = "host",
        ["Accounts:0:Tokens:1:Scopes:0"] = "*",
        ["Accounts:0:Tokens:2:Token"] = "reader-token",
        ["Accounts:0:Tokens:2:PhoneNumbers:0"] = "+17085852753",
        ["Accounts:0:Tokens:2:Scopes:0"] = "webrtc-call-handling:sessions:read",
        ["Accounts:0:Tokens:3:Token"] = "expired-token",
        ["Accounts:0:Tokens:3:PhoneNumbers:0"] = "+17085852753",
        ["Accounts:0:Tokens:3:Scopes:0"] = "*",
        ["Accounts:0:Tokens:3:ExpiresAt"] = "2020-01-01T00:00:00Z",
        ["Accounts:0:Tokens:4:Token"] = "viewer-token",
        ["Accounts:0:Tokens:4:PhoneNumbers:0"] = "+17085850000",
        ["Accounts:0:Tokens:4:Scopes:0"] = "*",
        ["Accounts:0:Tokens:4:Subject"] = "vera",
        ["Accounts:0:Tokens:4:Role"] = "viewer",
        ["Accounts:0:Tokens:5:Token"] = "ann-token",
        ["Accounts:0:Tokens:5:Scopes:0"] = "*",
        ["Accounts:0:Tokens:5:Subject"] = "ann",
        ["Accounts:0:Tokens:6:Token"] = "ben-token",
        ["Accounts:0:Tokens:6:Scopes:0"] = "*",
        ["Accounts:0:Tokens:6:Subject"] = "ben",
        ["LiveStream:PublicAccount"] = "dev",
        ["Cors:Origins:0"] = "http://localhost:8123",
        ["LiveKit:ApiKey"] = LiveKitKey,
        ["LiveKit:ApiSecret"] = LiveKitSecret,
        ["Accounts:1:Id"] = "other",
        ["Accounts:1:Sid"] = OtherAccount,
        ["Accounts:1:Secrets:0"] = "other-secret",
    };

    /// <summary>Where the host is and what opens it, as the scripts' environment variables.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["SESSIONS_URL"] = _address!.GetLeftPart(UriPartial.Authority),
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
        ["SESSIONS_ANN_TOKEN"] = "ann-token",
        ["SESSIONS_BEN_TOKEN"] = "ben-token",
        ["LIVEKIT_API_KEY"] = LiveKitKey,
        ["LIVEKIT_API_SECRET"] = LiveKitSecret,
    };

    /// <inheritdoc/>
    public Task InitializeAsync() => TestHosts.IsFunctions ? StartBehindHost() : StartOnKestrel();

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        await _end();
        _folder.Delete(recursive: true);
    }

    private async Task StartOnKestrel()
    {
        var app = SelfHost.Build(
            ["--quiet", "--urls=http://127.0.0.1:0",
                .. Settings.Select(setting => $"--{setting.Key}={setting.Value}")]);
        await app.StartAsync();
        (_address, _end) = (new(app.Urls.Single()), app.DisposeAsync);
    }

    private async Task StartBehindHost()
    {
        var program = await PublishedProgram.StartBehindHost(HostedSettings.With(HostedSettings.Named(Settings)));
        (_address, _end) = (program.Host.Address, program.Host.DisposeAsync);
    }
}
