namespace Sessions.Http.Accounts;

/// <summary>Who is calling: an account, and for bearer tokens a person or program in it.</summary>
/// <param name="Account">The tenant.</param>
public sealed record Caller(Account Account)
{
    /// <summary>
    /// What tells this caller from the others of the account: the account's SID, an API key's, or a token's subject.
    /// </summary>
    public string Id { get; init; } = Account.Sid;

    /// <summary>The token's subject; the account's id for Basic credentials.</summary>
    public string Subject { get; init; } = Account.Id;

    /// <summary>The subject's name for people, or null.</summary>
    public string? Name { get; init; }

    /// <summary>The subject's e-mail address, or null.</summary>
    public string? Email { get; init; }

    /// <summary>The subject's role in a surface that has roles, or null.</summary>
    public string? Role { get; init; }

    /// <summary>What the caller may do; <c>*</c> is everything. Nothing, unless something is said.</summary>
    public IReadOnlySet<string> Scopes { get; init; } = Nothing;

    /// <summary>The telephone numbers that the token speaks for, in E.164.</summary>
    public IReadOnlyList<string> PhoneNumbers { get; init; } = [];

    /// <summary>The scopes of whoever may do everything.</summary>
    public static IReadOnlySet<string> Everything { get; } = new HashSet<string> { "*" };

    private static IReadOnlySet<string> Nothing { get; } = new HashSet<string>();

    /// <summary>Whether the caller may do this.</summary>
    public bool May(string scope) => Scopes.Contains(scope) || Scopes.Contains("*");

    /// <summary>Refuses whoever may not do this; null asks for nothing.</summary>
    /// <exception cref="RefusedException">The scope is not among the caller's.</exception>
    public void Require(string? scope)
    {
        if (scope is not null && !May(scope))
        {
            throw RefusedException.For(RefusalKind.Forbidden, $"These credentials lack the scope {scope}.");
        }
    }
}
