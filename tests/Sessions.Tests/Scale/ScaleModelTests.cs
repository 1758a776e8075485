using Sessions.Scale;

namespace Sessions.Tests.Scale;

/// <summary>The parts of the simulation of scale, each against what is known of it.</summary>
[Trait("Host", "Kestrel")]
public sealed class ScaleModelTests
{
    /// <summary>Lq of M/D/1 is load² / (2 (1 - load)); the wait is that over the load.</summary>
    [Theory]
    [InlineData(0.2, 0.125)]
    [InlineData(0.5, 0.5)]
    [InlineData(0.8, 2.0)]
    [InlineData(0.9, 4.5)]
    public void The_mean_wait_is_that_of_the_textbook(double load, double wait) =>
        Assert.Equal(wait, Waits.MeanWait(load), 9);

    /// <summary>By Lindley: as long as the one before waits, and his service, less the time between.</summary>
    [Theory]
    [InlineData(0.5)]
    [InlineData(0.8)]
    public void The_waits_are_those_of_a_queue_that_is_lived_through(double load)
    {
        var random = new Random(42);
        var waits = new double[200_000];
        for (var index = 1; index < waits.Length; index++)
        {
            var between = -Math.Log(1 - random.NextDouble()) / load;
            waits[index] = Math.Max(0, waits[index - 1] + 1 - between);
        }

        var (mean, longest) = (waits.Average(), waits.Order().ElementAt(waits.Length * 99 / 100));

        Assert.InRange(Waits.MeanWait(load) / mean, 0.93, 1.07);
        Assert.InRange(Waits.LongWait(load) / longest, 0.8, 1.4);
    }

    [Fact]
    public void A_partition_that_has_units_enough_serves_all_at_once()
    {
        var partition = new PartitionLoad(100, 5);

        var used = partition.Step(600, 10);

        Assert.Equal((0.6, 600, 0, 0), (used, partition.Served, partition.Refused, partition.Waiting));
    }

    [Fact]
    public void One_that_has_not_makes_as_many_wait_as_have_the_patience_and_refuses_the_rest()
    {
        var partition = new PartitionLoad(100, 5);

        partition.Step(2000, 10);
        Assert.Equal((1000, 500, 500), (partition.Served, partition.Waiting, partition.Refused));

        partition.Step(0, 10);
        Assert.Equal((1500, 0, 500), (partition.Served, partition.Waiting, partition.Refused));
        Assert.Equal(2, partition.Fullest);
    }

    [Fact]
    public void The_tenants_shares_come_to_one_and_go_by_the_law()
    {
        var zipf = new Zipf(1000);

        Assert.Equal(1, Enumerable.Range(1, 1000).Sum(zipf.Share), 9);
        Assert.Equal(10, zipf.Share(1) / zipf.Share(10), 9);
    }

    [Fact]
    public void A_day_has_as_many_arrivals_as_it_was_given_and_its_peak_in_the_afternoon()
    {
        var arrivals = new Arrivals(1_000_000, 7);
        var minutes = Enumerable.Range(0, 1440).Select(minute => arrivals.Draw(minute * 60, 60)).ToList();

        Assert.InRange(minutes.Sum(), 995_000, 1_005_000);
        Assert.Equal(Arrivals.Peak, arrivals.Rate(15 * 3600) / (1_000_000 / 86_400.0), 6);
        Assert.InRange(minutes[900] / minutes[180], 5, 15);
    }

    [Fact]
    public void Few_arrivals_are_whole_sessions_that_come_by_chance()
    {
        var arrivals = new Arrivals(1440, 7);
        var minutes = Enumerable.Range(0, 1440).Select(minute => arrivals.Draw(minute * 60, 60)).ToList();

        Assert.All(minutes, count => Assert.Equal(Math.Floor(count), count));
        Assert.InRange(minutes.Sum(), 1300, 1600);
        Assert.Contains(0, minutes);
    }

    [Fact]
    public void Instances_come_for_calls_a_cold_start_later_and_go_again()
    {
        var fleet = new Fleet(new() { Microseconds = 1000, ColdStart = 3 });

        fleet.Step(0, 10, 7000, 20);
        Assert.Equal((0, 10), (fleet.Working, fleet.Starts));
        Assert.Equal(21_000, fleet.Waited);

        fleet.Step(10, 10, 7000, 20);
        Assert.Equal((10, 10), (fleet.Working, fleet.Starts));
        Assert.Equal(21_000, fleet.Waited);

        fleet.Step(20, 10, 70, 20);
        Assert.Equal(1, fleet.Working);
    }

    [Fact]
    public void Slow_calls_want_instances_for_their_slots()
    {
        var fleet = new Fleet(new() { Microseconds = 100, Concurrency = 100 });

        Assert.Equal(22, fleet.Wanted(10, 215_000));
        Assert.Equal(1, fleet.Wanted(10, 20));
    }

    [Theory]
    [InlineData(1e4, true)]
    [InlineData(1e6, false)]
    [InlineData(1e8, true)]
    public void Whatever_arrives_is_served_refused_or_waiting(double perDay, bool isSmall)
    {
        var day = Day.Run(new(perDay, isSmall, 3), Costs.Measured);

        Assert.Equal(1, (day.Served + day.Refused + day.Waiting) / day.Arrived, 9);
    }

    [Fact]
    public void A_day_comes_out_the_same_for_the_same_seed_alone()
    {
        var (one, same, other) = (Run(1), Run(1), Run(2));

        Assert.Equal(one, same);
        Assert.NotEqual(one, other);
        static (double Arrived, double Dollars, double Fullest) Run(int seed)
        {
            var day = Day.Run(new(1e6, false, seed), Costs.Measured);
            return (day.Arrived, day.Dollars, day.Fullest);
        }
    }

    [Fact]
    public void A_container_has_a_partition_for_each_50_GB_and_for_each_10_000_units()
    {
        var (full, fast, small) = (
            new Container(new(1e6, false, 1), 7000, 500),
            new Container(new(1e6, false, 1), 70_000, 10),
            new Container(new(1e6, true, 1), 70_000, 120));

        Assert.Equal((10_000, 10, 1000), (full.Ceiling, full.Partitions, full.PerPartition));
        Assert.Equal((100_000, 10, 10_000), (fast.Ceiling, fast.Partitions, fast.PerPartition));
        Assert.Equal((0, 3, 5000), (small.Ceiling, small.Partitions, small.PerPartition));
    }
}
