using Microsoft.Extensions.Configuration;
using Sessions.Configuration;
using Sessions.Hosting.Worker;

namespace Sessions.Tests.Hosting;

public sealed class WorkerSettingsTests
{
    private const string Account = "Accounts:0:Id=acme";
    private const string Azure = "WEBSITE_SITE_NAME=func-sessions";
    private const string Cosmos = "Cosmos:Endpoint=https://a.documents.azure.com/";

    private static readonly string[] _liveKit =
        ["LiveKit:Url=wss://livekit.example.com", "LiveKit:ApiKey=APIacme", "LiveKit:ApiSecret=acme"];

    [Theory]
    [InlineData(Cosmos, Azure)]
    [InlineData("Cosmos:ConnectionString=AccountEndpoint", Azure)]
    [InlineData(Cosmos, "")]
    [InlineData("Sqlite:Path=.data/sessions.db", "")]
    public void An_account_and_a_store_are_enough(string store, string place) => Check(Account, store, place);

    [Theory]
    [InlineData("Accounts__0__Id is not set", Cosmos, "")]
    [InlineData("Cosmos__Endpoint is not set", Account, "")]
    [InlineData("Cosmos__Endpoint is not set", Account, "Cosmos:Endpoint= ")]
    [InlineData("lost with the instance", Account, "Sqlite:Path=.data/sessions.db", Azure)]
    [InlineData("ExpirySchedule holds \"\"", Account, Cosmos, "ExpirySchedule=", "Expiry:Schedule=0 * * * * *")]
    [InlineData("OutboxSchedule holds \"soon\"", Account, Cosmos, "OutboxSchedule=soon")]
    [InlineData("Outbox__LocalTargets holds \"true\"", Account, Cosmos, "Outbox:LocalTargets=true", Azure)]
    [InlineData("LiveKit__Url is not set", Account, Cosmos, "LiveKit:Simulated=false")]
    [InlineData("or set LiveKit__Simulated to true", Account, Cosmos, "LiveKit:Simulated=")]
    [InlineData("CamaraWebRtc__Simulator", Account, Cosmos, "CamaraWebRtc:Simulator=true")]
    [InlineData("LiveKit__Simulated holds \"yes\"", Account, Cosmos, "LiveKit:Simulated=yes")]
    [InlineData("Secrets__0 holds \"dev-secret\"", Account, Cosmos, "Accounts:0:Secrets:0=dev-secret", Azure)]
    public void What_is_missing_is_named(string message, params string[] settings)
    {
        var failure = Assert.Throws<SettingsException>(() => Check(settings));

        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_schedule_that_is_not_set_is_named_by_the_name_that_the_Functions_host_knows()
    {
        var settings = new ConfigurationBuilder().AddCommandLine(
            
            [
                Account, Cosmos, "Expiry:Schedule=0 * * * * *", "OutboxSchedule=0 * * * * *",
                "LiveStreamSchedule=0 * * * * *", "LiveKit:Simulated=true",
            ]);

        var failure = Assert.Throws<SettingsException>(settings.Build().CheckWorkerSettings);

        Assert.StartsWith("The setting ExpirySchedule is not set;", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_LiveKit_server_with_a_key_of_its_own_is_real() =>
        Check([Account, Cosmos, "LiveKit:Simulated=", .. _liveKit]);

    [Theory]
    [InlineData("LiveKit:ApiKey=devkey")]
    [InlineData("LiveKit:ApiSecret=secret")]
    public void The_key_that_everybody_knows_opens_no_server_unless_it_is_said_aloud(string known)
    {
        var failure = Assert.Throws<SettingsException>(
            () => Check([Account, Cosmos, "LiveKit:Simulated=", .. _liveKit, known]));

        Assert.Contains("everybody knows", failure.Message, StringComparison.Ordinal);
        Check([Account, Cosmos, .. _liveKit, known]);
    }

    private static void Check(params string[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ExpirySchedule"] = "0 */5 * * * *",
            ["OutboxSchedule"] = "0 * * * * *",
            ["LiveStreamSchedule"] = "0 * * * * *",
            ["LiveKit:Simulated"] = "true",
        })
        .AddCommandLine([.. settings.Where(setting => setting is not "")])
        .Build()
        .CheckWorkerSettings();
}
