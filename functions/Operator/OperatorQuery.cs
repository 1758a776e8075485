using Microsoft.AspNetCore.Http;
using Sessions.Http;

namespace Sessions.Operator;

/// <summary>What every operation for operators asks of its query.</summary>
internal static class OperatorQuery
{
    /// <summary>Refuses parameters that nobody reads: a filter that is misspelt would find everything.</summary>
    /// <exception cref="RefusedException">There are some.</exception>
    public static void RequireOnly(this IQueryCollection query, params string[] known)
    {
        if (query.Keys.FirstOrDefault(name => !known.Contains(name)) is not null)
        {
            throw RefusedException.For(RefusalKind.Invalid, known is []
                ? "This operation takes no query parameters."
                : $"This operation takes no other query parameters than {string.Join(", ", known)}.");
        }
    }

    /// <summary>Whether a parameter is <c>true</c>.</summary>
    /// <exception cref="RefusedException">It is neither that nor <c>false</c>.</exception>
    public static bool IsTrue(this IQueryCollection query, string name) => SessionFilter.One(query, name) switch
    {
        null or "false" => false,
        "true" => true,
        _ => throw RefusedException.For(RefusalKind.Invalid, $"{name} must be true or false."),
    };
}
