using System.Text.RegularExpressions;
using Sessions.Hosting.SelfHosted;
using Sessions.Tests.Support;

namespace Sessions.Tests.Architecture;

public sealed partial class LayerTests
{
    [Fact]
    public void The_compiled_service_keeps_the_layers() =>
        Expect.None(Layers.Violations(typeof(SelfHost).Assembly.Location));

    /// <summary>Constants leave no trace in compiled code, so the usings are looked at, too.</summary>
    [Fact]
    public void The_usings_keep_the_layers()
    {
        var violations =
            from file in Repository.Sources("functions")
            let folder = string.Join('.', Path.GetDirectoryName(file)!.Split('/', '\\').Skip(1).Prepend("Sessions"))
            from Match import in Import().Matches(Repository.Read(file))
            where folder is not "Sessions" && import.Groups[1].Value is not "Microsoft.Azure.Functions.Worker"
            where !Layers.Allows(folder, import.Groups[1].Value, "")
            select $"{file}: {import.Value}";

        Expect.None(violations);
    }

    [Fact]
    public void A_surface_that_uses_another_one_is_found()
    {
        var found = Layers.Violations(typeof(LayerTests).Assembly.Location);

        Assert.Contains("Sessions.SampleSurface.InABody -> Sessions.OtherSurface.Thing", found);
        Assert.Contains("Sessions.SampleSurface.InAnAsyncBody -> Sessions.OtherSurface.Thing", found);
        Assert.Contains("Sessions.SampleSurface.InAGenericArgument -> Sessions.OtherSurface.Thing", found);
        Assert.Contains("Sessions.SampleSurface.InAnAttribute -> Sessions.OtherSurface.MarkAttribute", found);
        Assert.DoesNotContain(found, line => line.Contains("SampleSurface.Innocent", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Sessions.Lifecycle", "Sessions.Storage", "Document")]
    [InlineData("Sessions.Lifecycle", "Sessions.Configuration", "SettingsException")]
    [InlineData("Sessions.Storage.Sqlite", "Sessions.Http", "Refusal")]
    [InlineData("Sessions.Storage", "Sessions.Outbox", "OutboxEvent")]
    [InlineData("Sessions.Outbox", "Sessions.Engine", "Decision")]
    [InlineData("Sessions.Engine", "Sessions.Http", "Exchange")]
    [InlineData("Sessions.Http", "Sessions.TwilioProxy", "Services")]
    [InlineData("Sessions.TwilioProxy", "Sessions.LiveStream.Rooms", "Room")]
    [InlineData("Sessions.TwilioProxy", "Sessions.Hosting", "StartFailure")]
    [InlineData("Sessions.TwilioProxy", "Microsoft.Azure.Functions.Worker", "FunctionContext")]
    [InlineData("Sessions.TwilioProxy", "Microsoft.Azure.Cosmos", "Container")]
    [InlineData("Sessions.Storage.Sqlite", "Microsoft.Azure.Cosmos", "Container")]
    [InlineData("Sessions.Hosting", "Microsoft.Azure.Cosmos", "CosmosClient")]
    public void What_a_layer_may_not_use(string user, string used, string name) =>
        Assert.False(Layers.Allows(user, used, name));

    [Theory]
    [InlineData("Sessions.Lifecycle", "System.Text", "StringBuilder")]
    [InlineData("Sessions.TwilioProxy.Rules", "Sessions.TwilioProxy", "Errors")]
    [InlineData("Sessions.TwilioProxy", "Sessions.Storage", "Document")]
    [InlineData("Sessions.TwilioProxy", "Sessions.Http", "Refusal")]
    [InlineData("Sessions.TwilioProxy", "Microsoft.Azure.Functions.Worker", "HttpTriggerAttribute")]
    [InlineData("Sessions.Outbox", "Sessions.Storage", "Document")]
    [InlineData("Sessions.Engine", "Sessions.Outbox", "OutboxEvent")]
    [InlineData("Sessions.Http", "Sessions.Engine", "Decision")]
    [InlineData("Sessions.Storage.Cosmos", "Microsoft.Azure.Cosmos", "Container")]
    [InlineData("Sessions.Http", "Sessions.Configuration", "SettingsException")]
    [InlineData("Sessions.Hosting", "Sessions.TwilioProxy", "TwilioProxySurface")]
    public void What_a_layer_may_use(string user, string used, string name) =>
        Assert.True(Layers.Allows(user, used, name));

    [GeneratedRegex(@"^using (?:static )?(?:\w+ = )?([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Import();
}
