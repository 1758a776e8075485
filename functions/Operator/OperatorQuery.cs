using System.Globalization;
using Microsoft.AspNetCore.Http;
using Sessions.Http;

namespace Sessions.Operator;

/// <summary>
/// Reads the query. Whatever nobody asks for is refused: a filter that is not heeded would find too much.
/// </summary>
internal static class OperatorQuery
{
    private const int DefaultPageSize = 50;
    private const int MaxPageSize = 200;

    /// <exception cref="RefusedException">There is a parameter of another name.</exception>
    public static void AllowOnly(IQueryCollection query, IReadOnlyCollection<string> names)
    {
        foreach (var name in query.Keys)
        {
            if (!names.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                throw Invalid(names.Count is 0
                    ? $"There is no query parameter {name} here, nor any other."
                    : $"There is no query parameter {name} here; there are {string.Join(", ", names)}.");
            }
        }
    }

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

    /// <summary>One of some words; null when it is absent.</summary>
    public static string? Word(IQueryCollection query, string name, params string[] words) =>
        One(query, name) is var word && (word is null || words.Contains(word)) ? word
        : throw Invalid($"{name} must be one of {string.Join(", ", words)}.");

    /// <summary>A moment; null when it is absent.</summary>
    public static DateTimeOffset? Moment(IQueryCollection query, string name) =>
        One(query, name) is not { } text ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            ? moment.ToUniversalTime()
        : throw Invalid($"{name} must be a date such as 2030-07-30T20:00:00Z.");

    /// <summary>Whether a parameter is <c>true</c>.</summary>
    /// <exception cref="RefusedException">It is neither that nor <c>false</c>.</exception>
    public static bool IsTrue(IQueryCollection query, string name) => Word(query, name, "true", "false") is "true";

    /// <summary>The refusal of what cannot be read.</summary>
    public static RefusedException Invalid(string message) => RefusedException.For(RefusalKind.Invalid, message);
}
