using Microsoft.Extensions.Configuration;
using Sessions.CamaraWebRtc;
using Sessions.CamaraWebRtc.Simulator;
using Sessions.Configuration;
using Sessions.Hosting.Export;
using Sessions.Http;
using Sessions.Http.Accounts;
using Sessions.Http.Limits;
using Sessions.LiveStream;
using Sessions.Outbox;
using Sessions.Storage;
using Sessions.Storage.Cosmos;
using Sessions.TwilioProxy;

namespace Sessions.Hosting;

/// <summary>Looks at all settings before the first is used, so that whoever made them is told all at once.</summary>
internal static class SettingsCheck
{
    private static readonly Action<IConfiguration>[] _readers =
    [
        settings => Credentials.From(settings),
        settings => JwtSettings.From(settings),
        settings => CosmosSettings.From(settings),
        settings => RetentionSettings.From(settings),
        settings => ProxySettings.From(settings),
        settings => _ = new PublicAddress(settings),
        settings => Cors.From(settings),
        settings => LimitSettings.From(settings),
        settings => OutboxSettings.From(settings),
        settings => CallSettings.From(settings),
        settings => LiveKitSettings.From(settings),
        settings => EgressSettings.From(settings),
        settings => NetworkSimulator.IsWanted(settings),
        settings => CarrierSettings.From(settings),
        settings => ExportSettings.From(settings),
    ];

    /// <summary>Refuses settings whose names nobody knows, and such as hold what they should not.</summary>
    /// <param name="all">All settings.</param>
    /// <param name="more">What else they have to stand.</param>
    /// <exception cref="SettingsException">There are some; the message names them all.</exception>
    public static void CheckSettings(this IConfigurationRoot all, params Action<IConfiguration>[] more)
    {
        var settings = SettingsSnapshot.Of(all);
        List<SettingsException> wrong =
        [
            .. KnownSettings.Read().Unknown(settings)
                .Concat(_readers.Concat(more).SelectMany(reader => Wrong(reader, settings)))
                .DistinctBy(one => one.Message),
        ];
        if (wrong is not [])
        {
            throw SettingsException.All(wrong);
        }
    }

    // A reader stops at the first. As if that were not there, it finds the next.
    private static IEnumerable<SettingsException> Wrong(Action<IConfiguration> read, IConfiguration settings)
    {
        var (left, passed) = (settings, new HashSet<string>());
        while (Try(read, left) is { } next && (next.Key is null || passed.Add(next.Key)))
        {
            yield return next;
            if (next.Key is not { } key || left[key] is null)
            {
                yield break;
            }

            left = new ConfigurationBuilder()
                .AddConfiguration(left).AddInMemoryCollection([KeyValuePair.Create(key, (string?)"")]).Build();
        }
    }

    private static SettingsException? Try(Action<IConfiguration> read, IConfiguration settings)
    {
        try
        {
            read(settings);
            return null;
        }
        catch (SettingsException wrong)
        {
            return wrong;
        }
    }
}

/// <summary>Failures at start that their message explains, so that a stack trace would only hide it.</summary>
public static class StartFailure
{
    /// <summary>Whether the message alone tells what to do.</summary>
    public static bool Explains(Exception failure) =>
        failure is SettingsException or StoreStartException;

    /// <summary>Prints the message to standard error, and gives the process its exit code.</summary>
    public static int Report(Exception failure)
    {
        Console.Error.WriteLine($"Sessions did not start. {failure.Message}");
        return 1;
    }
}
