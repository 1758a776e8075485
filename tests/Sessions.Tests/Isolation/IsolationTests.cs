using System.Net;
using Sessions.Tests.Support;
using Sessions.Tests.Surfaces;

namespace Sessions.Tests.Isolation;

/// <summary>
/// For every function: to another tenant, and to nobody, a tenant's things look as if they were not there. The cases
/// come from the functions' attributes, so that a new function is among them on the day it is added.
/// </summary>
[Trait("Host", "Kestrel")]
public sealed class IsolationTests : IAsyncLifetime
{
    private SessionsApp _app = null!;

    public static TheoryData<string> Functions => [.. HttpFunction.All.Select(function => function.Name)];

    public async Task InitializeAsync() => _app = await QuietApp.Start();

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Theory]
    [MemberData(nameof(Functions))]
    public async Task Another_tenants_things_answer_as_absent_ones(string name)
    {
        var (function, probe) = Probing(name);
        var (theirs, own) = (await probe.ThingsOf(Tenant.Acme), await probe.ThingsOf(Tenant.Other));
        var surface = SurfaceSamples.Of(function);
        if (surface.IsPublic(name))
        {
            // A list without an id is of the caller's own account.
            var (nobodys, others) = (await probe.Send(null, theirs), await probe.Send(Tenant.Other, theirs));
            Assert.True(probe.References is [] || nobodys.Without(theirs) == others.Without(theirs), others.Text);
            return;
        }

        // What is in the path comes first: with an own parent, only the child is the other's.
        for (var owned = 0; owned < probe.References.Count; owned++)
        {
            var mine = probe.References.Take(owned).Concat(surface.CallersOwn)
                .ToDictionary(reference => reference, reference => own[reference]);
            var commits = _app.Store.Commits;
            var present = await SendAs(Tenant.Other, probe, mine, theirs);
            Assert.Equal(commits, _app.Store.Commits);
            var absent = await SendAs(Tenant.Other, probe, mine, surface.Absent);
            Assert.Equal(absent, present);
        }
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public async Task Nobody_is_refused_alike_for_present_and_absent_things(string name)
    {
        var (function, probe) = Probing(name);
        var surface = SurfaceSamples.Of(function);
        if (surface.IsPublic(name))
        {
            return;
        }

        var theirs = await probe.ThingsOf(Tenant.Acme);
        var commits = _app.Store.Commits;
        var refusal = await probe.Send(null, theirs);

        Assert.True(refusal.Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden, refusal.Text);
        Assert.Equal(commits, _app.Store.Commits);
        Assert.Equal((await probe.Send(null, surface.Absent)).Without(surface.Absent), refusal.Without(theirs));
    }

    [Theory]
    [MemberData(nameof(Functions))]
    public async Task No_answer_names_what_another_tenant_owns(string name)
    {
        var (function, probe) = Probing(name);
        var (theirs, own) = (await probe.ThingsOf(Tenant.Acme), await probe.ThingsOf(Tenant.Other));

        var reply = await probe.Send(Tenant.Other, own);

        Assert.True(!SurfaceSamples.Of(function).IsServed(name) || !reply.IsRefusal, reply.Text);
        Expect.None(theirs.Values.Except(own.Values)
            .Where(id => reply.Text.Contains(id, StringComparison.OrdinalIgnoreCase)));
    }

    private static async Task<string> SendAs(
        Tenant sender,
        Probe probe,
        IReadOnlyDictionary<string, string> mine,
        IReadOnlyDictionary<string, string> others)
    {
        var ids = others.ToDictionary(id => id.Key, id => mine.GetValueOrDefault(id.Key, id.Value));
        return (await probe.Send(sender, ids)).Without(ids);
    }

    private (HttpFunction Function, Probe Probe) Probing(string name) =>
        (HttpFunction.Named(name), new(_app.Anonymous, HttpFunction.Named(name)));
}
