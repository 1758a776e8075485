using Sessions.StandIn;
using Sessions.StandIn.Charges;

namespace Sessions.Tests.StandIn;

/// <summary>The model of request units beside what Microsoft has published; the model says where.</summary>
public sealed class ChargeModelTests
{
    private const double Kilobyte = 1024;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(100, 10)]
    public void A_point_read_costs_what_the_table_says(double kilobytes, double units) =>
        Assert.Equal(units, ChargeModel.Read(kilobytes), 2);

    [Theory]
    [InlineData(1, 5.5)]
    [InlineData(100, 50)]
    public void An_insert_without_an_index_costs_what_is_published(double kilobytes, double units) =>
        Assert.Equal(units, ChargeModel.Insert(kilobytes, 0), 2);

    [Fact]
    public void A_replace_costs_two_inserts() =>
        Assert.Equal(2 * ChargeModel.Insert(3, 10), ChargeModel.Replace(3, 10), 2);

    [Theory]
    [InlineData(2000, 1_125_600, 2000, 1_125_600, 604.42)]
    [InlineData(1, 9_963, 1, 10_012, 3.19)]
    [InlineData(60_951, 399_998_938, 7, 510, 4_059.95)]
    [InlineData(1, 6_563, 1, 6_563, 2.98)]
    public void A_query_costs_what_was_measured(int loaded, long loadedBytes, int rows, long rowBytes, double units)
    {
        var modelled = ChargeModel.Start(0)
            + (loaded * ChargeModel.Load(loadedBytes / Kilobyte / loaded))
            + (rows * ChargeModel.Return(rowBytes / Kilobyte / rows));

        Assert.InRange(modelled / units, 0.99, 1.02);
    }

    [Theory]
    [InlineData(Consistency.Strong, 2)]
    [InlineData(Consistency.BoundedStaleness, 2)]
    [InlineData(Consistency.Session, 1)]
    [InlineData(Consistency.Eventual, 1)]
    public void The_strong_levels_double_a_read(Consistency level, double times) =>
        Assert.Equal(times, ChargeModel.At(level, 1));
}
