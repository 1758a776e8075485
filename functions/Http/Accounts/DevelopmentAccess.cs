namespace Sessions.Http.Accounts;

/// <summary>
/// What opens the development account. It is among the services only where there is one: while nobody but this machine
/// can reach the program. Everybody knows these, so pages may offer them.
/// </summary>
/// <param name="Sid">The account SID, which is the user name for Basic.</param>
/// <param name="Secret">The password for Basic.</param>
/// <param name="Token">The bearer token, which may do everything.</param>
public sealed record DevelopmentAccess(string Sid, string Secret, string Token);
