using Microsoft.AspNetCore.Http;
using Sessions.Http;

namespace Sessions.Operator;

/// <summary>Which sessions to list, as the query says.</summary>
internal sealed record SessionFilter(
    string? Surface,
    string? Kind,
    string? State,
    string? Status,
    DateTimeOffset? CreatedFrom,
    DateTimeOffset? CreatedBefore)
{
    /// <summary>The query parameters of the list.</summary>
    public static string[] Parameters { get; } =
        ["surface", "kind", "state", "status", "createdFrom", "createdBefore", "pageSize", "cursor"];

    /// <exception cref="RefusedException">A value cannot be used.</exception>
    public static SessionFilter Read(IQueryCollection query) => new(
        OperatorQuery.One(query, "surface"),
        OperatorQuery.One(query, "kind"),
        OperatorQuery.Word(query, "state", SessionView.Open, SessionView.Closed),
        OperatorQuery.One(query, "status"),
        OperatorQuery.Moment(query, "createdFrom"),
        OperatorQuery.Moment(query, "createdBefore"));
}
