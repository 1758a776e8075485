using System.Text.Json.Nodes;
using Sessions.Http.OpenApi;

namespace Sessions.Conversation;

/// <summary>The surface for its OpenAPI document.</summary>
internal static class ConversationDescription
{
    private static readonly ConversationJson _wire = ConversationJson.Default;

    private static readonly Field[] _paging =
    [
        new Field("pageSize", Schema.Whole(0), "How many to a page; 50 unless said otherwise, at most 1000.")
        {
            Example = "50",
        },
        new("pageToken", Schema.Text(), "Where the page begins: the nextPageToken of the page before."),
    ];

    private static readonly Field[] _changing =
    [
        new("requestId", Schema.Uuid, "Makes a repeated request one request, as Idempotency-Key does."),
        new("validateOnly", Schema.Flag, "Has it tried: it is answered as it would be, and nothing changes."),
    ];

    private static readonly Field _lastEvent = new(
        "Last-Event-ID", Schema.Text(), "As `after`, and before it: what an EventSource sends when it connects again.");

    private static readonly Field[] _reading =
    [
        new("ticket", Schema.Text(), "A stream ticket in the place of a token."),
        new(
            "wrap",
            Schema.Words("result"),
            "Lines of `{\"result\": item}` without heartbeats, as grpc-gateway writes them."),
    ];

    private static readonly Reply _stream = new(200, "The stream, an item a line or as server-sent events.")
    {
        Type = _wire.StreamItem, MediaTypes = ["application/x-ndjson", "text/event-stream", "application/json"],
    };

    /// <summary>The whole of it.</summary>
    public static SurfaceDescription Surface { get; } = new(
        "conversation",
        "Conversation",
        "Conversation",
        "v1",
        "Sessions that people and robots join and talk in, with a stream of what happens. Proto3 JSON in and out: "
        + "members and query parameters may be in snake_case, too, and enums by name.")
    {
        Security = [Security.Bearer("A token with the scope of the operation, or with `*`; its subject is the user.")],
        Error = _ => _wire.StatusResource,
        Path = [new("session", Schema.Text(), "The session's id.")],
        Members = new Dictionary<string, Schema>
        {
            ["SessionResource.sessionType"] = ConversationBodies.SessionType,
            ["SessionResource.options"] = Schema.Struct,
            ["SessionResource.state"] = Schema.Words(SessionRules.Active, SessionRules.Ended),
            ["EventResource.session"] = Schema.Struct,
            ["EventResource.type"] = Schema.Words(
                EventTypes.Message, EventTypes.Joined, EventTypes.Left, EventTypes.Present, EventTypes.Absent,
                EventTypes.Updated, EventTypes.Ended, EventTypes.Signal, EventTypes.Read, EventTypes.Heartbeat,
                EventTypes.Resume, EventTypes.Inbox, EventTypes.Added, EventTypes.Removed),
        },
        Types = new Dictionary<Type, Schema> { [typeof(Timestamp)] = Schema.Moment, [typeof(RawJson)] = Schema.Any },
        Operations = new OrderedDictionary<string, Operation>
        {
            ["CreateSession"] = new(Reply.Thing(200, _wire.SessionResource))
            {
                Query =
                [
                    new Field(
                        "sessionId",
                        Schema.Form("^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$"),
                        "The id that it is to have; made up when absent.").Like("morning"),
                    .. _changing,
                ],
                Body = ConversationBodies.Session,
                Repeatable = true,
            },
            ["GetSession"] = new(Reply.Thing(200, _wire.SessionResource)),
            ["ListSessions"] = new(Reply.Value(200, _wire.SessionPage))
            {
                Query =
                [
                    .. _paging,
                    new("filter", Schema.Text(), "AIP-160, such as `state = ACTIVE AND owners:bob`."),
                    new("orderBy", Schema.Text(), "Of `createTime`, `updateTime` and `displayName`, such as "
                        + "`displayName, updateTime desc`; `createTime desc` unless said otherwise."),
                ],
            },
            ["UpdateSession"] = new(Reply.Thing(200, _wire.SessionResource))
            {
                Query =
                [
                    new Field(
                        "updateMask", Schema.Text(), "The members to change, between commas; `*` for all. Without it, "
                        + "those that are sent.").Like("displayName"),
                    new("allowMissing", Schema.Flag, "Creates the session, of all that is sent, where there is none."),
                    .. _changing,
                ],
                Body = ConversationBodies.SessionUpdate,
                Conditional = true,
            },
            ["DeleteSession"] = new(Reply.Value(200, _wire.EmptyResource))
            {
                Query =
                [
                    new("etag", Schema.Text(), "The etag that was seen last, as If-Match has it."),
                    new("allowMissing", Schema.Flag, "Whether it is no error where there is no such session."),
                    .. _changing,
                ],
                Conditional = true,
            },
            ["JoinSession"] = new(Reply.Value(200, _wire.SessionEnvelope))
            {
                Body = ConversationBodies.Join,
            },
            ["LeaveSession"] = new(Reply.Value(200, _wire.SessionEnvelope))
            {
                Body = ConversationBodies.Leave,
            },
            ["ListMembers"] = new(Reply.Value(200, _wire.MemberPage)) { Query = _paging },
            ["Heartbeat"] = new(Reply.Value(200, _wire.MemberEnvelope)) { Body = ConversationBodies.Heartbeat },
            ["MarkRead"] = new(Reply.Value(200, _wire.MemberEnvelope)) { Body = ConversationBodies.ReadPosition },
            ["SendSignal"] = new(Reply.Value(200, _wire.EmptyResource)) { Body = ConversationBodies.Signal },
            ["ListMessages"] = new(Reply.Value(200, _wire.MessagePage))
            {
                Query =
                [
                    .. _paging,
                    new("filter", Schema.Text(), "Comparisons of `user`, `channel`, `sequence` and `createTime`, "
                        + "joined by AND and OR, such as `user = \"bob\" AND channel = 1`."),
                    new("orderBy", Schema.Text(), "`sequence`, which is the default, or `sequence desc`."),
                ],
            },
            ["PublishMessage"] = new(Reply.Value(200, _wire.PublishedMessage))
            {
                Body = ConversationBodies.NewMessage, Repeatable = true,
            },
            ["CreateStreamTicket"] = new(Reply.Value(200, _wire.StreamTicket)),
            ["SessionEvents"] = new(_stream, Reply.Nothing(204, "The session has ended, and the reader knows it."))
            {
                Query =
                [
                    new Field(
                        "after", Schema.Form("^([0-9]+|latest)$"), "The last event that the reader has; 0 for all, "
                        + "`latest` for what is to come.").Like("0"),
                    new("tail", Schema.Whole(0), "How many of the latest events to begin with, instead of `after`."),
                    new("channel", Schema.Whole(0), "Only messages of this channel."),
                    .. _reading,
                ],
                Headers = [_lastEvent],
            },
            ["InboxEvents"] = new(_stream)
            {
                Query =
                [
                    new Field(
                        "after", Schema.Form("^([A-Za-z0-9_-]+|latest)$"), "The `cursor` of the last item that the "
                        + "reader has; `latest`, and nothing, for what is to come.").Like("latest"),
                    .. _reading,
                ],
                Headers = [_lastEvent],
            },
        },
    };
}

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
