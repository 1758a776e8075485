using System.Text.Json.Nodes;
using Sessions.Tests.Support;
using Sessions.Tests.Surfaces;

namespace Sessions.Tests.Isolation;

/// <summary>
/// For every function that changes something: sent again with its idempotency key it comes to the same, and nothing is
/// made or removed twice. The cases come from the functions' attributes, as those of <see cref="IsolationTests"/>.
/// </summary>
public sealed class RepeatTests : IAsyncLifetime
{
    // Told anew each time: a secret, or the moment's own.
    private static readonly string[] _anew = ["token", "livekit_token", "livekitToken"];

    private SessionsApp _app = null!;

    public static TheoryData<string> Changes =>
    [
        .. from function in HttpFunction.All
           where function.Methods[0] is "POST" or "PUT" or "PATCH" or "DELETE"
           where SurfaceSamples.Of(function).IsServed(function.Name)
           where !SurfaceSamples.Of(function).IsPublic(function.Name)
           select function.Name,
    ];

    public async Task InitializeAsync() => _app = await QuietApp.Start();

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task A_change_that_is_sent_again_with_its_key_is_answered_as_before(string name)
    {
        var probe = new Probe(_app.Anonymous, HttpFunction.Named(name)) { IdempotencyKey = $"once {name}" };
        var things = await probe.ThingsOf(Tenant.Acme);

        var first = await probe.Send(Tenant.Acme, things);
        var again = await probe.Send(Tenant.Acme, things);

        Assert.Equal(first.Status, again.Status);
        Assert.True(JsonNode.DeepEquals(Lasting(first), Lasting(again)), $"{first.Text}\n{again.Text}");
    }

    private static JsonNode? Lasting(ProbeReply reply)
    {
        var text = reply.Text[(reply.Text.LastIndexOf('\n') + 1)..];
        if (!text.StartsWith('{'))
        {
            return null;
        }

        var body = JsonNode.Parse(text);
        Strip(body);
        return body;
    }

    private static void Strip(JsonNode? node)
    {
        foreach (var member in node is JsonObject members ? members.ToList() : [])
        {
            if (_anew.Contains(member.Key))
            {
                node!.AsObject().Remove(member.Key);
            }
            else
            {
                Strip(member.Value);
            }
        }
    }
}
