using Microsoft.Azure.Cosmos;
using Microsoft.Extensions.Configuration;
using Sessions.Configuration;
using Sessions.Storage;
using Sessions.Storage.Cosmos;
using Sessions.Tests.Support;

namespace Sessions.Tests.Storage.Cosmos;

/// <summary>A start that cannot work says why.</summary>
public sealed class StartTests
{
    public static TheoryData<string, Action<ContainerProperties>> OtherContainers => new()
    {
        { "its default time to live is off, not -1", container => container.DefaultTimeToLive = null },
        { "its default time to live is 60, not -1", container => container.DefaultTimeToLive = 60 },
        { "its unique keys are [], not /key", container => container.UniqueKeyPolicy = new() },
        { "its partition key is /id, not /partition", container => container.PartitionKeyPath = "/id" },
        { "it has no index on /dueAt/?", container => Forget(container.IndexingPolicy, "/dueAt/?") },
        {
            "it has no index on /account with /createdAt with /id with /partition",
            container => container.IndexingPolicy.CompositeIndexes.RemoveAt(2)
        },
    };

    [Fact]
    public async Task With_a_key_what_is_missing_is_made_and_found_again()
    {
        var settings = await CosmosStandIn.NewSettings();
        using var first = CosmosStandIn.Open(settings, TimeProvider.System, null);
        using var second = CosmosStandIn.Open(settings, TimeProvider.System, null);

        await first.Check(CancellationToken.None);
        await second.Check(CancellationToken.None);
    }

    [Theory]
    [MemberData(nameof(OtherContainers))]
    public async Task Another_container_is_refused_and_left_as_it_is(
        string difference, Action<ContainerProperties> change)
    {
        var settings = await CosmosStandIn.NewSettings();
        var container = ContainerDefinition.Named(settings.Container);
        change(container);
        await Make(settings, container);
        using var store = CosmosStandIn.Open(settings, TimeProvider.System, null);

        var failure = await Assert.ThrowsAsync<StoreStartException>(() => store.Check(CancellationToken.None));

        Assert.Contains($"{settings.Container} in the database tests is not as Sessions needs it", failure.Message,
            StringComparison.Ordinal);
        Assert.Contains(difference, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_indexes_than_needed_do_no_harm()
    {
        var settings = await CosmosStandIn.NewSettings();
        var container = ContainerDefinition.Named(settings.Container);
        container.IndexingPolicy.IncludedPaths.Clear();
        container.IndexingPolicy.ExcludedPaths.Clear();
        container.IndexingPolicy.IncludedPaths.Add(new() { Path = "/*" });
        await Make(settings, container);
        using var store = CosmosStandIn.Open(settings, TimeProvider.System, null);

        await store.Check(CancellationToken.None);
    }

    [Fact]
    public async Task An_address_where_nobody_answers_is_named()
    {
        var settings = new CosmosSettings("tests", "none")
        {
            ConnectionString = "AccountEndpoint=http://127.0.0.1:9/;AccountKey=c3RhbmQtaW4=",
            Gateway = true,
            LimitToEndpoint = true,
        };
        using var store = CosmosStandIn.Open(settings, TimeProvider.System, null);

        var failure = await Assert.ThrowsAsync<StoreStartException>(() => store.Check(CancellationToken.None));

        Assert.StartsWith(
            "Cosmos DB does not answer at http://127.0.0.1:9/", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_connection_string_that_cannot_be_read_is_named_and_not_shown()
    {
        var settings = new CosmosSettings("a", "b") { ConnectionString = "AccountKey=secret" };

        var failure = Assert.Throws<SettingsException>(
            () => CosmosStandIn.Open(settings, TimeProvider.System, null));

        Assert.StartsWith("The setting Cosmos__ConnectionString is not usable", failure.Message,
            StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_an_account_there_are_no_settings() => Assert.Null(Settings(("Database", "d")));

    [Fact]
    public void What_is_not_set_has_its_default()
    {
        var settings = Settings(("Endpoint", "https://a.documents.azure.com/"))!;

        Assert.Equal(("sessions", "sessions"), (settings.Database, settings.Container));
        Assert.False(settings.Gateway);
        Assert.False(settings.LimitToEndpoint);
    }

    [Fact]
    public void The_words_are_taken_in_whatever_case()
    {
        var settings = Settings(
            ("ConnectionString", "c"), ("ConnectionMode", "gateway"), ("LimitToEndpoint", "True"))!;

        Assert.True(settings.Gateway);
        Assert.True(settings.LimitToEndpoint);
    }

    [Theory]
    [InlineData("ConnectionMode", "Tcp", "Cosmos__ConnectionMode holds \"Tcp\"; it should be one of Direct, Gateway")]
    [InlineData("LimitToEndpoint", "1", "Cosmos__LimitToEndpoint holds \"1\"; it should be one of false, true")]
    [InlineData("Endpoint", "a.documents.azure.com", "Cosmos__Endpoint holds \"a.documents.azure.com\"")]
    [InlineData("ConnectionString", "x", "be left out beside Cosmos__ConnectionString")]
    [InlineData("Regions:0", "eu/west", "Cosmos__Regions__0 holds \"eu/west\"; it should be the name of an Azure")]
    public void A_setting_that_cannot_be_used_is_named(string key, string value, string message)
    {
        var failure = Assert.Throws<SettingsException>(
            () => Settings(("Endpoint", "https://a.documents.azure.com/"), (key, value)));

        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Cosmos__Regions__1 holds \"westeurope\"; it should stand in the list once", "Regions:1", "westeurope")]
    [InlineData("Cosmos__Regions__0 holds \"West Europe\"; it should be left out beside", "LimitToEndpoint", "true")]
    public void Regions_that_cannot_be_used_are_named(string message, string key, string value)
    {
        var failure = Assert.Throws<SettingsException>(
            () => Settings(("ConnectionString", "c"), ("Regions:0", "West Europe"), (key, value)));

        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    private static CosmosSettings? Settings(params (string Key, string Value)[] values)
    {
        var configuration = new ConfigurationManager();
        foreach (var (key, value) in values)
        {
            configuration[$"Cosmos:{key}"] = value;
        }

        using (configuration)
        {
            return CosmosSettings.From(configuration);
        }
    }

    private static void Forget(IndexingPolicy policy, string path) =>
        policy.IncludedPaths.Remove(policy.IncludedPaths.Single(included => included.Path == path));

    private static async Task Make(CosmosSettings settings, ContainerProperties container)
    {
        using var client = new CosmosClient(settings.ConnectionString, new CosmosClientOptions
        {
            ConnectionMode = ConnectionMode.Gateway,
            LimitToEndpoint = true,
        });
        Database database = await client.CreateDatabaseIfNotExistsAsync(settings.Database);
        await database.CreateContainerAsync(container);
    }
}
