using Microsoft.Extensions.Configuration;
using Sessions.Configuration;

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
            Refuse(
                account.GetSection("Tokens").GetChildren().Select(token => token.GetSection("Token")),
                DevelopmentAccount.Token,
                because);
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
