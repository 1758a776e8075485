using System.Text.Json.Serialization;
using Sessions.Http.Accounts;

namespace Sessions.LiveStream;

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
