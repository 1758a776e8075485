using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Sessions.Tests.Support;

namespace Sessions.Tests.CamaraWebRtc.Conformance;

/// <summary>
/// Plays every scenario under every generation. The docs show the outcome: with SESSIONS_WRITE_DOCS in the environment
/// it is written there.
/// </summary>
public sealed class ConformanceTests
{
    private const string Docs = "docs/camara-conformance.md";

    private static readonly CamaraEdition[] _editions = [CamaraEdition.R22, CamaraEdition.R31, CamaraEdition.Main];

    private static readonly (string Api, Scenario[] Scenarios)[] _apis =
    [
        ("Call handling", [.. CallScenarios.All]),
        ("Registration", [.. RegistrationScenarios.All]),
        ("Events", [.. EventScenarios.All]),
    ];

    [Fact]
    public async Task The_page_of_conformance_is_what_the_scenarios_come_to()
    {
        var outcomes = new Dictionary<(Scenario Scenario, CamaraEdition Edition), string?>();
        foreach (var edition in _editions)
        {
            await Play(edition, outcomes);
        }

        Expect.None(outcomes
            .Where(outcome => outcome is { Value: not null, Key.Scenario.Note: null })
            .Select(outcome => $"{outcome.Key.Edition}, {outcome.Key.Scenario.Operation}: "
                + $"{outcome.Key.Scenario.Sentence}: {outcome.Value}"));
        await new MadeDocs(Docs, nameof(ConformanceTests)).Hold(Made(outcomes));
    }

    [Fact]
    public void Every_note_of_a_scenario_is_told_of()
    {
        var docs = Repository.Read(Docs);

        Assert.All(
            _apis.SelectMany(api => api.Scenarios).Select(scenario => scenario.Note).OfType<int>().Distinct(),
            note => Assert.Contains($"\n{note}. ", docs, StringComparison.Ordinal));
    }

    [SuppressMessage("Design", "CA1031", Justification = "Whatever is thrown, the scenario does not hold.")]
    private static async Task Play(
        CamaraEdition edition, Dictionary<(Scenario Scenario, CamaraEdition Edition), string?> outcomes)
    {
        await using var app = await CamaraUsers.Start();
        await using var nobodysSink = await Sink.Start();
        foreach (var scenario in _apis.SelectMany(api => api.Scenarios).Where(each => each.Concerns(edition)))
        {
            // Who listens has a sink where nothing comes but his own.
            await using var own = scenario.Listens ? await Sink.Start() : null;
            var stage = new Stage(app, edition, own ?? nobodysSink);
            try
            {
                await scenario.Play(stage);
                outcomes[(scenario, edition)] = null;
            }
            catch (Exception failure)
            {
                outcomes[(scenario, edition)] = failure.Message;
            }

            if (scenario.Subscribes)
            {
                await stage.Tidy();
            }
        }
    }

    private static string Made(Dictionary<(Scenario Scenario, CamaraEdition Edition), string?> outcomes)
    {
        var made = new StringBuilder();
        made.AppendLine("| | r2.2 | r3.1 | main |").AppendLine("|---|---|---|---|");
        foreach (var (api, scenarios) in _apis)
        {
            made.AppendLine(CultureInfo.InvariantCulture, $"| {api} | {Row(edition => Count(scenarios, edition))} |");
        }

        foreach (var (api, scenarios) in _apis)
        {
            foreach (var operation in scenarios.GroupBy(scenario => scenario.Operation))
            {
                made.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"### {api}: {operation.Key}").AppendLine();
                made.AppendLine("| scenario | r2.2 | r3.1 | main |").AppendLine("|---|---|---|---|");
                foreach (var scenario in operation)
                {
                    var row = Row(edition => Told(scenario, edition));
                    made.AppendLine(CultureInfo.InvariantCulture, $"| {scenario.Sentence} | {row} |");
                }
            }
        }

        return made.ToString();

        string Count(Scenario[] scenarios, CamaraEdition edition)
        {
            var played = scenarios.Where(scenario => scenario.Concerns(edition)).ToList();
            return $"{played.Count(scenario => outcomes[(scenario, edition)] is null)} of {played.Count}";
        }

        string Told(Scenario scenario, CamaraEdition edition) =>
            !outcomes.TryGetValue((scenario, edition), out var failure) ? ""
            : failure is null ? "passed" : $"**not passed**, note {scenario.Note}";
    }

    private static string Row(Func<CamaraEdition, string> cell) => string.Join(" | ", _editions.Select(cell));
}
