using System.Net;
using Sessions.Tests.OpenApi;
using Sessions.Tests.Support;
using Sessions.Tests.Surfaces;

namespace Sessions.Tests.Rights;

/// <summary>
/// Every operation by no scope, by every scope but its own, and by its own alone. The cases come from the functions'
/// attributes, and the scope is the one that the refusal names, so that a new function is among them on the day it is
/// added.
/// </summary>
[Trait("Host", "Kestrel")]
public sealed class ScopeMatrixTests(RightsHouse house) : IClassFixture<RightsHouse>
{
    public static TheoryData<string> Served => [.. HttpFunction.All.Select(function => function.Name).Where(IsServed)];

    public static TheoryData<string> Surfaces => [.. SurfaceSamples.All.Keys];

    [Theory]
    [MemberData(nameof(Served))]
    public async Task An_operation_needs_its_own_scope_and_no_other(string name)
    {
        var scope = house.ScopeOf(name);
        Assert.True(scope is not null, $"{name} serves whoever has no scope at all.");

        await AssertForbidden(name, house.Nothing);
        await AssertForbidden(name, house.AllBut(scope));
        var (reply, _) = await house.Send(name, house.Only(scope));
        Assert.True(!reply.IsRefusal, $"{name} with {scope}: {reply.Text}");
    }

    [Theory]
    [MemberData(nameof(Surfaces))]
    public void The_documentation_lists_every_scope(string surface)
    {
        var text = Repository.Read($"docs/{Documents.Slugs[surface]}.md");

        Expect.None(HttpFunction.All
            .Where(function => function.Surface == surface && IsServed(function.Name))
            .Select(function => house.ScopeOf(function.Name)!)
            .Distinct()
            .Where(scope => !text.Contains($"`{scope}`", StringComparison.Ordinal)));
    }

    [Fact]
    public void Reading_is_never_allowed_with_writing_nor_the_other_way_round() => Expect.None(
        from function in HttpFunction.All
        where IsServed(function.Name)
        let scope = house.ScopeOf(function.Name)!
        where scope.EndsWith(":read", StringComparison.Ordinal) && function.Methods[0] is not "GET"
            || scope.EndsWith(":write", StringComparison.Ordinal) && function.Methods[0] is "GET"
        select $"{function.Name} needs {scope}");

    private async Task AssertForbidden(string name, IEnumerable<string> scopes)
    {
        var (reply, commits) = await house.Send(name, scopes);

        Assert.True(reply.Status is HttpStatusCode.Forbidden, $"{name}: {reply.Text}");
        Assert.Equal(0, commits);
        var fault = SurfaceSamples.Of(HttpFunction.Named(name)).FaultOf(reply.Status, reply.Json);
        Assert.True(fault is null, $"{name}: {fault}, but is {reply.Text}");
    }

    private static bool IsServed(string name) => SurfaceSamples.Of(HttpFunction.Named(name)).IsServed(name);
}
