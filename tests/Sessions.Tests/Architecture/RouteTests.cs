using Sessions.Hosting;
using Sessions.Tests.Support;

namespace Sessions.Tests.Architecture;

public sealed class RouteTests
{
    private static readonly IReadOnlyList<FunctionDeclaration> _functions = FunctionDeclaration.Own;

    private static readonly FunctionDeclaration[] _http =
        [.. _functions.Where(function => function is { Http: not null, Name: not UnmatchedFunctions.Name })];

    [Fact]
    public void No_path_and_method_reach_two_functions()
    {
        var clashes =
            from one in _http.Index()
            from other in _http.Skip(one.Index + 1)
            where SharesMethod(one.Item, other) && RouteOverlap.Between(one.Item.Route, other.Route)
            select $"{one.Item.Name} {one.Item.Route} and {other.Name} {other.Route}";

        Expect.None(clashes);
    }

    [Fact]
    public void What_takes_GET_takes_HEAD() =>
        Expect.None(_http
            .Where(function => function.Methods.Contains("get") != function.Methods.Contains("head"))
            .Select(function => function.Name));

    [Fact]
    public void No_route_but_one_takes_all_the_rest() =>
        Expect.None(_http.Select(function => function.Route).Where(RouteOverlap.IsCatchAll));

    /// <summary>The Functions host asks them in the order of their names.</summary>
    [Fact]
    public void What_takes_all_the_rest_is_asked_last()
    {
        var last = _functions.MaxBy(function => function.Name, StringComparer.OrdinalIgnoreCase)!;

        Assert.Equal(UnmatchedFunctions.Name, last.Name);
        Assert.True(RouteOverlap.IsCatchAll(last.Route));
        Assert.Superset(
            _functions.SelectMany(function => function.Methods).Append("head").Append("options").ToHashSet(),
            last.Methods.ToHashSet());
    }

    [Theory]
    [InlineData("admin")]
    [InlineData("runtime")]
    public void No_route_takes_what_the_functions_host_keeps_for_itself(string word) =>
        Expect.None(_http.Select(function => function.Route).Where(route => RouteOverlap.MayBeginWith(route, word)));

    [Fact]
    public void Every_function_has_a_name_of_its_own() =>
        Assert.Distinct(_functions.Select(function => function.Name), StringComparer.OrdinalIgnoreCase);

    [Fact]
    public void Every_function_is_named_by_surface_and_operation() =>
        Assert.All(
            _functions.Where(function => function.Name is not UnmatchedFunctions.Name),
            function => Assert.Matches("^[A-Z][A-Za-z0-9]*_[A-Z][A-Za-z0-9]*$", function.Name));

    [Theory]
    [InlineData("v1/Services", "v1/services")]
    [InlineData("v1/{a}", "v1/{b}")]
    [InlineData("v1/Services/{sid}", "v1/Services/Default")]
    [InlineData("v1/{a}/x", "v1/x/{b}")]
    [InlineData("{id:guid}", "6f9619ff-8b86-d011-b42d-00c04fc964ff")]
    [InlineData("a/{id?}", "a")]
    [InlineData("a/{id?}", "a/{name}")]
    [InlineData("a/{id=1}", "a")]
    [InlineData("s/{id:regex(^KC[0-9a-f]{{32}}$)}", "s/{id:regex(^K[A-Z][0-9a-f]{{32}}$)}")]
    [InlineData("s/{id:regex(^KC[0-9]$)}", "s/kc1")]
    [InlineData("s/{id:regex(^(KC|KS)[0-9]$)}", "s/{id:regex(^KS[0-9]$)}")]
    [InlineData("s/{id:regex(^KC|KS$)}", "s/{id:regex(^KS[0-9]$)}")]
    [InlineData("s/{id:regex(^KCa?$)}", "s/{id:regex(^KCb?$)}")]
    [InlineData("s/{id:int}", "s/{id:guid}")]
    [InlineData("s/{name}.json", "s/{name}")]
    [InlineData("s/{id}:close", "s/x:close")]
    public void Templates_that_share_a_path(string one, string other)
    {
        Assert.True(RouteOverlap.Between(one, other));
        Assert.True(RouteOverlap.Between(other, one));
    }

    [Theory]
    [InlineData("v1/Services", "v1/Sessions")]
    [InlineData("v1/{a}", "v1/{a}/{b}")]
    [InlineData("v1/{id:guid}", "v1/Services")]
    [InlineData("v1/{id:int}", "v1/Services")]
    [InlineData("s/{id:regex(^KC[0-9a-f]{{32}}$)}", "s/{id:regex(^KS[0-9a-f]{{32}}$)}")]
    [InlineData("s/{id:regex(^KC[0-9a-f]{{32}}$)}", "s/Default")]
    [InlineData("s/{id:guid}", "s/{id:regex(^KC[0-9a-f]{{32}}$)}")]
    [InlineData("s/{id:regex(^KC[0-9]$)}", "s/{id:int}")]
    [InlineData("s/{id}:close", "s/{id}:open")]
    [InlineData("s/{id}:close", "s/x")]
    [InlineData("a/{id?}", "b")]
    public void Templates_that_share_no_path(string one, string other)
    {
        Assert.False(RouteOverlap.Between(one, other));
        Assert.False(RouteOverlap.Between(other, one));
    }

    [Theory]
    [InlineData("{name}/x", true)]
    [InlineData("Admin/x", true)]
    [InlineData("{name:alpha}", true)]
    [InlineData("{id:guid}", false)]
    [InlineData("administrators", false)]
    public void What_a_route_may_begin_with(string template, bool takesAdmin) =>
        Assert.Equal(takesAdmin, RouteOverlap.MayBeginWith(template, "admin"));

    private static bool SharesMethod(FunctionDeclaration one, FunctionDeclaration other) =>
        one.Methods is [] || other.Methods is []
        || one.Methods.Intersect(other.Methods, StringComparer.OrdinalIgnoreCase).Any();
}
