namespace Sessions.LiveStream;

/// <summary>What is stored of a preset beside its moments: how the sessions made with it are.</summary>
public sealed record Preset
{
    /// <summary>Who made it.</summary>
    public required Guid UserId { get; init; }

    /// <summary>1 to 255 characters.</summary>
    public required string Name { get; init; }

    /// <summary>whip or rtmp: the mode of sessions that name none.</summary>
    public required string Type { get; init; }

    /// <summary>Such as #1A2B3C.</summary>
    public required string PrimaryColor { get; init; }

    /// <summary>How many viewers may be in at once.</summary>
    public int MaxJoinLimit { get; init; } = 100;

    /// <summary>An image's address, or null.</summary>
    public string? Logo { get; init; }

    /// <summary>Where a click on it leads, or null.</summary>
    public string? LogoDestinationUrl { get; init; }

    /// <summary>Every switch of <see cref="PresetFlags"/> by its name.</summary>
    public required IReadOnlyDictionary<string, bool> Flags { get; init; }

    /// <summary>Whether a switch is on.</summary>
    public bool Has(string flag) => Flags.GetValueOrDefault(flag);
}

/// <summary>A preset as it was when a session was made with it: the session keeps to it.</summary>
/// <param name="Id">The preset's id.</param>
/// <param name="Preset">What it said.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="UpdatedAt">When it was changed last.</param>
public sealed record PresetCopy(Guid Id, Preset Preset, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);
