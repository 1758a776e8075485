using Sessions.Http.Accounts;

namespace Sessions.LiveStream;

/// <summary>What the API calls users: the callers, by their tokens.</summary>
internal static class People
{
    public const string Host = "host";
    public const string Viewer = "viewer";
    public const string CoHost = "co_host";
    public const string Moderator = "moderator";
    public const string Speaker = "speaker";
    private const string Admin = "admin";

    /// <summary>Whoever reads what is public, without a token.</summary>
    public static Caller Nobody(Account account) => new(account) { Id = "", Subject = "", Role = Viewer };

    /// <summary>The user's id: always the same for one subject of one account.</summary>
    public static Guid Id(this Caller caller) => Ids.Of(caller.Account, $"user/{caller.Subject}");

    /// <summary>Whether nobody is known to call.</summary>
    public static bool IsNobody(this Caller caller) => caller.Subject.Length == 0;

    /// <summary>host, for tokens whose role is host or admin; without a role nobody is one.</summary>
    public static string RoleName(this Caller caller) => caller.IsIn(Host) || caller.IsIn(Admin) ? Host : Viewer;

    /// <summary>Refuses whoever is no host.</summary>
    public static void RequireHost(this Caller caller)
    {
        if (caller.RoleName() != Host)
        {
            throw LiveStreamErrors.HostOnly();
        }
    }

    /// <summary>Refuses whoever does not own what this host made; admins own all of their account.</summary>
    public static void RequireOwner(this Caller caller, Guid hostId)
    {
        caller.RequireHost();
        if (!caller.Owns(hostId))
        {
            throw LiveStreamErrors.NotYours();
        }
    }

    /// <summary>Whether the caller may do what this host may.</summary>
    public static bool Owns(this Caller caller, Guid hostId) =>
        caller.RoleName() == Host && (caller.Id() == hostId || caller.IsIn(Admin));

    /// <summary>Whether the token's role is this one.</summary>
    public static bool IsIn(this Caller caller, string role) =>
        string.Equals(caller.Role, role, StringComparison.OrdinalIgnoreCase);
}
