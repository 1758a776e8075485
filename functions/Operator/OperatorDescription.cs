using Sessions.Http.OpenApi;

namespace Sessions.Operator;

/// <summary>The surface for its OpenAPI document.</summary>
internal static class OperatorDescription
{
    private static readonly OperatorJson _wire = OperatorJson.Default;

    private static readonly Field _allAccounts = new(
        "allAccounts",
        Schema.Words("true", "false"),
        "`true`: of all accounts, and of requests that are nobody's; needs the scope `installation`, too.");

    private static readonly Field[] _page =
    [
        new("pageSize", Schema.Whole(1, 200), "How many to a page; 50 unless said otherwise.") { Example = "50" },
        new("cursor", Schema.Text(), "Where the page begins: the `next` of the page before."),
    ];

    /// <summary>The whole of it.</summary>
    public static SurfaceDescription Surface { get; } = new(
        "operator",
        "Operator",
        "Operator",
        "v1",
        "An account's sessions of all APIs, to look at and to close, and the events that targets outside are told. "
            + "What is in a session or an event is not shown.")
    {
        Security = [Security.Bearer("A token of the account with the scope `operator`.")],
        Error = _ => _wire.OperatorError,
        Path = [new("id", Schema.Text(), "The id that the list gives.")],
        Members = new Dictionary<string, Schema>
        {
            ["SessionView.state"] = Schema.Words(SessionView.Open, SessionView.Closed),
            ["EventView.state"] = Schema.Words(EventView.States),
        },
        Operations = new OrderedDictionary<string, Operation>
        {
            ["ListSessions"] = new(Reply.Value(200, _wire.SessionPage))
            {
                Query =
                [
                    new("surface", Schema.Text(), "Only those of this API, such as `TwilioProxy`."),
                    new("kind", Schema.Text(), "Only those of this kind, such as `twilio-proxy/session`."),
                    new("state", Schema.Words(SessionView.Open, SessionView.Closed), "Only open or only closed ones."),
                    new("status", Schema.Text(), "Only those with this status, in their own API's words."),
                    new("createdFrom", Schema.Moment, "Only those created then or later."),
                    new("createdBefore", Schema.Moment, "Only those created before."),
                    .. _page,
                ],
            },
            ["FindSessions"] = new(Reply.Value(200, _wire.SessionsFound))
            {
                Body = Body.Json(
                    "FindBody",
                    new Field("text", Schema.Text(300, 1), "An id that any API shows, a name, or a telephone number.")
                        .Must().Like("+14155550001"),
                    new("allAccounts", Schema.Flag, "In all accounts; needs the scope `installation`, too.")),
            },
            ["FetchSession"] = new(Reply.Thing(200, _wire.SessionView)),
            ["ShowTimeline"] = new(Reply.Value(200, _wire.TimelineView)),
            ["ListEvents"] = new(Reply.Value(200, _wire.EventPage))
            {
                Query =
                [
                    new("session", Schema.Text(), "Only those of the session of this id."),
                    new("target", Schema.Text(), "Only those to this host, or to this target as events show it."),
                    new("state", Schema.Words(EventView.States), "Only waiting, delivered or failed ones."),
                    new("from", Schema.Moment, "Only those that happened then or later."),
                    new("before", Schema.Moment, "Only those that happened before."),
                    .. _page,
                ],
            },
            ["FetchEvent"] = new(Reply.Value(200, _wire.EventView)),
            ["ResendEvent"] = new(Reply.Value(200, _wire.EventView)),
            ["RecoverEvents"] = new(Reply.Value(200, _wire.Recovered))
            {
                Query =
                [
                    new("since", Schema.Moment, "Only what happened then or later."),
                    new("target", Schema.Text(), "Only what goes to this host, or this target as events show it."),
                    new("cursor", Schema.Text(), "Where to go on: the `next` of the answer before."),
                ],
            },
            ["ListTargets"] = new(Reply.Value(200, _wire.TargetList)),
            ["ShowCounts"] = new(Reply.Value(200, _wire.CountsView)),
            ["ShowActivity"] = new(Reply.Value(200, ActivityJson.Default.ActivityView)) { Query = [_allAccounts] },
            ["CloseSession"] = new(Reply.Thing(200, _wire.SessionView)) { Conditional = true },
        },
    };
}
