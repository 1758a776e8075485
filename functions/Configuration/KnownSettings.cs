using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace Sessions.Configuration;

/// <summary>
/// Every setting that there is, as local.settings.sample.json lists and explains it. A key that nothing reads would be
/// a wish that nobody hears: one letter too few in <c>Accounts__0__Id</c>, and the account would not exist.
/// </summary>
public sealed class KnownSettings
{
    private const string Sample = "local.settings.sample.json";
    private const string AnyItem = "0";

    // Names of before, which go on being read.
    private static readonly string[] _former =
        ["Expiry__Schedule", "Outbox__Schedule", "LiveStream__Schedule", "LiveStream__PublicAccount"];

    private readonly string[][] _keys;
    private readonly HashSet<string> _sections;

    private KnownSettings(IReadOnlyList<KeyValuePair<string, string>> explained)
    {
        Explained = explained;
        _keys = [.. explained.Select(one => one.Key).Concat(_former).Select(key => key.Split("__"))];
        _sections = _keys.Where(key => key.Length > 1).Select(key => key[0])
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The settings in the order of the sample, and what each is for.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Explained { get; }

    /// <summary>Reads them.</summary>
    public static KnownSettings Read()
    {
        using var resource = typeof(KnownSettings).Assembly.GetManifestResourceStream(Sample)!;
        using var sample = JsonDocument.Parse(resource);
        return new(
        [
            .. sample.RootElement.GetProperty(nameof(Explained)).EnumerateObject()
                .Where(one => one.Name.Length > 0)
                .Select(one => KeyValuePair.Create(one.Name, one.Value.GetString()!)),
        ]);
    }

    /// <summary>
    /// What is wrong with the names of these settings: a key under a section of ours that nothing reads, or one under
    /// no section of ours that is a letter away from one. Other programs' variables are none of our business.
    /// </summary>
    public IEnumerable<SettingsException> Unknown(IConfiguration configuration) =>
        from section in configuration.GetChildren()
        let ours = SectionLike(section.Key)
        where ours is not null
        from setting in section.AsEnumerable()
        where !string.IsNullOrWhiteSpace(setting.Value)
        let key = setting.Key.Split(':')
        where key.Length > 1 && !_keys.Any(known => IsOne(known, key))
        orderby setting.Key
        select new SettingsException(
            $"The setting {string.Join("__", key)} is not known; {Nearest([ours, .. key[1..]])}.");

    private string? SectionLike(string name) =>
        _sections.TryGetValue(name, out var section)
            ? section
            : _sections.FirstOrDefault(known =>
                Math.Abs(known.Length - name.Length) <= 1 && Spelling.Distance(known, name) == 1);

    private string Nearest(string[] key)
    {
        var near = _keys
            .Where(known => known[0] == key[0])
            .Select(known => Like(known, key))
            .MinBy(known => Spelling.Distance(known, string.Join("__", key)));
        return $"did you mean {near}? --help lists them all";
    }

    // The same item of the same list, as far as there are lists.
    private static string Like(string[] known, string[] key) => string.Join(
        "__", known.Select((part, place) => part == AnyItem && place < key.Length ? key[place] : part));

    private static bool IsOne(string[] known, string[] key) =>
        known.Length == key.Length && known.Zip(key).All(pair =>
            pair.First == AnyItem || pair.First.Equals(pair.Second, StringComparison.OrdinalIgnoreCase));
}

/// <summary>How near two words are.</summary>
internal static class Spelling
{
    /// <summary>
    /// How many letters have to be added, left out, exchanged for others or with their neighbours to get from one to
    /// the other, in whatever case.
    /// </summary>
    public static int Distance(string one, string other)
    {
        var steps = new int[one.Length + 1][];
        for (var i = 0; i <= one.Length; i++)
        {
            steps[i] = new int[other.Length + 1];
            for (var j = 0; j <= other.Length; j++)
            {
                steps[i][j] = i == 0 || j == 0 ? i + j : Least(steps, one, other, i, j);
            }
        }

        return steps[one.Length][other.Length];
    }

    private static int Least(int[][] steps, string one, string other, int i, int j)
    {
        var change = steps[i - 1][j - 1] + (IsSame(one[i - 1], other[j - 1]) ? 0 : 1);
        var least = Math.Min(change, 1 + Math.Min(steps[i - 1][j], steps[i][j - 1]));
        var areSwapped = i > 1 && j > 1 && IsSame(one[i - 1], other[j - 2]) && IsSame(one[i - 2], other[j - 1]);
        return areSwapped ? Math.Min(least, 1 + steps[i - 2][j - 2]) : least;
    }

    private static bool IsSame(char one, char other) => char.ToUpperInvariant(one) == char.ToUpperInvariant(other);
}
