namespace Sessions.LiveStream;

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
    public const string AudienceChat = "audience_chat_send_text";
    public const string AudienceStageRequest = "audience_stage_join_request";

    private static readonly string[] _off =
        [RecordingEnabled, "is_default", "audience_chat_send_file", "audience_poll_create"];

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        StageEnabled, ChatEnabled, "poll_enabled", "viewer_count_visible",
        "host_add_co_host", HostCamera, HostScreenShare, "host_chat_send_text", "host_chat_send_file",
        "host_chat_receive_message", "host_poll_create", "host_poll_vote", "host_poll_view",
        "onstage_camera_enabled", "onstage_screen_share", "onstage_viewer_view",
        AudienceStageRequest, "audience_can_see_participants", AudienceChat, "audience_chat_send_file",
        "audience_chat_receive_message", "audience_poll_create", "audience_poll_vote", "audience_poll_view",
        "moderator_manage_stage", "moderator_manage_chat", "moderator_manage_poll",
        RecordingEnabled, "is_default",
    ];

    /// <summary>How they are when a create names none.</summary>
    public static IReadOnlyDictionary<string, bool> Defaults { get; } =
        Names.ToDictionary(name => name, name => !_off.Contains(name));
}
