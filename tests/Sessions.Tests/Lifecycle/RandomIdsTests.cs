using System.Collections.Concurrent;
using Sessions.Lifecycle;

namespace Sessions.Tests.Lifecycle;

public sealed class RandomIdsTests
{
    [Fact]
    public void Given_many_threads_no_two_ids_are_alike_and_each_is_a_random_uuid()
    {
        var ids = new RandomIds();
        var made = new ConcurrentBag<Guid>();

        Parallel.For(0, 100_000, _ => made.Add(ids.Next()));

        Assert.Equal(100_000, made.Distinct().Count());
        Assert.All(made, id => Assert.Equal((4, 0x8), (id.Version, id.Variant & 0xC)));
    }
}
