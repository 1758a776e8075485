using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Outbox;
using Sessions.Tests.Support;

namespace Sessions.Tests.CamaraWebRtc;

/// <summary>The people of the tests, of one account: Alice calls Bob, and Carol has no part in it.</summary>
internal static class CamaraUsers
{
    public const string Alice = TestAccounts.AcmeToken;
    public const string Bob = "bob-token";
    public const string Carol = "carol-token";

    /// <summary>Alice with two numbers, of which the second is Dora's.</summary>
    public const string AliceAndDora = "alice-and-dora-token";

    /// <summary>Alice's, and it may only read calls.</summary>
    public const string Reader = "reader-token";

    /// <summary>Alice's, and it may do nothing.</summary>
    public const string Scopeless = "scopeless-token";

    /// <summary>One that ran out before the tests begin.</summary>
    public const string Expired = "expired-token";

    /// <summary>A machine's, that names no subscriber and may register Bob's number, and no other.</summary>
    public const string Machine = "machine-token";

    /// <summary>A machine's, that speaks for no number.</summary>
    public const string Nobody = "nobody-token";

    /// <summary>Bob's number, in another account.</summary>
    public const string BobElsewhere = TestAccounts.OtherToken;

    private const string MachineScopes = "webrtc-registration:sessions:create webrtc-registration:sessions:read "
        + "webrtc-registration:sessions:write webrtc-registration:sessions:delete webrtc-call-handling:sessions:create "
        + "webrtc-registration:phone-number:" + BobNumber;

    public const string AliceNumber = "+17085852753";
    public const string BobNumber = "+17085854000";
    public const string DoraNumber = "+17085851111";

    public static readonly Dictionary<string, string?> Settings = Tokens(
        (Bob, "bob", "*", [BobNumber], null),
        (Carol, "carol", "*", ["+17085859999"], null),
        (AliceAndDora, "alice", "*", [AliceNumber, DoraNumber], null),
        (Reader, "alice", "webrtc-call-handling:sessions:read", [AliceNumber], null),
        (Expired, "alice", "*", [AliceNumber], "2026-03-14T09:26:53Z"),
        (Scopeless, "alice", "nothing", [AliceNumber], null),
        (Nobody, "nobody", "*", [], null),
        (Machine, "machine", MachineScopes, [], null));

    /// <summary>The service with these users.</summary>
    /// <param name="workers">How many workers pass events on as soon as they are committed; 0 leaves it to
    /// <see cref="SessionsApp.DeliverDue"/>.</param>
    /// <param name="more">Adds to the settings.</param>
    /// <param name="services">Adds to the services, such as the store of another process.</param>
    public static Task<SessionsApp> Start(
        int workers = 8,
        Action<IConfigurationManager>? more = null,
        Action<IServiceCollection>? services = null) => SessionsApp.Start(builder =>
    {
        builder.Services.AddSingleton(new OutboxSettings { AllowLocal = true, Parallelism = workers });
        foreach (var (key, value) in Settings)
        {
            builder.Configuration[key] = value;
        }

        more?.Invoke(builder.Configuration);
        services?.Invoke(builder.Services);
    });

    /// <summary>Waits until nothing is under way, and finds nothing more when time goes on.</summary>
    public static async Task Quiet(SessionsApp app)
    {
        await app.EventsLeft(0);
        app.Clock.Advance(TimeSpan.FromMinutes(1));
        await app.DeliverDue();
    }

    private static Dictionary<string, string?> Tokens(
        params (string Token, string Subject, string Scope, string[] Numbers, string? ExpiresAt)[] tokens)
    {
        var settings = new Dictionary<string, string?>();
        foreach (var (i, (token, subject, scope, numbers, expiresAt)) in tokens.Index())
        {
            var key = $"Accounts:0:Tokens:{i + 10}";
            settings[$"{key}:Token"] = token;
            settings[$"{key}:Subject"] = subject;
            foreach (var (s, one) in scope.Split(' ').Index())
            {
                settings[$"{key}:Scopes:{s}"] = one;
            }

            settings[$"{key}:ExpiresAt"] = expiresAt;
            foreach (var (n, number) in numbers.Index())
            {
                settings[$"{key}:PhoneNumbers:{n}"] = number;
            }
        }

        return settings;
    }
}
