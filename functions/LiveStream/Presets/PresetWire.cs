using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Sessions.Http.Accounts;

namespace Sessions.LiveStream;

/// <summary>The fields of a preset's create and update, in the specification's ranges.</summary>
internal static partial class PresetFields
{
    private const int MaxAddress = 2048;

    /// <summary>The specification lets a create say up to 100 places, and an update only up to 5.</summary>
    private const int MaxOnCreate = 100;
    private const int MaxOnUpdate = 5;

    /// <summary>The preset that a create asks for.</summary>
    public static Preset Create(Fields given, Caller caller)
    {
        var preset = new Preset
        {
            UserId = caller.Id(), Name = "", Type = "", PrimaryColor = "", Flags = PresetFlags.Defaults,
        };
        return Apply(preset, given, _ => true, MaxOnCreate);
    }

    /// <summary>The preset with what an update names.</summary>
    public static Preset Update(Preset preset, Fields given) => Apply(preset, given, given.Has, MaxOnUpdate);

    private static Preset Apply(Preset preset, Fields given, Func<string, bool> asks, int maxJoinLimit)
    {
        var changed = preset with
        {
            Name = asks("name") ? given.RequiredText("name", 1, 255) : preset.Name,
            Type = asks("type") ? given.Required("type", given.Word("type", "whip", "rtmp")) ?? "" : preset.Type,
            PrimaryColor = asks("primary_color") ? Colour(given) ?? "" : preset.PrimaryColor,
            MaxJoinLimit = given.Whole("max_join_limit", 1, maxJoinLimit) ?? preset.MaxJoinLimit,
            Logo = given.Has("logo") ? given.Text("logo", 0, MaxAddress) : preset.Logo,
            LogoDestinationUrl = given.Has("logo_destination_url")
                ? given.Text("logo_destination_url", 0, MaxAddress)
                : preset.LogoDestinationUrl,
            Flags = PresetFlags.Names.ToDictionary(name => name, name => given.Flag(name) ?? preset.Has(name)),
        };
        given.Check();
        return changed;
    }

    private static string? Colour(Fields given) =>
        given.Required("primary_color", given.Text("primary_color", ColourForm(), "#1A2B3C"));

    [GeneratedRegex(@"^#[0-9a-fA-F]{6}\z")]
    private static partial Regex ColourForm();
}

/// <summary>A preset on the wire. Source: the schema PresetResponse of TenByte's specification.</summary>
public sealed record PresetResource(
    Guid Id,
    Guid UserId,
    Guid LibraryId,
    string Name,
    string Type,
    int MaxJoinLimit,
    string PrimaryColor,
    string? Logo,
    string? LogoDestinationUrl,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    /// <summary>The switches of <see cref="PresetFlags"/>, each a field of its own.</summary>
    [JsonExtensionData]
    public IDictionary<string, object> Flags { get; } = new Dictionary<string, object>();

    internal static PresetResource Of(PresetCopy copy, Account account)
    {
        var resource = WithoutFlags(copy, account);
        foreach (var name in PresetFlags.Names)
        {
            resource.Flags.Add(name, copy.Preset.Has(name));
        }

        return resource;
    }

    private static PresetResource WithoutFlags(PresetCopy copy, Account account) => new(
        Id: copy.Id,
        UserId: copy.Preset.UserId,
        LibraryId: Ids.Of(account, "library"),
        Name: copy.Preset.Name,
        Type: copy.Preset.Type,
        MaxJoinLimit: copy.Preset.MaxJoinLimit,
        PrimaryColor: copy.Preset.PrimaryColor,
        Logo: copy.Preset.Logo,
        LogoDestinationUrl: copy.Preset.LogoDestinationUrl,
        CreatedAt: copy.CreatedAt,
        UpdatedAt: copy.UpdatedAt);
}

/// <summary>A page of presets.</summary>
public sealed record PresetList(IReadOnlyList<PresetResource> Presets, long Total, int Page, int Limit);
