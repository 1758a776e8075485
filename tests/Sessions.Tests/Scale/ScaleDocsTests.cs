using System.Globalization;
using Sessions.Scale;
using Sessions.Tests.Support;

namespace Sessions.Tests.Scale;

/// <summary>The simulation of scale is told what was measured, and the page says what it finds.</summary>
[Trait("Host", "Kestrel")]
public sealed class ScaleDocsTests
{
    private const int Seed = 1;

    [Fact]
    public void Its_units_are_those_of_the_charges()
    {
        var charges = Repository.Read("docs/cosmos-charges.md").Split('\n')
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .Where(cells => cells is ["", _, _, _, _, _, ""])
            .ToLookup(cells => cells[1], cells => cells[5]);

        Assert.All(
            Costs.Measured.Lives.SelectMany(life => life.Steps),
            step => Assert.Equal(
                [step.Units.ToString("0.0", CultureInfo.InvariantCulture)], charges[step.Operation].Take(1)));
    }

    [Fact]
    public void Its_sums_are_those_of_the_page_about_costs()
    {
        var page = Repository.Read("docs/azure.md");

        Assert.All(Costs.Measured.Lives, life => Assert.Contains(
            life.Units.ToString("| 0.0 |", CultureInfo.InvariantCulture), page, StringComparison.Ordinal));
    }

    [Fact]
    public void Its_processor_time_is_the_figure_of_the_readme()
    {
        var (read, write) = (Costs.Measured.Processor.Read, Costs.Measured.Processor.Write);

        Assert.Contains(
            string.Create(CultureInfo.InvariantCulture, $"fetch {read} µs"),
            Repository.Read("README.md"),
            StringComparison.Ordinal);
        Assert.Contains(
            string.Create(CultureInfo.InvariantCulture, $"create {write} µs"),
            Repository.Read("README.md"),
            StringComparison.Ordinal);
    }

    [Fact]
    public Task The_page_says_what_the_command_prints() => new MadeDocs("docs/scale.md", nameof(ScaleDocsTests)).Hold(
        $"{Report.Assumptions(Costs.Measured)}\n{Report.Of(Costs.Measured, Seed)}");
}
