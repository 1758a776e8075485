using Sessions.Tests.Support;

namespace Sessions.Tests.Surfaces;

/// <summary>Keeps the samples complete, so that no new function stays out of the proofs.</summary>
public sealed class SurfaceSampleTests
{
    [Fact]
    public void Every_surface_has_a_sample() =>
        Expect.None(HttpFunction.All.Select(function => function.Surface).Distinct().Except(SurfaceSamples.All.Keys));

    [Fact]
    public async Task Every_route_parameter_has_a_sample_and_an_absent_id()
    {
        await using var app = await SessionsApp.Start();
        foreach (var surface in HttpFunction.All.GroupBy(function => SurfaceSamples.Of(function)))
        {
            var ids = await surface.Key.Create(new(app.Anonymous, surface.Key, Tenant.Acme));

            var parameters = surface.SelectMany(function => function.Ids).Distinct().ToList();
            Expect.None(parameters.Except(ids.Keys).Select(name => $"{surface.Key.Surface}: {name} is not created"));
            Expect.None(parameters.Except(surface.Key.Absent.Keys)
                .Select(name => $"{surface.Key.Surface}: {name} has no absent id"));
        }
    }
}
