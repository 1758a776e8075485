using Sessions.StandIn;
using Sessions.StandIn.Sql;

namespace Sessions.Tests.StandIn;

/// <summary>What the stand-in understands of the query language, and what it refuses.</summary>
public sealed class ParserTests
{
    [Theory]
    [InlineData("SELECT * FROM c", "")]
    [InlineData("SELECT * FROM c WHERE c.a = 1 AND c.b = 2 AND c.c = 3", "(((c.a = 1) AND (c.b = 2)) AND (c.c = 3))")]
    [InlineData("SELECT * FROM c WHERE c.a = 1 OR c.b = 2 AND c.c = 3", "((c.a = 1) OR ((c.b = 2) AND (c.c = 3)))")]
    [InlineData("SELECT * FROM c WHERE (c.a = 1 OR c.b = 2) AND c.c = 3", "(((c.a = 1) OR (c.b = 2)) AND (c.c = 3))")]
    [InlineData("select * from root r where not r.a = 'x'", "(NOT (r.a = \"x\"))")]
    [InlineData("SELECT * FROM c WHERE c.a NOT IN (1, -2.5)", "(NOT (c.a IN (1, -2.5)))")]
    [InlineData("SELECT * FROM c WHERE c.a BETWEEN @x AND @y AND true", "((c.a BETWEEN @x AND @y) AND true)")]
    [InlineData("SELECT * FROM c WHERE startswith(c['a'].b[0], '\\t\\'')", "STARTSWITH(c.a.b.0, \"\\t\\u0027\")")]
    public void A_filter_is_read_as_it_binds(string sql, string filter) =>
        Assert.Equal(filter, Parser.Read(sql).Where?.Print() ?? "");

    [Fact]
    public void A_slice_is_read_behind_the_order()
    {
        var slice = Parser.Read("SELECT * FROM c ORDER BY c.a OFFSET @skip LIMIT 2").Slice!;

        Assert.Equal("@skip 2", $"{slice.Offset.Print()} {slice.Limit.Print()}");
    }

    [Theory]
    [InlineData("SELECT")]
    [InlineData("SELECT * FROM")]
    [InlineData("SELECT * FROM c WHERE")]
    [InlineData("SELECT * FROM c WHERE (c.a = 1")]
    [InlineData("SELECT * FROM c WHERE c.a = 'x")]
    [InlineData("SELECT * FROM c WHERE c.a NOT 1")]
    [InlineData("SELECT * FROM c ORDER BY 1")]
    [InlineData("SELECT * FROM c OFFSET 1")]
    [InlineData("SELECT * FROM c JOIN t IN c.tags")]
    [InlineData("SELECT * FROM c WHERE c.a LIKE 'x%'")]
    [InlineData("SELECT * FROM c WHERE UPPER(c.a) = 'X'")]
    public void What_is_not_spoken_here_is_refused(string sql) =>
        Assert.Throws<ServiceException>(() => Parser.Read(sql));

    // An exponential parser took 24 seconds for five.
    [Fact]
    public void Parentheses_take_time_in_step_with_their_number()
    {
        var (open, close) = (new string('(', 200), new string(')', 200));

        Assert.Equal("(c.a = 1)", Parser.Read($"SELECT * FROM c WHERE {open}c.a = 1{close}").Where!.Print());
    }

    [Fact]
    public void Too_many_of_them_are_refused() =>
        Assert.Throws<ServiceException>(() => Parser.Read($"SELECT * FROM c WHERE {new string('(', 100_000)}"));
}
