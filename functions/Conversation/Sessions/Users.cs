namespace Sessions.Conversation;

/// <summary>Who may see and do what. A user is a token's subject; <c>users/alice</c> is <c>alice</c>.</summary>
internal static class Users
{
    private const string Collection = "users/";

    /// <summary>The user of a name, with or without its collection.</summary>
    public static string IdOf(string name) =>
        name.StartsWith(Collection, StringComparison.Ordinal) ? name[Collection.Length..] : name;

    public static bool Owns(SessionFields fields, string user) => Lists(fields.Owners, user);

    /// <summary>Whether the session names a user, as an owner or as allowed.</summary>
    public static bool IsNamed(SessionFields fields, string user) =>
        Owns(fields, user) || Lists(fields.AllowedUsers, user);

    /// <summary>Whether the session is open to a user who has not joined it.</summary>
    public static bool IsOpenTo(SessionFields fields, string user) => !IsGuarded(fields) || IsNamed(fields, user);

    /// <summary>Private sessions are; Temporary ones when they name whom they are open to.</summary>
    private static bool IsGuarded(SessionFields fields) => fields.SessionType switch
    {
        SessionTypes.Public => false,
        SessionTypes.Temporary => fields.AllowedUsers.Count > 0 || fields.SecretKey.Length > 0,
        _ => true,
    };

    private static bool Lists(IReadOnlyList<string> names, string user)
    {
        // A list may have an empty name in it, which is nobody's.
        if (user.Length == 0)
        {
            return false;
        }

        foreach (var name in names)
        {
            if (IdOf(name) == user)
            {
                return true;
            }
        }

        return false;
    }
}
