using Sessions.Tests.Support;

namespace Sessions.Tests.Surfaces;

/// <summary>A tenant's client of one surface, to make the things that the proofs ask for.</summary>
internal sealed class SampleClient(Func<HttpClient> newClient, ISurfaceSample surface, Tenant tenant)
{
    private static long _names;
    private readonly ApiClient _api = new(newClient());

    public Tenant Tenant => tenant;

    /// <summary>The same tenant's client of another surface.</summary>
    public SampleClient Of(ISurfaceSample other) => new(newClient, other, tenant);

    /// <summary>A name that nothing else has.</summary>
    public static string NewName() => $"sample-{Interlocked.Increment(ref _names)}";

    /// <summary>A number that nothing else has.</summary>
    public static long NewNumber() => Interlocked.Increment(ref _names);

    /// <summary>Sends a request, whose body is given as JSON, and expects success.</summary>
    public async Task<ApiReply> Send(
        string method, string path, string? body = null, params (string Name, string Value)[] headers)
    {
        var content = SampleBody.Content(surface, body);
        var reply = await _api.Send(
            new(method), path, content, [("Authorization", surface.Authorization(tenant)), .. headers]);
        Assert.True((int)reply.Status < 300, $"{method} {path} to make a sample: {reply.Status} {reply.Body}");
        return reply;
    }
}
