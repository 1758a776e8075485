using System.Globalization;
using Microsoft.AspNetCore.Http;
using Sessions.Http;

namespace Sessions.Operator;

/// <summary>Which sessions to list, as the query says.</summary>
internal sealed record SessionFilter(
    string? Kind, string? State, string? Status, DateTimeOffset? CreatedFrom, DateTimeOffset? CreatedBefore)
{
    private const int DefaultPageSize = 50;
    private const int MaxPageSize = 200;

    /// <exception cref="RefusedException">A value cannot be used.</exception>
    public static SessionFilter Read(IQueryCollection query) => new(
        One(query, "kind"),
        One(query, "state") is { } state ? Checked(state) : null,
        One(query, "status"),
        Moment(query, "createdFrom"),
        Moment(query, "createdBefore"));

    /// <summary>How many on a page: <c>pageSize</c>, 1 to 200.</summary>
    public static int PageSize(IQueryCollection query) =>
        One(query, "pageSize") is not { } text ? DefaultPageSize
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            && size is >= 1 and <= MaxPageSize ? size
        : throw Invalid($"pageSize must be a whole number, 1 to {MaxPageSize}.");

    /// <summary>The one value of a parameter; null when it is absent or empty.</summary>
    public static string? One(IQueryCollection query, string name) => query[name] switch
    {
        { Count: 0 } or [""] => null,
        [{ } value] => value,
        _ => throw Invalid($"Send {name} only once."),
    };

    private static string Checked(string state) => state is SessionView.Open or SessionView.Closed
        ? state
        : throw Invalid($"state must be {SessionView.Open} or {SessionView.Closed}.");

    private static DateTimeOffset? Moment(IQueryCollection query, string name) =>
        One(query, name) is not { } text ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            ? moment
        : throw Invalid($"{name} must be a date such as 2030-07-30T20:00:00Z.");

    private static RefusedException Invalid(string message) => RefusedException.For(RefusalKind.Invalid, message);
}
