namespace Sessions.LiveStream;

/// <summary>The fields of a session's create.</summary>
internal sealed record NewSession(
    string Title, string? Description, string? Mode, DateTimeOffset? ScheduledStartTime, Guid PresetId)
{
    private const int MaxDescription = 5000;

    public static NewSession Read(Fields given)
    {
        var session = new NewSession(
            given.RequiredText("title", 3, 255),
            given.Text("description", 0, MaxDescription),
            given.Word("mode", SessionMode.Webcam, SessionMode.Rtmp),
            given.Moment("scheduled_start_time"),
            given.Required("preset_id", given.Id("preset_id")) ?? Guid.Empty);
        given.Check();
        return session;
    }
}

/// <summary>The fields of a reschedule.</summary>
internal static class RescheduleFields
{
    public static DateTimeOffset Read(Fields given)
    {
        var start = given.Required("scheduled_start_time", given.Moment("scheduled_start_time"));
        given.Check();
        return start!.Value;
    }
}

/// <summary>
/// The fields of a settings update: what this session has instead of its preset. null gives the preset's value back.
/// </summary>
internal static class SettingsFields
{
    private const int MaxJoinLimit = 100;

    public static LiveSession Apply(LiveSession session, Fields given)
    {
        var changed = session with
        {
            ChatEnabled = given.Has("chat_enabled") ? given.Flag("chat_enabled") : session.ChatEnabled,
            StageEnabled = given.Has("stage_enabled") ? given.Flag("stage_enabled") : session.StageEnabled,
            MaxJoinLimit = given.Has("max_join_limit")
                ? given.Whole("max_join_limit", 1, MaxJoinLimit)
                : session.MaxJoinLimit,
        };
        given.Check();
        return changed;
    }
}
