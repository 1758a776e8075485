using Sessions.Http.OpenApi;

namespace Sessions.Operator;

/// <summary>The surface for its OpenAPI document.</summary>
internal static class OperatorDescription
{
    private static readonly OperatorJson _wire = OperatorJson.Default;

    /// <summary>The whole of it.</summary>
    public static SurfaceDescription Surface { get; } = new(
        "operator",
        "Operator",
        "Operator",
        "v1",
        "An account's sessions of all APIs, to look at and to close. What is in a session is not shown.")
    {
        Security = [Security.Bearer("A token of the account with the scope `operator`.")],
        Error = _ => _wire.OperatorError,
        Path = [new("id", Schema.Text(), "The id that the list gives.")],
        Members = new Dictionary<string, Schema>
        {
            ["SessionView.state"] = Schema.Words(SessionView.Open, SessionView.Closed),
        },
        Operations = new Dictionary<string, Operation>
        {
            ["ListSessions"] = new(Reply.Value(200, _wire.SessionPage))
            {
                Query =
                [
                    new("kind", Schema.Text(), "Only those of this kind, such as `twilio-proxy/session`."),
                    new("state", Schema.Words(SessionView.Open, SessionView.Closed), "Only open or only closed ones."),
                    new("status", Schema.Text(), "Only those with this status, in their own API's words."),
                    new("createdFrom", Schema.Moment, "Only those created then or later."),
                    new("createdBefore", Schema.Moment, "Only those created before."),
                    new Field("pageSize", Schema.Whole(1, 200), "How many to a page; 50 unless said otherwise.")
                    {
                        Example = "50",
                    },
                    new("cursor", Schema.Text(), "Where the page begins: the `next` of the page before."),
                ],
            },
            ["FetchSession"] = new(Reply.Thing(200, _wire.SessionView)),
            ["CloseSession"] = new(Reply.Thing(200, _wire.SessionView)) { Conditional = true },
        },
    };
}
