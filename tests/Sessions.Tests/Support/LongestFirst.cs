using Sessions.Tests.Clients;
using Sessions.Tests.Crash;
using Sessions.Tests.Expiry;
using Sessions.Tests.Hosts;
using Sessions.Tests.Infra;
using Sessions.Tests.Isolation;
using Sessions.Tests.LiveStream;
using Sessions.Tests.OpenApi;
using Sessions.Tests.Rights;
using Sessions.Tests.Simulation;
using Sessions.Tests.StandIn;
using Sessions.Tests.TwilioProxy;
using Xunit.Abstractions;

[assembly: TestCollectionOrderer("Sessions.Tests.Support.LongestFirst", "Sessions.Tests")]

namespace Sessions.Tests.Support;

/// <summary>
/// Begins with the classes that take longest, so that at the end no processor waits while one of them goes on.
/// </summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] _long =
    [
        .. new[]
        {
            typeof(PresenceKillTests), typeof(CosmosCrashTests), typeof(Seeds.From1), typeof(Seeds.From251),
            typeof(Seeds.From501), typeof(Seeds.From751), typeof(PageTests), typeof(VendorClientTests),
            typeof(CrashTests), typeof(ThroughputTests), typeof(ScaleTests), typeof(ExpiryPropertyTests),
            typeof(StormTests), typeof(StreamKillTests), typeof(TruthTests), typeof(OtherAnswerTests),
            typeof(SameAnswerTests), typeof(IsolationTests), typeof(ScopeMatrixTests), typeof(ImportCommandTests),
        }.Select(one => one.FullName!),
    ];

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(PlaceOf);

    // A class that is in no collection is one, which is named after it.
    private static int PlaceOf(ITestCollection collection)
    {
        var place = Array.FindIndex(
            _long, name => collection.DisplayName.EndsWith($" {name}", StringComparison.Ordinal));
        return place >= 0 ? place : _long.Length;
    }
}
