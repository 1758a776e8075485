using Microsoft.Extensions.Configuration;

namespace Sessions.Hosting;

/// <summary>
/// The account that there is when no other is configured and only this machine can reach the program. Its secrets are
/// public: never for use.
/// </summary>
public static class DevelopmentAccount
{
    /// <summary>The account SID, which is the user name for Basic.</summary>
    public const string Sid = "AC00000000000000000000000000000001";

    /// <summary>The password for Basic.</summary>
    public const string Secret = "dev-secret";

    /// <summary>The bearer token, which may do everything.</summary>
    public const string Token = "dev-token";

    private static readonly Dictionary<string, string?> _settings = new()
    {
        ["Accounts:0:Id"] = "dev",
        ["Accounts:0:Sid"] = Sid,
        ["Accounts:0:Name"] = "Development",
        ["Accounts:0:Secrets:0"] = Secret,
        ["Accounts:0:Tokens:0:Token"] = Token,
        ["Accounts:0:Tokens:0:Subject"] = "dev-user",
        ["Accounts:0:Tokens:0:PhoneNumbers:0"] = "+17085852753",
        ["Accounts:0:Tokens:0:Scopes:0"] = "*",
        ["Accounts:0:Tokens:0:Role"] = "host",
    };

    /// <summary>Adds the account when the settings, which must be complete, have none.</summary>
    public static void AddDevelopmentAccount(this ConfigurationManager configuration)
    {
        if (!configuration.GetSection("Accounts").Exists())
        {
            configuration.AddInMemoryCollection(_settings);
        }
    }

    /// <summary>Whether these settings hold the development account.</summary>
    internal static bool IsIn(IConfiguration configuration) =>
        configuration["Accounts:0:Sid"] == Sid && configuration["Accounts:0:Secrets:0"] == Secret;
}
