using Sessions.Configuration;
using Sessions.Http.Accounts;

namespace Sessions.LiveStream;

/// <summary>Which accounts' live streams everyone may see.</summary>
internal static class PublicAccounts
{
    private const string Key = "PublicAccounts";
    private const string KeyOfTheFirst = "PublicAccount";

    /// <summary>
    /// Those of <c>LiveStream__PublicAccounts__{n}</c>, the one of <c>LiveStream__PublicAccount</c> first; the only
    /// account when nothing is said.
    /// </summary>
    /// <exception cref="SettingsException">One of them is no account.</exception>
    public static IReadOnlyList<Account> Read(SettingsSection settings, IReadOnlyList<Account> accounts)
    {
        var names = settings.Texts(Key).Prepend(settings.Text(KeyOfTheFirst)).OfType<string>().Distinct().ToList();
        if (names is [])
        {
            return accounts.Count == 1 ? accounts : [];
        }

        return
        [
            .. names.Select(name => accounts.FirstOrDefault(account => account.Id == name)
                ?? throw SettingsException.For(
                    settings.NameOf(settings.Text(KeyOfTheFirst) == name ? KeyOfTheFirst : Key),
                    name,
                    "be the Id of an account")),
        ];
    }
}
