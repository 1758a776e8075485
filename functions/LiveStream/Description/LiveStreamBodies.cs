using Sessions.Http.OpenApi;

namespace Sessions.LiveStream;

/// <summary>The bodies that the surface reads, for its OpenAPI document.</summary>
internal static class LiveStreamBodies
{
    private static readonly Field _title = new Field("title", Schema.Text(255, 3), "Its title.").Like("Town hall");

    private static readonly Field _description = new("description", Schema.Text(5000).OrNull(), "More words.");

    private static readonly Field _analytics = new(
        "analytics",
        Schema.Members(
            new Field(
                "google_tag_manager",
                Schema.Members(
                    new("container_id", Schema.Text(64).OrNull(), "Such as GTM-XXXXXX."),
                    new("enabled", Schema.Flag.OrNull(), "Whether it counts.")).OrNull(),
                "Google Tag Manager.")).OrNull(),
        "Who counts visitors.");

    private static readonly Field _start =
        new Field("scheduled_start_time", Schema.Moment.OrNull(), "When it is to begin.").Like("2030-07-30T20:00:00Z");

    private static readonly Field _chat = new("chat_enabled", Schema.Flag.OrNull(), "Whether there is a chat.");

    private static readonly Field _stage = new("stage_enabled", Schema.Flag.OrNull(), "Whether there is a stage.");

    private static readonly Field[] _preset =
    [
        new Field("name", Schema.Text(255, 1), "Its name.").Must().Like("Standard"),
        new Field("type", Schema.Words("whip", "rtmp"), "The ingress of sessions that name no mode.").Must()
            .Like("whip"),
        new Field("primary_color", Schema.Form("^#[0-9a-fA-F]{6}$"), "The player's colour.").Must().Like("#1A2B3C"),
        new("logo", Schema.Text(2048).OrNull(), "An image's address."),
        new("logo_destination_url", Schema.Text(2048).OrNull(), "Where a click on it leads."),
        .. PresetFlags.Names.Select(name => new Field(
            name, Schema.Flag.OrNull().With("default", PresetFlags.Defaults[name]), "A switch of the session's.")),
    ];

    public static Body NewRoom { get; } = Body.Json("NewRoom", _title.Must(), _description, _analytics);

    public static Body RoomUpdate { get; } = Body.Json("RoomUpdate", _title, _description, _analytics) with
    {
        Optional = true,
    };

    public static Body NewPreset { get; } = Body.Json("NewPreset", [.. _preset, Places(100)]);

    public static Body PresetUpdate { get; } = Body.Json(
        "PresetUpdate", [.. _preset.Select(field => field with { Required = false }), Places(5)]) with
    {
        Optional = true,
    };

    public static Body NewSession { get; } = Body.Json(
        "NewSession",
        _title.Must(),
        new Field("preset_id", Schema.Uuid, "The preset that it is made with.").Must()
            .Like("00000000-0000-4000-8000-000000000000"),
        _description,
        new Field(
            "mode",
            Schema.Words(SessionMode.Webcam, SessionMode.Rtmp),
            "Its ingress; the preset's unless said otherwise.").Like(SessionMode.Webcam),
        _start);

    public static Body Reschedule { get; } = Body.Json(
        "Reschedule", _start with { Schema = Schema.Moment, Required = true });

    public static Body Settings { get; } = Body.Json(
        "SessionSettings",
        _chat with { Example = "true", Description = _chat.Description + " null gives the preset's value back." },
        _stage,
        Places(100)) with
    {
        Optional = true,
    };

    public static Body OnOrOff { get; } = Body.Json(
        "OnOrOff", new Field("enabled", Schema.Flag.OrNull(), "Whether it is on.") { Example = "true" }) with
    {
        Optional = true,
    };

    public static Body LiveKitEvent { get; } = new(
        "LiveKitEvent",
        "application/webhook+json",
        [
            new Field("event", Schema.Text(), "What happened.").Like("participant_joined"),
            new("created_at", Schema.Either(Schema.Whole(0), Schema.Text()), "When, in Unix seconds."),
            new("room", Schema.Struct, "The LiveKit room that it is about."),
        ]);

    private static Field Places(int max) =>
        new("max_join_limit", Schema.Whole(1, max).OrNull(), "How many viewers may be in at once.");
}
