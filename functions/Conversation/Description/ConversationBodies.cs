using System.Text.Json.Nodes;
using Sessions.Http.OpenApi;

namespace Sessions.Conversation;

/// <summary>The bodies that the surface reads, for its OpenAPI document.</summary>
internal static class ConversationBodies
{
    private static readonly Field[] _session =
    [
        new Field("profile", Schema.Text(256, 1), "The profile of the session.").Must().Like("default"),
        new Field("displayName", Schema.Text(256, 1), "Its title; not unique.").Must().Like("Morning"),
        new Field("sessionType", TypeOrName, "1 or PUBLIC, 2 or PRIVATE, 3 or TEMPORARY.").Must() with
        {
            Example = "1",
        },
        new Field("owners", Schema.List(Schema.Text(256)).With("minItems", 1), "Who may change and end it.").Must() with
        {
            Example = """["dev-user"]""",
        },
        new Field("defaultChannels", Schema.List(Schema.Whole(1)).With("minItems", 1), "Its channels, the usual first.")
            .Must() with
        {
            Example = "[1]",
        },
        new("description", Schema.Text(4096), "A brief overview."),
        new("allowedUsers", Schema.List(Schema.Text(256)), "Who beside the owners may see it while it is guarded."),
        new(
            "options",
            Schema.Struct,
            "Any object. Its `ttl`, such as `\"600s\"`, is how long a temporary session outlives its last activity; "
            + "with `anyChannel` messages may name any channel; its `retention`, such as `\"86400s\"`, is how long "
            + "what happens is kept."),
        new("secretKey", Schema.Text(256), "What opens a guarded session to whoever joins with it."),
    ];

    private static readonly Field[] _acting =
    [
        new Field("name", Schema.Text(256, 1), "The user who acts: the token's own.").Must().Like("dev-user"),
        new("session", Schema.Text(256), "The session of the path again, or nothing."),
        new("requestId", Schema.Uuid, "Makes a repeated request one request."),
        new("validateOnly", Schema.Flag, "Has it tried: it is answered as it would be, and nothing changes."),
    ];

    /// <summary>The enum, as it is written.</summary>
    public static Schema SessionType => Schema.Any
        .With("type", "integer")
        .With("enum", new JsonArray(SessionTypes.Public, SessionTypes.Private, SessionTypes.Temporary));

    public static Body Session { get; } = Body.Json("NewSession", _session);

    public static Body SessionUpdate { get; } = Body.Json(
        "SessionUpdate",
        [
            .. _session.Select(field => field with { Required = false }),
            new("etag", Schema.Text(256), "The etag that was seen last, as If-Match has it."),
        ]);

    public static Body Join { get; } = Body.Json(
        "Join", [.. _acting, new("secretKey", Schema.Text(256), "What opens a guarded session.")]);

    public static Body Leave { get; } = Body.Json("Leave", _acting);

    public static Body Heartbeat { get; } = Body.Json("Heartbeat", _acting);

    public static Body ReadPosition { get; } = Body.Json(
        "ReadPosition",
        [
            .. _acting,
            new Field("sequence", Schema.Whole(1), "The last event that the user has read.").Must() with
            {
                Example = "1",
            },
        ]);

    public static Body Signal { get; } = Body.Json(
        "Signal",
        [
            .. _acting,
            new Field("signal", Schema.Any, "Any JSON of up to 1 KB.").Must() with
            {
                Example = """{"typing":true}""",
            },
        ]);

    public static Body NewMessage { get; } = Body.Json(
        "NewMessage",
        [
            .. _acting,
            new Field("message", Schema.Any, "Any JSON of up to 64 KB.").Must() with
            {
                Example = """{"text":"hello"}""",
            },
            new("channel", Schema.Whole(0), "Its channel; the session's first unless said otherwise."),
        ]);

    private static Schema TypeOrName => Schema.Either(
        SessionType,
        Schema.Words("PUBLIC", "PRIVATE", "TEMPORARY"));
}
