using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Sessions.Http;
using Sessions.Tests.Support;
using Sessions.Tests.Surfaces;

namespace Sessions.Tests.Hostile;

/// <summary>Sends hostile requests to a service with real things in it, and judges the answers.</summary>
internal sealed class HostileRun(SessionsApp app, HostileTally tally)
{
    private const int FreshThingsEvery = 50;
    private static readonly TimeSpan _slow = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    private readonly ISurface[] _surfaces = [.. app.Services.GetServices<ISurface>()];
    private readonly Dictionary<string, (int Left, Dictionary<string, string> Ids)> _things = [];

    /// <summary>What is wrong with the answer to the request.</summary>
    public async Task<IEnumerable<string>> FaultsOf(HostileRequest request) =>
        await FaultOf(request) is { } fault ? [fault] : [];

    private async Task<string?> FaultOf(HostileRequest request)
    {
        var function = HttpFunction.Named(request.Function);
        var filled = request.With(await Things(SurfaceSamples.Of(function)));
        filled = app.Server is null ? filled.AsAHostPassesOn() : filled;
        var commits = app.Store.Commits;
        var own = app.Store.CountOwnCommits();
        var reply = await Send(filled);
        tally.Add(function.Name, reply);
        if (!reply.IsRefusal && filled.Method is "DELETE")
        {
            _things.Remove(function.Surface);
        }

        // A server at the end of a socket does not know who waits for it.
        var hasWritten = app.Server is null ? app.Store.Commits != commits : own.Value > 0;
        if (hasWritten)
        {
            tally.AddWrite();
        }

        return reply.IsRefusal && hasWritten ? $"{reply.Status}, and yet something was written"
            : reply.Took > _slow && await IsSlowAgain(filled) ? $"it took {reply.Took}, and as long again"
            : FaultOf(filled, reply);
    }

    // Once may be the machine's own doing.
    private async Task<bool> IsSlowAgain(HostileRequest request)
    {
        var again = (await Send(request)).Took > _slow;
        if (!again)
        {
            tally.AddSlowOnce();
        }

        return again;
    }

    private string? FaultOf(HostileRequest request, HostileReply reply)
    {
        var surface = OwnerOf(request);
        return reply switch
        {
            { IsRefusal: false } => null,
            { IsOfTheServer: true } when app.Server is null => null,
            { Status: >= HttpStatusCode.InternalServerError } when !IsMeant(surface, reply) => $"{reply.Status}",
            _ when request.Method is "HEAD" => null,
            _ when reply.MediaType?.StartsWith("application/json", StringComparison.Ordinal) is not true =>
                $"{reply.Status} as {reply.MediaType ?? "nothing"}",
            _ when surface is null => reply.Json()?["error"] is null ? $"{reply.Status} without an error" : null,
            _ => Told(reply, SurfaceSamples.All[surface.Name].FaultOf(reply.Status, reply.Json())),
        };
    }

    private static string? Told(HostileReply reply, string? fault) => fault is null
        ? null
        : $"{reply.Status} in the wrong shape, {fault}: {System.Text.Encoding.UTF8.GetString(reply.Body)}";

    // 501 is no failure: some contracts have it for what a server does not offer.
    private static bool IsMeant(ISurface? surface, HostileReply reply) =>
        surface is not null && reply.Status is HttpStatusCode.NotImplemented;

    private ISurface? OwnerOf(HostileRequest request)
    {
        var path = PathString.FromUriComponent(request.Path);
        return Array.Find(_surfaces, surface => surface.Owns(path));
    }

    private async Task<HostileReply> Send(HostileRequest request)
    {
        using var stop = new CancellationTokenSource(_patience);
        var clock = Stopwatch.StartNew();
        app.Server?.PreserveExecutionContext = true;
        var reply = app.Server is { } server
            ? await HostileReply.Read(
                await server.SendAsync(context => Fill(context.Request, request), stop.Token), stop.Token)
            : await HostileWire.Send(app.Address!, request, stop.Token);
        await stop.CancelAsync();
        return reply with { Took = clock.Elapsed };
    }

    private static void Fill(HttpRequest to, HostileRequest request)
    {
        to.Method = request.Method;
        to.Scheme = "http";
        to.Host = new("localhost");
        to.Path = PathString.FromUriComponent(request.Path);
        to.QueryString = new(request.Query.Length > 0 ? $"?{request.Query}" : "");
        foreach (var header in request.Headers.GroupBy(header => header.Name, StringComparer.OrdinalIgnoreCase))
        {
            to.Headers[header.Key] = header.Select(each => each.Value).ToArray();
        }

        to.ContentLength = request.Body.Length % 2 == 0 ? request.Body.Length : null;
        to.Body = new MemoryStream(request.BodyBytes);
    }

    private async Task<Dictionary<string, string>> Things(ISurfaceSample surface)
    {
        if (!_things.TryGetValue(surface.Surface, out var things) || things.Left == 0)
        {
            things = (FreshThingsEvery, await surface.Create(new(app.Anonymous, surface, Tenant.Acme)));
        }

        _things[surface.Surface] = things with { Left = things.Left - 1 };
        return things.Ids;
    }
}
