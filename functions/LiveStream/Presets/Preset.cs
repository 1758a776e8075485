using Sessions.Engine;

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

/// <summary>How presets are stored. All hosts of an account share them.</summary>
public sealed class PresetKind() : Kind<Preset>("live-stream/preset", LiveStreamStorageJson.Default.Preset)
{
    /// <summary>The preset as it is now, for a session to keep.</summary>
    internal static PresetCopy Copy(State<Preset> preset) => new(
        Guid.ParseExact(preset.Id, "D"), preset.Body, preset.CreatedAt, preset.UpdatedAt);
}

/// <summary>
/// The switches of a preset, by their names on the wire. All are on unless said otherwise, but for a few.
/// </summary>
internal static class PresetFlags
{
    public const string ChatEnabled = "chat_enabled";
    public const string StageEnabled = "stage_enabled";
    public const string RecordingEnabled = "recording_enabled";
    public const string HostCamera = "host_camera_enabled";
    public const string HostScreenShare = "host_screen_share";
    public const string AddCoHost = "host_add_co_host";
    public const string OnstageCamera = "onstage_camera_enabled";
    public const string OnstageScreenShare = "onstage_screen_share";
    public const string ManageStage = "moderator_manage_stage";
    public const string ManageChat = "moderator_manage_chat";
    public const string AudienceChat = "audience_chat_send_text";
    public const string AudienceStageRequest = "audience_stage_join_request";

    private static readonly string[] _off =
        [RecordingEnabled, "is_default", "audience_chat_send_file", "audience_poll_create"];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        StageEnabled, ChatEnabled, "poll_enabled", "viewer_count_visible",
        AddCoHost, HostCamera, HostScreenShare, "host_chat_send_text", "host_chat_send_file",
        "host_chat_receive_message", "host_poll_create", "host_poll_vote", "host_poll_view",
        OnstageCamera, OnstageScreenShare, "onstage_viewer_view",
        AudienceStageRequest, "audience_can_see_participants", AudienceChat, "audience_chat_send_file",
        "audience_chat_receive_message", "audience_poll_create", "audience_poll_vote", "audience_poll_view",
        ManageStage, ManageChat, "moderator_manage_poll",
        RecordingEnabled, "is_default",
    ];

    /// <summary>How they are when a create names none.</summary>
    public static IReadOnlyDictionary<string, bool> Defaults { get; } =
        Names.ToDictionary(name => name, name => !_off.Contains(name));
}
