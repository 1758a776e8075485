using Microsoft.Extensions.Configuration;

namespace Sessions.Configuration;

/// <summary>
/// Settings as they are at one moment, with what is under each key at hand. A configuration that is asked what is under
/// a key looks through all that it has, and sorts it again for each of its sources: where there are a few hundred keys
/// of credentials, that took longer than all else at a start.
/// </summary>
internal sealed class SettingsSnapshot : ConfigurationProvider
{
    private readonly Dictionary<string, string[]> _under;

    private SettingsSnapshot(IConfigurationRoot settings)
    {
        Dictionary<string, HashSet<string>> under = new(StringComparer.OrdinalIgnoreCase);
        foreach (var source in settings.Providers)
        {
            Read(source, null, under);
        }

        _under = under.ToDictionary(
            one => one.Key,
            one => one.Value.Order(ConfigurationKeyComparer.Instance).ToArray(),
            StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The settings as they are now.</summary>
    public static IConfigurationRoot Of(IConfigurationRoot settings) =>
        new ConfigurationRoot([new SettingsSnapshot(settings)]);

    /// <inheritdoc/>
    public override IEnumerable<string> GetChildKeys(IEnumerable<string> earlierKeys, string? parentPath) =>
        earlierKeys.Concat(_under.GetValueOrDefault(parentPath ?? "", []));

    // A source names what is under a key once for each setting there is, so that it says itself what is at an end; but
    // for one that is a configuration of its own. What comes later counts.
    private void Read(IConfigurationProvider source, string? path, Dictionary<string, HashSet<string>> under)
    {
        foreach (var same in source.GetChildKeys([], path).GroupBy(name => name, StringComparer.OrdinalIgnoreCase))
        {
            if (!under.TryGetValue(path ?? "", out var names))
            {
                under[path ?? ""] = names = new(StringComparer.OrdinalIgnoreCase);
            }

            names.Add(same.Key);
            var key = path is null ? same.Key : ConfigurationPath.Combine(path, same.Key);
            var isThere = source.TryGet(key, out var value);
            if (isThere)
            {
                Set(key, value);
            }

            if (!isThere || same.Skip(1).Any() || source is ChainedConfigurationProvider)
            {
                Read(source, key, under);
            }
        }
    }
}
