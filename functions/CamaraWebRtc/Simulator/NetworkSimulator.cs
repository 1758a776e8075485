using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Sessions.Configuration;
using static Sessions.CamaraWebRtc.SessionStatus;

namespace Sessions.CamaraWebRtc.Simulator;

/// <summary>
/// A far end to test a client against: numbers of which each takes calls in its own way. They are subscribers of every
/// account, with tokens that only this process knows, and speak to the service as any client does.
/// </summary>
public sealed class NetworkSimulator
{
    private readonly IReadOnlyList<Subscriber> _subscribers;

    private NetworkSimulator(IReadOnlyList<Subscriber> subscribers) => _subscribers = subscribers;

    /// <summary>Whether the settings want it.</summary>
    /// <exception cref="SettingsException"><c>CamaraWebRtc__Simulator</c> is neither true nor false.</exception>
    public static bool IsWanted(IConfiguration configuration) =>
        new SettingsSection(configuration.GetSection("CamaraWebRtc")).OneOf("Simulator", "false", "true") is "true";

    /// <summary>Refuses it where real people may call.</summary>
    /// <exception cref="SettingsException">The settings want it.</exception>
    public static void CheckNotWanted(IConfiguration configuration)
    {
        if (IsWanted(configuration))
        {
            throw SettingsException.For(
                "CamaraWebRtc:Simulator",
                "true",
                "not be there: behind a Functions host nobody may be called who is only pretended");
        }
    }

    /// <summary>Adds the numbers' tokens to every account of the settings, which must be complete.</summary>
    public static NetworkSimulator AddTo(IConfigurationManager configuration)
    {
        List<Subscriber> subscribers = [];
        var settings = new Dictionary<string, string?>();
        foreach (var account in configuration.GetSection("Accounts").GetChildren())
        {
            foreach (var number in SimulatedNumber.All)
            {
                var token = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));
                var key = $"{account.Path}:Tokens:simulated-{number.Number}";
                settings[$"{key}:Token"] = token;
                settings[$"{key}:Subject"] = $"simulated-{number.Number}";
                settings[$"{key}:PhoneNumbers:0"] = number.Number;
                foreach (var (place, scope) in _scopes.Index())
                {
                    settings[$"{key}:Scopes:{place}"] = scope;
                }

                subscribers.Add(new(number, token));
            }
        }

        configuration.AddInMemoryCollection(settings);
        return new(subscribers);
    }

    /// <summary>Has every device take calls, until it is told to stop.</summary>
    /// <param name="http">The way to the service, without credentials.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told of what goes wrong.</param>
    /// <param name="stop">Ends it.</param>
    public Task Run(HttpClient http, TimeProvider time, ILogger logger, CancellationToken stop) => Task.WhenAll(
        from subscriber in _subscribers
        from place in Enumerable.Range(1, subscriber.Number.Devices)
        let device = DeviceId(subscriber.Number.Number, place)
        select new SimulatedDevice(http, subscriber.Number, device, subscriber.Token, time, logger).Run(stop));

    private static readonly string[] _scopes =
    [
        Scopes.WriteCall,
        Scopes.CreateRegistration,
        Scopes.ReadSubscription(R22.Generation),
        Scopes.CreateSubscription(R22.Generation, EventTypes.SessionInvitation),
    ];

    // The same in every run, so that a device is registered once.
    private static Guid DeviceId(string number, int place) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes($"{number}/{place}")).AsSpan(0, 16), bigEndian: true);

    private sealed record Subscriber(SimulatedNumber Number, string Token);
}

/// <summary>A number of the network simulator, and what its devices do when they are called.</summary>
/// <param name="Number">The number: one of 555-01XX, which North America keeps for fiction.</param>
/// <param name="Does">What it does, for people.</param>
/// <param name="Steps">The same for its devices.</param>
internal sealed record SimulatedNumber(string Number, string Does, params IReadOnlyList<Step> Steps)
{
    /// <summary>How many devices are registered for it.</summary>
    public int Devices { get; init; } = 1;

    /// <summary>All of them. docs/camara-webrtc.md tells the same.</summary>
    public static IReadOnlyList<SimulatedNumber> All { get; } =
    [
        new("+12025550100", "answers at once", new Step(0, Connected, Answers: true)),
        new("+12025550103", "answers after 3 seconds", new Step(0, Ringing), new Step(3, Connected, Answers: true)),
        new("+12025550110", "answers after 10 seconds", new Step(0, Ringing), new Step(10, Connected, Answers: true)),
        new("+12025550120", "is busy", new Step(0, Busy)),
        new("+12025550121", "declines after 2 seconds", new Step(0, Ringing), new Step(2, Declined)),
        new("+12025550122", "does not answer", new Step(0, Ringing)),
        new(
            "+12025550130",
            "plays early media, and answers after 5 seconds",
            new Step(0, InProgress, Answers: true),
            new Step(5, Connected, Answers: true)),
        new(
            "+12025550140",
            "answers after 2 seconds, on two devices at once",
            new Step(0, Ringing),
            new Step(2, Connected, Answers: true))
        {
            Devices = 2,
        },
        new(
            "+12025550150",
            "answers at once, and hangs up after 5 seconds",
            new Step(0, Connected, Answers: true),
            new Step(5, Terminated)),
    ];
}

/// <summary>One thing that a device does.</summary>
/// <param name="After">How many seconds after the one before.</param>
/// <param name="Status">The state that it takes the call to.</param>
/// <param name="Answers">Whether it sends its media along.</param>
internal sealed record Step(int After, string Status, bool Answers = false);
