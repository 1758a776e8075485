using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Sessions.Configuration;

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
