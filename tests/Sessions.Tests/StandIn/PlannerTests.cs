using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sessions.StandIn.Queries;

namespace Sessions.Tests.StandIn;

/// <summary>The plans that the stand-in would make, beside those that Microsoft's planner makes.</summary>
public sealed partial class PlannerTests
{
    [Theory]
    [InlineData("SELECT * FROM c")]
    [InlineData("SELECT * FROM c WHERE c.a = @a AND (c.b > 1 OR STARTSWITH(c.c, 'x'))")]
    [InlineData("SELECT * FROM c WHERE c.a = @a ORDER BY c.b DESC, c.d ASC")]
    [InlineData("SELECT TOP @top c.id, c.a FROM c WHERE c.a IN (@a, 'b') ORDER BY c.b ASC")]
    [InlineData("SELECT c.id FROM c WHERE c.a = @a ORDER BY c.b ASC OFFSET @top LIMIT 1")]
    [InlineData("SELECT VALUE COUNT(1) FROM c WHERE c.a = @a AND NOT IS_DEFINED(c.b)")]
    public void A_plan_is_as_Microsoft_makes_it(string sql)
    {
        if (!NativePlanner.IsThere)
        {
            // The client brings it for Linux alone.
            return;
        }

        var info = NativePlanner.Plan(Specification(sql), "/partition", hasPartition: false)["queryInfo"]!.AsObject();

        foreach (var (name, value) in QueryPlans.InfoOf(QueryText.Of(JsonElement.Parse(Specification(sql)))))
        {
            Assert.Equal((name, Plain(info[name])), (name, Plain(value)));
        }
    }

    [Fact]
    public void The_native_planner_is_there_on_Linux() =>
        Assert.Equal(OperatingSystem.IsLinux(), NativePlanner.IsThere);

    private static string Specification(string sql) => JsonSerializer.Serialize(new
    {
        query = sql,
        parameters = new object[] { new { name = "@a", value = "a" }, new { name = "@top", value = 5 } },
    });

    private static string Plain(JsonNode? value) => value switch
    {
        null => "",
        JsonValue flag when flag.ToString() is "0" or "1" => flag.ToString() is "1" ? "true" : "false",
        JsonValue text when text.GetValueKind() is JsonValueKind.String => Space().Replace((string)text!, " "),
        _ => value.ToJsonString(),
    };

    [GeneratedRegex(@"\s+|(?<=IN )\(|""")]
    private static partial Regex Space();
}
