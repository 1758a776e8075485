using Microsoft.Extensions.Configuration;
using Sessions.Configuration;
using Sessions.Http.Accounts;

namespace Sessions.Hosting;

/// <summary>Whether the settings have accounts that only their owners can use.</summary>
internal static class OwnAccounts
{
    /// <summary>Refuses settings without any account, and such with the secrets that everybody knows.</summary>
    /// <param name="configuration">The settings.</param>
    /// <param name="because">Why they are needed, such as <c>others can reach http://*:80</c>.</param>
    public static void RequireOwnAccounts(this IConfiguration configuration, string because)
    {
        configuration.RequireAccounts(because);
        foreach (var account in configuration.GetSection("Accounts").GetChildren())
        {
            Refuse(account.GetSection("Secrets").GetChildren(), DevelopmentAccount.Secret, because);
            foreach (var known in (string[])[DevelopmentAccount.Token, DevelopmentAccount.SecondToken])
            {
                Refuse(
                    account.GetSection("Tokens").GetChildren().Select(token => token.GetSection("Token")),
                    known,
                    because);
            }
        }
    }

    /// <summary>Refuses settings without any account.</summary>
    public static void RequireAccounts(this IConfiguration configuration, string because)
    {
        if (!configuration.GetSection("Accounts").Exists())
        {
            throw SettingsException.Missing(
                "Accounts:0:Id", $"name your first account: {because}, so there is no development account");
        }
    }

    private static void Refuse(IEnumerable<IConfigurationSection> secrets, string known, string because)
    {
        if (secrets.FirstOrDefault(secret => secret.Value == known) is { } found)
        {
            throw SettingsException.For(
                found.Path, known, $"be a secret of yours: everybody knows the development account's, and {because}");
        }
    }
}

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

    /// <summary>The same of somebody else, with another number, for what takes two.</summary>
    public const string SecondToken = "dev-token-2";

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
        ["Accounts:0:Tokens:1:Token"] = SecondToken,
        ["Accounts:0:Tokens:1:Subject"] = "dev-user-2",
        ["Accounts:0:Tokens:1:PhoneNumbers:0"] = "+17085854000",
        ["Accounts:0:Tokens:1:Scopes:0"] = "*",
        ["Accounts:0:Tokens:1:Role"] = "host",
    };

    /// <summary>Adds the account when the settings, which must be complete, have none.</summary>
    public static void AddDevelopmentAccount(this ConfigurationManager configuration)
    {
        if (!configuration.GetSection("Accounts").Exists())
        {
            configuration.AddInMemoryCollection(_settings);
        }
    }

    /// <summary>What opens it.</summary>
    internal static DevelopmentAccess Access { get; } = new(Sid, Secret, Token);

    /// <summary>Whether its token opens the first account of these settings.</summary>
    internal static bool IsOpenIn(IConfiguration configuration) =>
        IsIn(configuration) && configuration["Accounts:0:Tokens:0:Token"] == Token;

    /// <summary>Whether these settings hold the development account.</summary>
    internal static bool IsIn(IConfiguration configuration) =>
        configuration["Accounts:0:Sid"] == Sid && configuration["Accounts:0:Secrets:0"] == Secret;
}
