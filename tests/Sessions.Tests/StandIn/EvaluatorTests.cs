using System.Text.Json;
using Sessions.StandIn.Items;
using Sessions.StandIn.Sql;

namespace Sessions.Tests.StandIn;

/// <summary>What conditions are of one item; only what is true lets it through.</summary>
public sealed class EvaluatorTests
{
    private static readonly Item _item = Item.Of(ItemBody.Of(
        JsonElement.Parse("""
            {"id":"i","text":"abc","number":1.0,"no":null,"yes":true,"list":["a",2,{"x":1}],"deep":{"er":{"name":"n"}}}
            """)),
        new("rid", 1, "\"etag\"", 5));

    [Theory]
    [InlineData("c.text = 'abc'")]
    [InlineData("'abc' = c.text")]
    [InlineData("c.number = 1")]
    [InlineData("c.no = null")]
    [InlineData("c.yes")]
    [InlineData("c.deep.er.name = 'n'")]
    [InlineData("c['deep']['er']['name'] = 'n'")]
    [InlineData("c.list[1] = 2")]
    [InlineData("c._ts = 5 AND c._etag = '\"etag\"'")]
    [InlineData("c.text != 1")]
    [InlineData("c.text > 'abb' AND c.text <= 'abc'")]
    [InlineData("c.text > 'Z'")]
    [InlineData("c.text IN ('x', 'abc')")]
    [InlineData("c.number BETWEEN 0 AND 1")]
    [InlineData("c.number NOT IN (2, 3)")]
    [InlineData("IS_DEFINED(c.no) AND NOT IS_DEFINED(c.other)")]
    [InlineData("IS_DEFINED(c.other) = false")]
    [InlineData("IS_STRING(c.text) AND IS_NUMBER(c.number) AND IS_NULL(c.no) AND IS_BOOL(c.yes)")]
    [InlineData("IS_ARRAY(c.list) AND IS_OBJECT(c.deep) AND NOT IS_PRIMITIVE(c.deep)")]
    [InlineData("STARTSWITH(c.text, 'ab') AND CONTAINS(c.text, 'bc')")]
    [InlineData("ARRAY_CONTAINS(c.list, 'a') AND ARRAY_CONTAINS(['abc'], c.text)")]
    [InlineData("ARRAY_CONTAINS(c.list, {'x': 1})")]
    [InlineData("c.deep.er = {'name': 'n'}")]
    [InlineData("c.other = 1 OR c.number = 1")]
    public void This_is_true(string condition) => Assert.True(Evaluate(condition).IsTrue);

    [Theory]
    [InlineData("c.text = 1")]
    [InlineData("c.text = 'ABC'")]
    [InlineData("STARTSWITH(c.text, 'B')")]
    [InlineData("c.other = 1 AND c.number = 2")]
    public void This_is_false(string condition) => Assert.True(Evaluate(condition).IsFalse);

    [Theory]
    [InlineData("c.other = 1")]
    [InlineData("c.other != 1")]
    [InlineData("NOT c.other")]
    [InlineData("c.text > 1")]
    [InlineData("c.no < 1")]
    [InlineData("c.list > c.list")]
    [InlineData("c.other IN (1)")]
    [InlineData("CONTAINS(c.number, '1')")]
    [InlineData("c.other = 1 AND c.number = 1")]
    [InlineData("c.other = 1 OR c.number = 2")]
    public void This_is_neither(string condition) => Assert.Equal(SqlType.Undefined, Evaluate(condition).Type);

    [Fact]
    public void Values_of_different_types_have_an_order()
    {
        string[] ordered = ["c.other", "null", "false", "true", "-1", "2", "'A'", "'a'", "[1]", "{'a': 1}"];

        var values = ordered.Select(Evaluate).ToList();

        Assert.Equal(values, values.Order(Comparer<SqlValue>.Create(SqlValue.Order)));
    }

    [Fact]
    public void A_number_loses_its_spelling() => Assert.Contains(
        "\"number\":1,", System.Text.Encoding.UTF8.GetString(_item.Json), StringComparison.Ordinal);

    private static SqlValue Evaluate(string condition) =>
        Evaluator.Evaluate(Parser.Read($"SELECT * FROM c WHERE {condition}").Where!, _item);
}
