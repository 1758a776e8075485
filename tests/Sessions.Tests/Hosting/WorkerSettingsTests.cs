using Microsoft.Extensions.Configuration;
using Sessions.Configuration;
using Sessions.Hosting;

namespace Sessions.Tests.Hosting;

public sealed class WorkerSettingsTests
{
    private const string Account = "Accounts:0:Id=acme";
    private const string Azure = "WEBSITE_SITE_NAME=func-sessions";

    [Theory]
    [InlineData("Cosmos:Endpoint=https://a.documents.azure.com/", Azure)]
    [InlineData("Cosmos:ConnectionString=AccountEndpoint", Azure)]
    [InlineData("Cosmos:Endpoint=https://a.documents.azure.com/", "")]
    [InlineData("Sqlite:Path=.data/sessions.db", "")]
    public void An_account_and_a_store_are_enough(string store, string place) => Check(Account, store, place);

    [Theory]
    [InlineData("Accounts__0__Id is not set", "Cosmos:Endpoint=https://a.documents.azure.com/", "")]
    [InlineData("Cosmos__Endpoint is not set", Account, "")]
    [InlineData("Cosmos__Endpoint is not set", Account, "Cosmos:Endpoint= ")]
    [InlineData("lost with the instance", Account, "Sqlite:Path=.data/sessions.db", Azure)]
    public void What_is_missing_is_named(string message, params string[] settings)
    {
        var failure = Assert.Throws<SettingsException>(() => Check(settings));

        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    private static void Check(params string[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Where(setting => setting is not "").Select(setting => setting.Split('=', 2))
            .Select(parts => KeyValuePair.Create(parts[0], (string?)parts[1])))
        .Build()
        .CheckWorkerSettings();
}
