using System.Collections.Concurrent;
using System.Globalization;
using Sessions.Lifecycle;

namespace Sessions.Tests.Lifecycle;

public sealed class RandomIdsTests
{
    private static readonly DateTimeOffset _then = DateTimeOffset.FromUnixTimeMilliseconds(0x01a21e2c973a);

    [Fact]
    public void Given_many_threads_no_two_ids_are_alike_and_each_is_a_random_uuid()
    {
        var ids = new RandomIds();
        var made = new ConcurrentBag<Guid>();

        Parallel.For(0, 100_000, _ => made.Add(ids.Next()));

        Assert.Equal(100_000, made.Distinct().Count());
        Assert.All(made, id => Assert.Equal((4, 0x8), (id.Version, id.Variant & 0xC)));
    }

    [Fact]
    public void Given_a_moment_ids_come_in_its_order_and_are_else_random()
    {
        var ids = new RandomIds();
        var made = Enumerable.Range(0, 1000).Select(i => ids.Next(_then.AddMilliseconds(i))).ToList();

        Assert.Equal(made.Select(id => $"{id:N}").Order(StringComparer.Ordinal), made.Select(id => $"{id:N}"));
        Assert.Equal(1000, made.Select(id => $"{id:N}"[13..]).Distinct().Count());
        Assert.All(made, id => Assert.Equal((7, 0x8), (id.Version, id.Variant & 0xC)));
        Assert.StartsWith("01a21e2c-973a-7", $"{ids.Next(_then)}", StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_moment_ids_of_version_4_come_in_its_order_too()
    {
        var ids = new RandomIds();
        var made = Enumerable.Range(0, 1000).Select(i => ids.NextOfVersion4(_then.AddMilliseconds(4 * i))).ToList();

        Assert.Equal(made.Select(id => $"{id:N}").Order(StringComparer.Ordinal), made.Select(id => $"{id:N}"));
        Assert.Equal(1000, made.Select(id => $"{id:N}"[13..]).Distinct().Count());
        Assert.All(made, id => Assert.Equal((4, 0x8), (id.Version, id.Variant & 0xC)));
    }

    [Theory]
    [InlineData("KC{0:N}")]
    [InlineData("s{0:N}")]
    [InlineData("{0:D}")]
    [InlineData("{0:N}F2D1B6A5C47E9380F2D1B6A5C47E9380F2D1B6A5C47E9380F2D1B6A5C47E93801A2B3C")]
    public void Given_ids_that_come_in_order_so_do_their_short_names(string form)
    {
        var ids = new RandomIds();
        var names = Enumerable.Range(0, 1000)
            .Select(i => ShortId.Of("a/kind", string.Format(
                CultureInfo.InvariantCulture, form, ids.Next(_then.AddMilliseconds(8 * i)))))
            .ToList();

        Assert.Equal(names.Order(StringComparer.Ordinal), names);
        Assert.All(names, name => Assert.True(ShortId.IsOne(name), name));
        Assert.Equal(1000, names.Select(name => name[10..]).Distinct().Count());
    }

    [Theory]
    [InlineData("twilio-proxy/session", "KC98f7929af3a44831b77dfc9238ba1627", "szkt80vbgf5snne4e73sx")]
    [InlineData("bandwidth-webrtc/session", "01a21e2c-973a-708b-b959-19a92c25d33c", "s06h1wb4q7n6d30p5y98r")]
    public void Given_an_id_its_short_name_is_always_the_same(string kind, string id, string name) =>
        Assert.Equal(name, ShortId.Of(kind, id));
}
